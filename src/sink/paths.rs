//! Only the paths of the selected pictures, as input for other tools. Not in [`FORMATS`](super::FORMATS): it has flags of
//! its own.

use std::io::{self, Write};

use super::format::{Format, Sink, SinkOptions};
use crate::record::Record;
use crate::terminal_text::escape_controls;

/// One path per line.
pub static PATHS: Format = format(|options| Box::new(Paths { end: b'\n', on_terminal: options.on_terminal }));

/// Paths that each end in a zero byte, for `xargs -0`.
pub static PATHS_NULL: Format =
    format(|options| Box::new(Paths { end: 0, on_terminal: options.on_terminal }));

const fn format(constructor: fn(&SinkOptions) -> Box<dyn Sink>) -> Format {
    Format::of_plain_lines("paths", "Only paths", constructor)
}

/// Writes the paths of pictures that have what was asked for.
#[derive(Debug)]
struct Paths {
    end: u8,
    /// Whether names must not be obeyed; elsewhere they have to open their files.
    on_terminal: bool,
}

impl Sink for Paths {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        if record.outcome.as_ref().is_ok_and(|answer| answer.is_selected) {
            let mut line = if self.on_terminal {
                escape_controls(&record.path.to_string_lossy()).into_bytes()
            } else {
                record.path.as_os_str().as_encoded_bytes().to_vec()
            };
            line.push(self.end);
            output.write_all(&line)?;
            output.flush()?;
        }
        Ok(())
    }
}
