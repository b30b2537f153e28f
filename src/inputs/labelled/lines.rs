//! A list: a path, spaces, a label. ImageNet's `val.txt` is one.

use super::data::Row;
use super::error::Fault;
use super::gather::{label, path};

/// The lines that are not blank. The label is the last word, so that paths may have spaces; labels with spaces need a table.
pub(super) fn rows(text: &[u8]) -> Result<Vec<Row>, Fault> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).zip(1..);
    lines.filter(|(line, _)| !line.is_empty()).map(|(text, line)| row(text, line)).collect()
}

fn row(text: &[u8], line: u64) -> Result<Row, Fault> {
    let Some(space) = text.iter().rposition(u8::is_ascii_whitespace) else {
        let text = String::from_utf8_lossy(text);
        return Err(Fault::line(line, format!("expected a path and a label, found `{text}`")));
    };
    let (before, last) = text.split_at(space);
    Ok(Row { line, path: path(before.trim_ascii_end(), line)?, label: label(&last[1..], line)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_is_the_last_word() {
        let rows = rows(b"a.JPEG 65\r\n\nmy cat.jpg   tabby\n").unwrap();
        let found: Vec<_> =
            rows.iter().map(|row| (row.line, row.path.to_str().unwrap(), &*row.label)).collect();
        assert_eq!(found, [(1, "a.JPEG", "65"), (3, "my cat.jpg", "tabby")]);
    }

    #[test]
    fn a_line_without_a_label_is_named() {
        let fault = rows(b"a.jpg 1\nb.jpg\n").unwrap_err().to_string();
        assert_eq!(fault, "line 2: expected a path and a label, found `b.jpg`");
    }
}
