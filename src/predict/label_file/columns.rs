//! Tables: csv, tab-separated values, and objects with the same keys.

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::indexed::{Names, in_order};
use crate::predict::labels::{Label, is_wnid};

/// Headers of a column of indices.
const INDEX: [&str; 7] = ["index", "idx", "id", "class_id", "class_index", "class_idx", "label_id"];

/// Headers of a column of names, the best first.
const NAME: [&str; 8] =
    ["name", "class_name", "label_name", "display_name", "description", "class", "label", "names"];

/// Headers of a column of names that may hold their indices, if another column holds names.
const EITHER: [&str; 2] = ["class", "label"];

/// Headers of a column of WordNet ids.
const WNID: [&str; 4] = ["wnid", "synset", "wordnet_id", "id"];

const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

type Row = Vec<String>;

struct Table {
    header: Row,
    rows: Vec<Row>,
}

/// A table whose first line has the names of the columns.
pub(super) fn with_header(text: &str) -> Option<Names> {
    let is_known = |cell: &String| {
        let cell = cell.to_lowercase();
        [&INDEX[..], &NAME, &WNID].iter().any(|known| known.contains(&cell.as_str()))
    };
    let is_header = |cells: &Row| cells.len() > 1 && cells.iter().all(is_known);
    let first = text.lines().next()?;
    let starts =
        |delimiter: &u8| rows(first, *delimiter).is_ok_and(|rows| rows.first().is_some_and(is_header));
    let delimiter = DELIMITERS.into_iter().find(starts)?;
    Some(rows(text, delimiter).and_then(|mut rows| Table { header: rows.remove(0), rows }.names()))
}

/// Two or three columns: names, and their indices or WordNet ids.
pub(super) fn without_header(text: &str) -> Option<Names> {
    let table = DELIMITERS.into_iter().find_map(|delimiter| {
        let rows = rows(text, delimiter).ok()?;
        let width = rows.first()?.len();
        let header: Row = (0..width).map(|column| kind(&rows, column).to_owned()).collect();
        let count = |kind: &str| header.iter().filter(|header| **header == kind).count();
        let is_table =
            (2..=3).contains(&width) && count("name") == 1 && count("index") <= 1 && count("wnid") <= 1;
        is_table.then_some(Table { header, rows })
    })?;
    Some(table.names())
}

/// The names in objects with a key for the name and perhaps one for the index.
pub(super) fn of_records(records: &[Map<String, Value>]) -> Names {
    let header: Row = records.first().into_iter().flat_map(Map::keys).cloned().collect();
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |(number, record): (usize, &Map<String, Value>)| {
        let value = |key: &String| record.get(key).filter(|value| !value.is_null());
        let row: Option<Row> = header.iter().map(|key| value(key).map(cell)).collect();
        row.ok_or_else(|| format!("object {number} lacks one of {}", header.join(", ")))
    };
    let rows = records.iter().enumerate().map(row).collect::<Result<_, _>>()?;
    Table { header, rows }.names()
}

/// The rows of a table, all with as many cells as the first.
fn rows(text: &str, delimiter: u8) -> Result<Vec<Row>, String> {
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).delimiter(delimiter).trim(Trim::All);
    let row = |row: csv::Result<StringRecord>| {
        let row = row.map_err(|error| error.to_string())?;
        Ok(row.iter().map(str::to_owned).collect())
    };
    reader.from_reader(text.trim_end().as_bytes()).records().map(row).collect()
}

/// What a column without a header holds.
fn kind(rows: &[Row], column: usize) -> &'static str {
    let all = |test: fn(&str) -> bool| rows.iter().all(|row| test(&row[column]));
    if all(is_index) {
        "index"
    } else if all(is_wnid) {
        "wnid"
    } else {
        "name"
    }
}

fn is_index(cell: &str) -> bool {
    cell.parse::<usize>().is_ok()
}

impl Table {
    /// The names in the order of the indices, or else of the rows.
    fn names(&self) -> Names {
        let columns = self.header.join(", ");
        let wnid = self.find(&WNID).filter(|column| self.holds(*column, is_wnid));
        let index = self.find(&INDEX).filter(|column| Some(*column) != wnid);
        let number = EITHER.iter().filter_map(|header| self.find(&[header]));
        let index = index.or_else(|| number.clone().find(|column| self.holds(*column, is_index)));
        let named =
            NAME.iter().filter_map(|header| self.find(&[header])).find(|column| Some(*column) != index);
        let Some(name) = named.or(wnid) else {
            return Err(format!("a table without a column of names: its columns are {columns}"));
        };
        if let Some(row) = self.rows.iter().position(|row| row[name].is_empty()) {
            return Err(format!("row {} of the columns {columns} has no name", row + 1));
        }
        let label = |row: &Row| Label {
            wnid: wnid.filter(|wnid| *wnid != name).map(|wnid| row[wnid].as_str().into()),
            name: row[name].as_str().into(),
        };
        let Some(index) = index else {
            return Ok(self.rows.iter().map(label).collect());
        };
        let entry = |row: &Row| {
            let number = row[index].parse::<u32>();
            let number = number.map_err(|_| {
                format!("{:?} in the column {} is not an index", row[index], self.header[index])
            });
            Ok((number? as usize, label(row)))
        };
        in_order(self.rows.iter().map(entry).collect::<Result<Vec<_>, String>>()?)
    }

    /// The column with the first of these headers.
    fn find(&self, headers: &[&str]) -> Option<usize> {
        let position = |header: &&str| self.header.iter().position(|cell| cell.eq_ignore_ascii_case(header));
        headers.iter().find_map(position)
    }

    fn holds(&self, column: usize, test: fn(&str) -> bool) -> bool {
        self.rows.iter().all(|row| test(&row[column]))
    }
}
