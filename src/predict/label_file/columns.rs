//! Tables: csv, tab-separated values, and objects with the same keys.

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::indexed::{Names, in_order};
use super::lines;
use crate::predict::labels::{Label, is_wnid};

/// Headers of a column of indices, as [`normal`] writes them.
const INDEX: [&str; 7] = ["index", "idx", "id", "classid", "classindex", "classidx", "labelid"];

/// Headers of a column of names, the best first.
const NAME: [&str; 8] =
    ["name", "classname", "labelname", "displayname", "class", "label", "names", "description"];

/// Headers of a column of names that may hold their indices, if another column holds names.
const EITHER: [&str; 2] = ["class", "label"];

/// Headers of a column of WordNet ids.
const WNID: [&str; 4] = ["wnid", "synset", "wordnetid", "id"];

/// Headers of the only column.
const ONLY: [&str; 9] =
    ["name", "names", "class", "classes", "label", "labels", "classname", "labelname", "wnid"];

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

type Row = Vec<String>;

struct Table {
    header: Row,
    rows: Vec<Row>,
}

/// A table whose first line has the names of the columns: words that are known, or any words above numbers.
pub(super) fn with_header(text: &str) -> Option<Names> {
    let first = text.lines().next()?;
    let table = DELIMITERS.into_iter().find_map(|delimiter| {
        let header = rows(first, delimiter).ok()?.pop().filter(|header| header.len() > 1)?;
        let table = rows(text, delimiter).map(|mut rows| {
            rows.remove(0);
            Table { header: header.clone(), rows }
        });
        let is_header = header.iter().all(|cell| is_known(cell))
            || header.iter().all(|cell| !is_index(cell))
                && table.as_ref().is_ok_and(|table| table.numbers().next().is_some());
        is_header.then_some(table)
    })?;
    Some(table.and_then(|table| table.names()))
}

/// One name per line below the name of the column.
pub(super) fn with_one_column(text: &str) -> Option<Names> {
    let (header, rest) = text.split_once('\n')?;
    let is_header =
        ONLY.contains(&&*normal(header)) && !header.contains([':', '#']) && !rest.trim().is_empty();
    is_header.then(|| lines::plain(rest))
}

/// `ClassId`, `class_id` and `"Class ID"` are one header.
fn normal(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

fn is_known(header: &str) -> bool {
    [&INDEX[..], &NAME, &WNID].iter().any(|known| known.contains(&&*normal(header)))
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
        let index = self.index(wnid)?;
        let named =
            NAME.iter().filter_map(|header| self.find(&[header])).find(|column| Some(*column) != index);
        let Some(name) = named.or(wnid).or_else(|| self.only_text()) else {
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

    /// The column of indices: the one that is called so, else the only one whose numbers are those of the outputs.
    /// Without it the rows are in order, unless numbers of an unknown kind may say otherwise.
    fn index(&self, wnid: Option<usize>) -> Result<Option<usize>, String> {
        let known = INDEX.iter().filter_map(|header| self.find(&[header]));
        let either = EITHER.iter().filter_map(|header| self.find(&[header]));
        let known = known.into_iter().find(|column| Some(*column) != wnid);
        if let Some(known) = known.or_else(|| either.into_iter().find(|column| self.holds(*column, is_index)))
        {
            return Ok(Some(known));
        }
        let numbers: Vec<usize> =
            self.numbers().filter(|column| !NAME.contains(&&*normal(&self.header[*column]))).collect();
        let whole: Vec<usize> =
            numbers.iter().copied().filter(|column| self.counts_from(*column, 0)).collect();
        match (&whole[..], &numbers[..]) {
            ([index], _) | ([], [index]) if self.counts_from(*index, 0) || self.counts_from(*index, 1) => {
                Ok(Some(*index))
            }
            (_, []) => Ok(None),
            (_, [first, ..]) => {
                let (header, last) = (&self.header[*first], self.rows.len().saturating_sub(1));
                Err(format!("nothing says whether the column {header:?} is the index (0 to {last})"))
            }
        }
    }

    /// The columns that hold numbers only.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        (0..self.header.len()).filter(|column| !self.rows.is_empty() && self.holds(*column, is_index))
    }

    /// Whether the numbers of a column are `first`, `first` + 1, … in any order.
    fn counts_from(&self, column: usize, first: usize) -> bool {
        let mut numbers: Vec<usize> = self.rows.iter().filter_map(|row| row[column].parse().ok()).collect();
        numbers.sort_unstable();
        numbers.iter().enumerate().all(|(row, number)| *number == row + first)
    }

    /// The only column that does not hold numbers.
    fn only_text(&self) -> Option<usize> {
        let mut texts = (0..self.header.len()).filter(|column| !self.holds(*column, is_index));
        texts.next().filter(|_| texts.next().is_none())
    }

    /// The column with the first of these headers.
    fn find(&self, headers: &[&str]) -> Option<usize> {
        let position = |header: &&str| self.header.iter().position(|cell| normal(cell) == **header);
        headers.iter().find_map(position)
    }

    fn holds(&self, column: usize, test: fn(&str) -> bool) -> bool {
        self.rows.iter().all(|row| test(&row[column]))
    }
}
