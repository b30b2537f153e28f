//! Members on their way out. With columns to keep, a picture waits until all members of its key have come.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::super::beside::{Beside, key_and_ending};
use super::super::reading::{Each, LARGEST, Reading};
use crate::record::ItemError;

pub(super) struct Group<'a, 'e> {
    reading: &'a Reading,
    each: &'a mut Each<'e>,
    key: Vec<u8>,
    beside: Beside,
    /// The names of the files in `beside`.
    names: Vec<PathBuf>,
    /// Whether the group has a picture, which may not be asked for.
    has_picture: bool,
    /// The pictures that wait, each with its bytes or its error.
    waiting: Vec<(PathBuf, Result<Vec<u8>, ItemError>)>,
}

impl<'a, 'e> Group<'a, 'e> {
    pub(super) fn new(reading: &'a Reading, each: &'a mut Each<'e>) -> Self {
        Self {
            reading,
            each,
            key: vec![],
            beside: Beside::default(),
            names: vec![],
            has_picture: false,
            waiting: vec![],
        }
    }

    /// Begins the group of `key`. What waited for another key is passed on.
    pub(super) fn enter(&mut self, key: Vec<u8>) -> ControlFlow<()> {
        if self.key == key {
            return ControlFlow::Continue(());
        }
        self.end()?;
        self.key = key;
        ControlFlow::Continue(())
    }

    /// The files beside the pictures of this group, to which the one called `name` is added.
    pub(super) fn beside(&mut self, name: &Path) -> &mut Beside {
        self.names.push(name.to_owned());
        &mut self.beside
    }

    /// Notes that this group has a picture.
    pub(super) fn note_picture(&mut self) {
        self.has_picture = true;
    }

    /// Adds a picture, which has its bytes or an error.
    pub(super) fn add(&mut self, name: &Path, bytes: Result<Vec<u8>, ItemError>) -> ControlFlow<()> {
        self.waiting.push((name.to_owned(), bytes.and_then(|bytes| self.fitting(bytes))));
        if self.reading.keeps() { ControlFlow::Continue(()) } else { self.end() }
    }

    /// Passes on what waits, in order.
    pub(super) fn end(&mut self) -> ControlFlow<()> {
        let beside = std::mem::take(&mut self.beside);
        let kept = beside.values(&self.reading.options);
        self.count_unpaired();
        for (name, bytes) in self.waiting.drain(..) {
            let member = bytes.and_then(|bytes| Ok((bytes, kept.clone()?)));
            (self.each)(match member {
                Ok((bytes, kept)) => self.reading.member(&name, bytes, kept),
                Err(error) => self.reading.member_failed(&name, error),
            })?;
        }
        ControlFlow::Continue(())
    }

    /// Counts the files of a group without a picture. If a single member was asked for, only the files of its group count.
    fn count_unpaired(&mut self) {
        let names = std::mem::take(&mut self.names);
        let only = self.reading.options.only.as_deref().map(|only| key_and_ending(only).0);
        if !std::mem::take(&mut self.has_picture) && only.is_none_or(|only| only == self.key) {
            for name in names {
                self.reading.options.unpaired.add(self.reading.path_of(&name));
            }
        }
    }

    /// Passes on an error of the whole file, after what waits.
    pub(super) fn fail(&mut self, error: ItemError) -> ControlFlow<()> {
        self.end()?;
        (self.each)(self.reading.failed(error))
    }

    /// `bytes`, if they fit into memory together with the other pictures that wait.
    fn fitting(&self, bytes: Vec<u8>) -> Result<Vec<u8>, ItemError> {
        let held = self.waiting.iter().filter_map(|(_, bytes)| bytes.as_ref().ok());
        let total = held.map(Vec::len).sum::<usize>() + bytes.len();
        if total as u64 <= LARGEST {
            return Ok(bytes);
        }
        Err(ItemError::io(format!(
            "is one of several pictures of one key, which have more than {LARGEST} bytes"
        )))
    }
}
