//! Records to bytes. A format is a file: an implementation of [`Sink`], and a word for `--format`.

mod answered;
mod csv;
mod jsonl;
mod paths;
mod text;

use std::io::{self, Write};

pub use answered::{Answered, ResumeError};
pub use csv::Csv;
pub use jsonl::JsonLines;
pub use paths::Paths;
pub use text::{LabelStyle, Text};

use crate::record::Record;

/// Where records go. Each is written whole and flushed before the next.
pub trait Sink {
    /// Writes one record.
    ///
    /// # Errors
    /// If the output does not take it; a reader that went away is `BrokenPipe`.
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()>;
}
