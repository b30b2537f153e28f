//! A table with a column of paths and one of labels.

use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::columns::{Places, places};
use super::data::{Columns, Row};
use super::error::Fault;
use super::gather::{label, path};

/// The rows below the header, if there is one.
pub(super) fn rows(
    text: &[u8],
    delimiter: u8,
    wanted: Option<&Columns>,
    exists: impl Fn(&Path) -> bool,
) -> Result<Vec<Row>, Fault> {
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).delimiter(delimiter).flexible(true).trim(Trim::All);
    let mut records = reader.from_reader(text).into_byte_records().map(|record| {
        record
            .map_err(|error| Fault::line(error.position().map_or(0, csv::Position::line), error.to_string()))
    });
    let Some(first) = records.next().transpose()? else { return Ok(vec![]) };
    let cells: Vec<_> = first.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let columns = places(&cells, wanted, exists)?;
    let first = (!columns.has_header).then_some(Ok(first));
    first.into_iter().chain(records).map(|record| row(&record?, &columns)).collect()
}

fn row(record: &ByteRecord, columns: &Places) -> Result<Row, Fault> {
    let line = record.position().map_or(0, csv::Position::line);
    let cell = |place: usize| {
        let lacking = || Fault::line(line, format!("it has {} columns, not {}", record.len(), place + 1));
        record.get(place).ok_or_else(lacking)
    };
    Ok(Row { line, path: path(cell(columns.path)?, line)?, label: label(cell(columns.label)?, line)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, delimiter: u8) -> Result<Vec<(String, String)>, String> {
        let rows = rows(text.as_bytes(), delimiter, None, |_| false).map_err(|fault| fault.to_string())?;
        Ok(rows.into_iter().map(|row| (row.path.display().to_string(), row.label)).collect())
    }

    #[test]
    fn cells_may_be_quoted_and_rows_blank() {
        let text = "label,path\n\"tench, Tinca tinca\",\"a,b.jpg\"\n\n5, my cat.jpg \n";
        let row = |path: &str, label: &str| (path.to_owned(), label.to_owned());
        assert_eq!(read(text, b',').unwrap(), [row("a,b.jpg", "tench, Tinca tinca"), row("my cat.jpg", "5")]);
        assert_eq!(read("a.jpg\ttabby cat", b'\t').unwrap(), [row("a.jpg", "tabby cat")]);
    }

    #[test]
    fn a_row_that_lacks_a_cell_is_named() {
        assert_eq!(
            read("path,label\na.jpg,1\nb.jpg\n", b',').unwrap_err(),
            "line 3: it has 1 columns, not 2"
        );
        assert_eq!(read("path,label\na.jpg,\n", b',').unwrap_err(), "line 2: no label");
        assert_eq!(read("path,label\n,5\n", b',').unwrap_err(), "line 2: no path");
    }
}
