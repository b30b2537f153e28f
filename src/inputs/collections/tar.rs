//! tar: one member after another, which a pipe can carry.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use tar::Archive;

use super::{Each, LARGEST, Reading};
use crate::record::ItemError;

pub(super) fn read(reading: &Reading, each: &mut Each<'_>) -> ControlFlow<()> {
    let outcome = if reading.is_stdin() {
        members(BufReader::new(io::stdin()), reading, each)
    } else {
        File::open(&reading.path).and_then(|file| members(BufReader::new(file), reading, each))
    };
    outcome.unwrap_or_else(|error| each(reading.failed(&error)))
}

fn members(reader: impl Read, reading: &Reading, each: &mut Each<'_>) -> io::Result<ControlFlow<()>> {
    let mut archive = Archive::new(reader);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.into_owned();
        if !entry.header().entry_type().is_file() || !reading.includes(&name) {
            continue;
        }
        let size = entry.size();
        let input = if size > LARGEST {
            let error = ItemError::io(format!("has {size} bytes; the limit is {LARGEST}"));
            reading.member_failed(&name, error)
        } else {
            let mut bytes = Vec::new();
            if !reading.options.names_only {
                entry.read_to_end(&mut bytes)?;
            }
            reading.member(&name, bytes, vec![])
        };
        if each(input).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
