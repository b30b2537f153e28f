//! Paths alone: a filter for other tools.

use std::io::{self, Write};

use super::Sink;
use crate::record::Record;

/// Writes the paths of pictures that have a class.
#[derive(Debug)]
pub struct Paths {
    end: u8,
}

impl Paths {
    /// Each ended by a zero byte if `null`, or by a newline.
    pub fn new(null: bool) -> Self {
        Self { end: if null { 0 } else { b'\n' } }
    }
}

impl Sink for Paths {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        if record.outcome.as_ref().is_ok_and(|answer| !answer.top.is_empty()) {
            // Its own bytes: another tool opens it.
            let mut line = record.path.as_os_str().as_encoded_bytes().to_vec();
            line.push(self.end);
            output.write_all(&line)?;
            output.flush()?;
        }
        Ok(())
    }
}
