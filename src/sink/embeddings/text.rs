//! Text for people: how long each embedding is, and how it begins.

use std::io::{self, Write};

use crate::record::Record;
use crate::sink::format::{Format, Sink};
use crate::terminal_text::{ascii, escape_controls};

pub(super) const FORMAT: Format = Format::of_plain_lines(
    "text",
    "For people: path, number of values, length and the first values, separated by tabs",
    |options| Box::new(Text { is_ascii: options.on_terminal && options.is_ascii }),
);

/// How many values are shown: as many as fit a line beside a path.
const SHOWN: usize = 4;

struct Text {
    /// Whether a terminal shows it that has only ASCII.
    is_ascii: bool,
}

impl Sink for Text {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let Some(values) = record.outcome.as_ref().ok().and_then(|answer| answer.features.as_ref()) else {
            return Ok(());
        };
        let path = escape_controls(&record.path.to_string_lossy());
        let length = values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        let shown: Vec<_> = values.iter().take(SHOWN).map(|value| format!("{value:.3}")).collect();
        let more = if values.len() > SHOWN { " …" } else { "" };
        let (dimension, shown) = (values.len(), shown.join(" "));
        let line = format!("{path}\t{dimension} values\tlength {length:.3}\t{shown}{more}\n");
        let line = if self.is_ascii { ascii(&line) } else { line };
        output.write_all(line.as_bytes())?;
        output.flush()
    }
}
