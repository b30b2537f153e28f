//! CSV in long form: a row per class, or one for a picture without any.

use std::io::{self, Write};

use super::Sink;
use crate::record::Record;

/// The columns. `rank` counts from 1; what does not apply is empty: all but `error` of a failure, all of an answer
/// without classes.
pub(super) const HEADER: [&str; 7] = ["path", "rank", "index", "wnid", "label", "score", "error"];

/// Writes rows, those of a picture at once.
#[derive(Debug, Default)]
pub struct Csv {
    has_header: bool,
}

impl Csv {
    /// Rows for a file that has its header.
    pub fn resumed() -> Self {
        Self { has_header: true }
    }
}

impl Sink for Csv {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        if !self.has_header {
            rows.write_record(HEADER)?;
        }
        let path = record.path.as_os_str().as_encoded_bytes();
        let bytes = |text: &str| text.as_bytes().to_vec();
        match &record.outcome {
            Ok(answer) => {
                for (rank, class) in (1..).zip(&answer.top) {
                    let (rank, index, score) =
                        (rank.to_string(), class.index.to_string(), class.score.to_string());
                    let [wnid, label] = [class.wnid.as_deref().unwrap_or_default(), &*class.label];
                    let row = [&rank, &index, wnid, label, &score, ""].map(bytes);
                    rows.write_record([&[path.to_vec()], &row[..]].concat())?;
                }
                if answer.top.is_empty() {
                    rows.write_record([path, b"", b"", b"", b"", b"", b""])?;
                }
            }
            Err(error) => rows.write_record([path, b"", b"", b"", b"", b"", error.message.as_bytes()])?,
        }
        let rows = rows.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        output.write_all(&rows)?;
        self.has_header = true;
        output.flush()
    }
}
