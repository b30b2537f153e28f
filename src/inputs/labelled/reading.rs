//! Labelled pictures on their way to a model.

use std::collections::VecDeque;
use std::path::Path;

use super::data::{Labelled, Members};
use crate::inputs::Inputs;
use crate::inputs::input::Input;
use crate::record::ItemError;

impl Labelled {
    /// The pictures at these places, which ascend. Members are read from their files once more; what is no longer there as it was
    /// is an error of its own.
    pub fn inputs(&self, places: &[usize]) -> Box<dyn Iterator<Item = Input> + Send + 'static> {
        let wanted = places.iter().map(|place| self.pictures[*place].input.clone());
        let Some(members) = &self.members else { return Box::new(wanted.collect::<Vec<_>>().into_iter()) };
        let wanted = places.iter().map(|place| members.places[*place]).zip(wanted).collect();
        Box::new(Again::new(members, wanted))
    }
}

/// The second reading. It gives the same members in the same order, unless a file has changed, or breaks off within a member.
struct Again {
    all: Inputs,
    /// The place of the next of them.
    next: u64,
    /// Those that are wanted, each with its place.
    wanted: VecDeque<(u64, Input)>,
    /// What came instead of one that was wanted.
    held: Option<Input>,
}

impl Again {
    fn new(members: &Members, wanted: VecDeque<(u64, Input)>) -> Self {
        let all = Inputs::new(members.files.clone(), None, None, members.options.clone());
        Self { all, next: 0, wanted, held: None }
    }

    /// What lies at `place`.
    fn at(&mut self, place: u64) -> Option<Input> {
        while self.held.is_none() && self.next < place {
            self.next += 1;
            let passed = self.all.next()?;
            let is_wanted = |(_, wanted): &(u64, Input)| wanted.path() == passed.path();
            // The end of a file that breaks off earlier than it did.
            if matches!(passed, Input::Unreadable { .. }) && self.wanted.iter().any(is_wanted) {
                self.held = Some(passed);
            }
        }
        self.next = self.next.max(place) + 1;
        self.held.take().or_else(|| self.all.next())
    }

    /// Keeps what came too early until its turn, and says what became of those before it.
    fn hold(&mut self, found: Option<Input>) -> ItemError {
        let Some(found) = found else { return changed() };
        let later = self.wanted.iter().find(|(_, wanted)| wanted.path() == found.path());
        if let Some((place, _)) = later {
            self.next = *place;
        }
        let error = match &found {
            Input::Unreadable { error, .. } => error.clone(),
            _ => changed(),
        };
        self.held = Some(found);
        error
    }
}

impl Iterator for Again {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        let place = self.wanted.front()?.0;
        let path = |input: &Input| -> Box<Path> { input.path().into() };
        // Taken out only after `at`, which asks whether what it finds is wanted.
        let found = self.at(place);
        let (_, wanted) = self.wanted.pop_front()?;
        if found.as_ref().is_some_and(|found| path(found) == path(&wanted)) {
            return found;
        }
        let error = self.hold(found);
        Some(Input::Unreadable { path: wanted.path().to_owned(), error })
    }
}

fn changed() -> ItemError {
    ItemError::io("was there when the labels were read, and is not there now")
}

#[cfg(test)]
#[cfg(feature = "tar")]
mod tests {
    use std::fs::{self, File};

    use super::super::{MemberColumns, read_members};
    use super::*;

    /// A tar of empty pictures, each with a label.
    fn write(path: &Path, names: &[&str]) {
        let mut builder = ::tar::Builder::new(File::create(path).unwrap());
        for file in names.iter().flat_map(|name| [format!("{name}.cls"), format!("{name}.jpg")]) {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(1);
            builder.append_data(&mut header, file, &b"1"[..]).unwrap();
        }
        builder.finish().unwrap();
    }

    #[test]
    fn members_come_once_more_and_those_that_do_not_are_errors() {
        let path = std::env::temp_dir().join(format!("mnet-reading-{}.tar", std::process::id()));
        write(&path, &["a", "b", "c", "d"]);
        let data = read_members(std::slice::from_ref(&path), &MemberColumns::default()).unwrap();
        assert_eq!((data.pictures.len(), &data.labels[..]), (4, &["1".to_owned()][..]));
        let shown = |places: &[usize]| -> Vec<String> {
            let show = |input: Input| match input {
                Input::Member(member) => format!("{} bytes", member.bytes.len()),
                Input::Unreadable { error, .. } => error.message,
                other => format!("{other:?}"),
            };
            data.inputs(places).map(show).collect()
        };
        assert_eq!(shown(&[0, 1, 2, 3]), ["1 bytes"; 4]);
        assert_eq!(shown(&[1, 3]), ["1 bytes"; 2]);
        write(&path, &["a", "c", "d"]);
        assert_eq!(shown(&[0, 1, 2, 3]), ["1 bytes", &changed().message, "1 bytes", "1 bytes"]);
        fs::remove_file(&path).unwrap();
        assert_eq!(shown(&[0, 3]), ["no such file"; 2]);
    }
}
