//! The columns, and which of them a file lacks that an earlier version began.

/// All columns, in order. `rank` counts from 1. A failure has only `path`, `error` and perhaps `path_bytes`; an answer without
/// classes has neither the columns from `rank` to `score` nor an `error`.
///
/// - `damaged` says in each row of a picture what is wrong with its file.
/// - `model` and `res` say in each row of an answer what gave it.
/// - `path_bytes` holds the bytes of the path in base64, if they are not UTF-8. The file itself always is.
/// - `temperature` says in each row of an answer by what the logits were divided. A file that was begun without one has no such
///   column.
///
/// A later version may add columns at the end; [`EARLIER`] then gets the number that there were.
#[rustfmt::skip]
pub(super) const HEADER: [&str; 12] = [
    "path", "rank", "index", "wnid", "label", "score", "error", "damaged", "model", "res", "path_bytes", "temperature",
];

/// How many of the columns a file without temperature has.
pub(super) const WITHOUT_TEMPERATURE: usize = HEADER.len() - 1;

/// How many of the columns the files of earlier versions have.
const EARLIER: [usize; 2] = [8, 7];

/// Whether a file with so many columns has this one.
pub(super) fn has(columns: usize, name: &str) -> bool {
    HEADER[..columns].contains(&name)
}

/// How many columns a line names, if it is our header. Spreadsheets add a byte order mark and carriage returns.
pub(super) fn own_columns(header: &[u8]) -> Option<usize> {
    let text = without_mark(header).trim_ascii_end();
    let mut known = [HEADER.len(), WITHOUT_TEMPERATURE].into_iter().chain(EARLIER);
    known.find(|columns| text == HEADER[..*columns].join(",").as_bytes())
}

/// A line without a byte order mark.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}
