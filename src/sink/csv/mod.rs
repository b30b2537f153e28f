//! CSV in long form: a row per class, or a single row for a picture without classes.

use std::io::{self, BufRead, Write};

use csv::{ByteRecord, ReaderBuilder, Writer};

use super::completed::{CompletedInputs, ResumeError};
use super::format::{Constructor, Format, Sink};
use crate::record::{ModelInfo, Record};

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
    is_beginning: |start| start.starts_with(HEADER[..WITHOUT_DAMAGE].join(",").as_bytes()),
    read_completed: Some(read_completed),
    constructor: Constructor::BuiltIn(|options| {
        let columns = if options.lacks_damage { WITHOUT_DAMAGE } else { HEADER.len() };
        Box::new(Csv { has_header: options.appends, columns })
    }),
};

/// The columns. `rank` counts from 1. A failure has only `path` and `error`, an answer without classes only `path`.
/// `damaged` says in each row of a picture what is wrong with its file.
const HEADER: [&str; 8] = ["path", "rank", "index", "wnid", "label", "score", "error", "damaged"];

/// How many of the columns a file has that was begun before there was `damaged`.
const WITHOUT_DAMAGE: usize = 7;

/// Writes all rows of a picture at once.
#[derive(Debug)]
struct Csv {
    has_header: bool,
    /// How many of [`HEADER`] the file has.
    columns: usize,
}

impl Sink for Csv {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let mut rows = Writer::from_writer(Vec::new());
        if !self.has_header {
            rows.write_record(&HEADER[..self.columns])?;
        }
        let path = record.path.as_os_str().as_encoded_bytes();
        let mut write = |row: [&[u8]; HEADER.len()]| rows.write_record(&row[..self.columns]);
        match &record.outcome {
            Ok(answer) => {
                let damaged = answer.damaged.as_deref().unwrap_or_default().as_bytes();
                if answer.top.is_empty() {
                    write([path, b"", b"", b"", b"", b"", b"", damaged])?;
                }
                for (rank, class) in (1..).zip(&answer.top) {
                    write([
                        path,
                        rank.to_string().as_bytes(),
                        class.index.to_string().as_bytes(),
                        class.wnid.as_deref().unwrap_or_default().as_bytes(),
                        class.label.as_bytes(),
                        class.score.to_string().as_bytes(),
                        b"",
                        damaged,
                    ])?;
                }
            }
            Err(error) => write([path, b"", b"", b"", b"", b"", error.message.as_bytes(), b""])?,
        }
        let rows = rows.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        output.write_all(&rows)?;
        self.has_header = true;
        output.flush()
    }
}

/// The picture whose rows are being read.
struct CurrentPicture {
    path: Box<[u8]>,
    /// Offset of its first row.
    start: u64,
    /// Rank of its last row so far; 0 if it has none.
    rank: u32,
}

impl CurrentPicture {
    /// Whether a row of this path and rank is the picture's next one, and not another picture's first.
    fn continues_with(&self, path: &[u8], rank: u32) -> bool {
        *self.path == *path && self.rank > 0 && rank.checked_sub(1) == Some(self.rank)
    }
}

/// The inputs that a CSV file has completed. Rows of its last picture may be missing, so that picture is not counted; neither
/// is one whose rows are interrupted. Rows do not name their model.
fn read_completed(mut file: &mut dyn BufRead, _: Option<&ModelInfo>) -> Result<CompletedInputs, ResumeError> {
    let Some((header_length, columns)) = read_header(&mut file)? else {
        return Ok(CompletedInputs::default());
    };
    let mut completed = CompletedInputs::none(header_length);
    completed.lacks_damage = columns == WITHOUT_DAMAGE;
    let mut rows = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(file);
    let mut current: Option<CurrentPicture> = None;
    // Where the rows of an unfinished picture begin, and how many rows since then are not ours.
    let (mut tail, mut strangers) = (header_length, 0);
    let mut first_stranger = 0;
    let mut row = ByteRecord::new();
    while rows.read_byte_record(&mut row).map_err(io::Error::from)? {
        let (start, line) = row.position().map_or((0, 0), |position| (position.byte(), position.line() + 1));
        let start = header_length + start;
        let path = row.get(0).unwrap_or_default();
        match (rank(&row, columns), &mut current) {
            (Some(rank), Some(picture)) if picture.continues_with(path, rank) => picture.rank = rank,
            (Some(rank @ (0 | 1)), picture) => {
                if let Some(picture) = picture.replace(CurrentPicture { path: path.into(), start, rank }) {
                    completed.add(&picture.path, picture.start..start);
                }
                (tail, strangers) = (start, 0);
            }
            // Not a row of ours, or one whose predecessors are missing.
            _ => {
                current = None;
                strangers += 1;
                first_stranger = if strangers == 1 { line } else { first_stranger };
            }
        }
    }
    if strangers > 1 {
        if completed.count() == 0 {
            let reason = "it is not a row of one of its answers".to_owned();
            return Err(ResumeError::NotAnAnswer { line: first_stranger, reason });
        }
        // Only the last row may be torn.
        tail = header_length + rows.position().byte();
    }
    completed.end_at(tail);
    Ok(completed)
}

/// The rank in a row, 0 if it has none; `None` if it is not one of our rows, which have so many columns.
fn rank(row: &ByteRecord, columns: usize) -> Option<u32> {
    match row.get(1)? {
        _ if row.len() != columns => None,
        b"" => Some(0),
        rank => str::from_utf8(rank).ok()?.parse().ok().filter(|rank| *rank > 0),
    }
}

/// Reads the header and gives its length and its columns, or `None` if the file ends before the header does.
fn read_header(file: &mut dyn BufRead) -> Result<Option<(u64, usize)>, ResumeError> {
    let mut header = Vec::new();
    let length = file.read_until(b'\n', &mut header)?;
    // Spreadsheets add a byte order mark and carriage returns.
    let own = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&header);
    for columns in [HEADER.len(), WITHOUT_DAMAGE] {
        if own.trim_ascii_end() == HEADER[..columns].join(",").as_bytes() && own.ends_with(b"\n") {
            return Ok(Some((length as u64, columns)));
        }
    }
    let expected = HEADER.join(",");
    if expected.as_bytes().starts_with(own) {
        return Ok(None);
    }
    let reason = format!("the header is not {expected}");
    Err(ResumeError::NotAnAnswer { line: 1, reason })
}
