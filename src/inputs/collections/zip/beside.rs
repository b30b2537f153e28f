//! Where the files beside the pictures are: anywhere in the zip.

use std::collections::HashMap;

use serde_json::Value;

use super::super::beside::{Beside, key_and_ending};
use super::super::reading::Reading;
use super::entry::{self, Entry, Kind, Members};
use crate::record::ItemError;

/// The files that may hold a column that is kept, by the key that they have in common with their pictures.
#[derive(Debug)]
pub(super) struct Index<P>(HashMap<Vec<u8>, Vec<(String, Entry<P>)>>);

impl<P> Index<P> {
    /// Of all members, up to where the zip is damaged.
    pub(super) fn of(members: &mut impl Members<Place = P>, reading: &Reading) -> Self {
        let mut index = HashMap::<_, Vec<_>>::new();
        while let Some(Ok(entry)) = members.next_entry() {
            let (key, ending) = key_and_ending(&entry.name);
            let is_wanted = entry.kind == Kind::File && Beside::wants(&ending, &reading.options.keep);
            if is_wanted && !reading.includes(&entry.name) {
                index.entry(key).or_default().push((ending, entry));
            }
        }
        Self(index)
    }

    /// The index of a zip of which no columns are kept.
    pub(super) fn empty() -> Self {
        Self(HashMap::new())
    }

    /// The values of the columns that are kept, for the picture `entry`.
    pub(super) fn kept<M: Members<Place = P>>(
        &self,
        entry: &Entry<P>,
        members: &mut M,
        reading: &Reading,
    ) -> Result<Vec<Value>, ItemError> {
        let mut beside = Beside::default();
        let (key, _) = key_and_ending(&entry.name);
        for (ending, file) in self.0.get(&key).into_iter().flatten() {
            let added = beside.add(ending.clone(), file.size, || entry::read(members, &file.place));
            // As if it were not there, if the column may be missing.
            if !reading.options.allows_missing {
                added.map_err(|error| {
                    let message = format!("the .{ending} file beside it {}", error.message);
                    ItemError { message, ..error }
                })?;
            }
        }
        beside.values(&reading.options)
    }
}
