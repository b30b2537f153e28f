//! Records to bytes. A format is a file: an implementation of [`Sink`], and a word for `--format`.

mod answered;
mod csv;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
mod paths;
mod text;

use std::io::{self, Write};

pub use answered::{Answered, ResumeError};
pub use csv::Csv;
pub use jsonl::JsonLines;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;
pub use paths::Paths;
pub use text::{LabelStyle, Text};

use crate::record::Record;

/// Where records go. Each is written whole and flushed before the next, but for those that are [pending](Self::pending).
pub trait Sink {
    /// Writes one record.
    ///
    /// # Errors
    /// If the output does not take it; a reader that went away is `BrokenPipe`.
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()>;

    /// Of the records whose [`write`](Self::write) succeeded, how many the output does not have yet.
    fn pending(&self) -> usize {
        0
    }

    /// Writes what is pending and what ends the whole; nothing is written after it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn finish(&mut self, _output: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
