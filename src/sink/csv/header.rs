//! The first line.

/// The columns. `rank` counts from 1. A failure has only `path` and `error`, an answer without classes only `path`.
/// `damaged` says in each row of a picture what is wrong with its file.
pub(super) const HEADER: [&str; 8] = ["path", "rank", "index", "wnid", "label", "score", "error", "damaged"];

/// How many of the columns a file has that was begun before there was `damaged`.
pub(super) const WITHOUT_DAMAGE: usize = 7;

/// How many columns a line names, if it is our header. Spreadsheets add a byte order mark and carriage returns.
pub(super) fn own_columns(header: &[u8]) -> Option<usize> {
    let text = without_mark(header).trim_ascii_end();
    [HEADER.len(), WITHOUT_DAMAGE].into_iter().find(|columns| text == HEADER[..*columns].join(",").as_bytes())
}

/// A line without a byte order mark.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}
