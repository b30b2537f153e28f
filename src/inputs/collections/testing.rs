//! What is read of a file, for tests.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread;

use serde_json::Value;

use super::of_path;
use super::reading::{MemberOptions, Reading};
use crate::inputs::Input;
use crate::inputs::member::Room;

/// A member: its name with the file's, and its bytes and kept values or the message of its error.
pub(super) type Found = (String, Result<(Vec<u8>, Vec<Value>), String>);

/// The members of a file of this name and content, which is read as its name says.
pub(super) fn found(name: &str, content: &[u8], options: MemberOptions) -> Vec<Found> {
    // The same for all calls of a test, because shares go by the whole path.
    let folder = format!("mnet-rows-{}-{:?}", std::process::id(), thread::current().id());
    let folder = std::env::temp_dir().join(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), content).unwrap();
    let reading = Reading { path: folder.join(name), options, room: Room::new(u64::MAX) };
    let mut found = vec![];
    let read = of_path(Path::new(name)).unwrap().read.unwrap();
    let flow = read(&reading, &mut |input| {
        let name = input.path().strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
        found.push((
            name,
            match input {
                Input::Member(member) => Ok((member.bytes.clone(), member.kept.clone())),
                Input::Unreadable { error, .. } => Err(error.message),
                other => panic!("{other:?}"),
            },
        ));
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    fs::remove_dir_all(folder).unwrap();
    found
}

/// The names of what is found, each with its error.
pub(super) fn names(found: &[Found]) -> Vec<(&str, Option<&str>)> {
    found.iter().map(|(name, outcome)| (&**name, outcome.as_ref().err().map(String::as_str))).collect()
}
