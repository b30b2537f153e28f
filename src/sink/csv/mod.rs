//! CSV in long form: a row per class, or a single row for a picture without classes.

mod header;
mod own;
mod picture_row;
mod read;
mod row;
mod rows;

use std::io::{self, Write};

use csv::Writer;

use self::header::{AskedColumns, Columns, HEADER, WITHOUT_PRECISION, WITHOUT_TEMPERATURE, has};
use super::earlier::Earlier;
use super::fields::path_in_base64;
use super::format::{Constructor, Format, Sink, SinkOptions};
use super::kept::Kept;
use crate::record::{Level, Precision, Record, RunInfo};
use crate::terminal_text::escape_controls;

pub(super) const FORMAT: Format = Format {
    name: "csv",
    title: "CSV",
    help: "For spreadsheets: a row per class",
    endings: &["csv"],
    is_binary: false,
    is_readable_unfinished: true,
    carries_failures: true,
    carries_damage: true,
    carries_logits: false,
    carries_kept: true,
    chooses_label: false,
    holds_answers: own::holds_answers,
    read_completed: Some(read::read_completed),
    constructor: Constructor::BuiltIn(|options| {
        let SinkOptions { run, appends, on_terminal, earlier, lacks, .. } = options.clone();
        let most = match &run.model {
            model if appends || model.precision.is_some() => HEADER.len(),
            model if model.temperature.is_some() => WITHOUT_PRECISION,
            _ => WITHOUT_TEMPERATURE,
        };
        let known = most.min(HEADER.len() - lacks.len());
        let (asked, kept) = (AskedColumns::of(&run.question), run.keep.clone());
        let columns = Columns { known, asked, kept };
        Box::new(Csv { run, has_header: appends, goes_on: appends, on_terminal, columns, earlier })
    }),
};

/// Writes all rows of a picture at once.
#[derive(Debug)]
struct Csv {
    run: RunInfo,
    has_header: bool,
    /// Whether the last picture of an earlier run may have rows to come.
    goes_on: bool,
    /// Whether names must not be obeyed; elsewhere they are exact.
    on_terminal: bool,
    columns: Columns,
    earlier: Earlier,
}

impl Sink for Csv {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let exact_path = record.path.as_os_str().as_encoded_bytes();
        // What follows must not make the beginning of an answer look like a whole one.
        let is_between = self.goes_on && self.earlier.has_another(exact_path);
        let Some(written) = self.earlier.written(record) else { return Ok(()) };
        let mut rows = Writer::from_writer(if is_between { b"\n".to_vec() } else { Vec::new() });
        self.goes_on = false;
        let on_terminal = self.on_terminal;
        let shown = |field: &&[u8]| if on_terminal { escaped(field) } else { field.to_vec() };
        if !self.has_header {
            rows.write_record(self.columns.names().map(|name| shown(&name.as_bytes())))?;
        }
        let (asked, kept) = (self.asked(record), Kept::new(&self.columns.kept, &record.kept));
        let kept: Vec<_> = kept.texts().map(Option::unwrap_or_default).collect();
        let mut write = |row: [&[u8]; HEADER.len()]| {
            let others = asked.iter().map(String::as_bytes).chain(kept.iter().map(|text| text.as_bytes()));
            rows.write_record(
                row[..self.columns.known].iter().copied().chain(others).map(|field| shown(&field)),
            )
        };
        let shown_path = record.path.to_string_lossy();
        // Without a column for its bytes, a path would be lost in a text that stands for others too.
        let path = if has(self.columns.known, "path_bytes") { shown_path.as_bytes() } else { exact_path };
        let path_bytes = path_in_base64(&record.path);
        let path_bytes = path_bytes.as_deref().unwrap_or_default().as_bytes();
        let (model, res) = (self.run.model.name.as_bytes(), self.run.model.resolution.to_string());
        let res = res.as_bytes();
        let temperature = self.run.model.temperature.map(|temperature| temperature.to_string());
        let temperature = temperature.as_deref().unwrap_or_default().as_bytes();
        let precision = self.run.model.precision.map_or("", Precision::name).as_bytes();
        match &record.outcome {
            Ok(answer) => {
                let damaged = answer.damaged.as_deref().unwrap_or_default().as_bytes();
                if answer.top.is_empty() {
                    write([
                        path,
                        b"",
                        b"",
                        b"",
                        b"",
                        b"",
                        b"",
                        damaged,
                        model,
                        res,
                        path_bytes,
                        temperature,
                        precision,
                    ])?;
                }
                for (rank, class) in (1..).zip(&answer.top).skip(written) {
                    write([
                        path,
                        rank.to_string().as_bytes(),
                        class.index.to_string().as_bytes(),
                        class.wnid.as_deref().unwrap_or_default().as_bytes(),
                        class.label.as_bytes(),
                        class.score.to_string().as_bytes(),
                        b"",
                        damaged,
                        model,
                        res,
                        path_bytes,
                        temperature,
                        precision,
                    ])?;
                }
            }
            Err(error) => {
                let message = error.message.as_bytes();
                write([path, b"", b"", b"", b"", b"", message, b"", b"", b"", path_bytes, b"", b""])?;
            }
        }
        let rows = rows.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        output.write_all(&rows)?;
        self.has_header = true;
        output.flush()
    }
}

impl Csv {
    /// The fields of the columns for what is asked beside classes: empty for a failure.
    fn asked(&self, record: &Record) -> Vec<String> {
        let Some(asked) = &self.columns.asked else { return vec![] };
        let Ok(answer) = &record.outcome else { return vec![String::new(); asked.count()] };
        let level = Some(self.run.question.level).filter(|level| *level != Level::Class);
        let level = level.map(|level| level.name().to_owned()).unwrap_or_default();
        let own_groups = self.run.question.own_groups.clone().filter(|_| asked.has_own_groups);
        [level].into_iter().chain(answer.groups.iter().map(f32::to_string)).chain(own_groups).collect()
    }
}

fn escaped(field: &[u8]) -> Vec<u8> {
    escape_controls(&String::from_utf8_lossy(field)).into_bytes()
}
