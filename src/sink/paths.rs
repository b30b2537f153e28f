//! Only the paths of the selected pictures, as input for other tools. Not in [`FORMATS`](super::FORMATS): it has flags of
//! its own.

use std::io::{self, Write};

use super::format::{Constructor, Format, Sink, SinkOptions};
use crate::record::Record;

/// One path per line.
pub static PATHS: Format = format(|_| Box::new(Paths { end: b'\n' }));

/// Paths that each end in a zero byte, for `xargs -0`.
pub static PATHS_NULL: Format = format(|_| Box::new(Paths { end: 0 }));

const fn format(constructor: fn(&SinkOptions) -> Box<dyn Sink>) -> Format {
    Format {
        name: "paths",
        title: "paths",
        help: "Only paths",
        endings: &[],
        is_binary: false,
        is_readable_unfinished: true,
        carries_failures: false,
        carries_logits: false,
        read_completed: None,
        constructor: Constructor::BuiltIn(constructor),
    }
}

/// Writes the paths of pictures that have a class.
#[derive(Debug)]
struct Paths {
    end: u8,
}

impl Sink for Paths {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        if record.outcome.as_ref().is_ok_and(|answer| !answer.top.is_empty()) {
            // Unescaped: the path has to open the file.
            let mut line = record.path.as_os_str().as_encoded_bytes().to_vec();
            line.push(self.end);
            output.write_all(&line)?;
            output.flush()?;
        }
        Ok(())
    }
}
