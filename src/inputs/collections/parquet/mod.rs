//! Parquet: a table whose rows each have a picture, as `datasets` of the Hugging Face hub are stored.
//!
//! Columns are read a row at a time, so that a page of pictures is in memory and not a row group, which may be a whole file.

mod assemble;
mod choose;
#[cfg(test)]
mod claims;
mod column;
mod fault;
mod features;
mod header;
mod kept;
mod open;
mod pages;
mod shape;
mod source;
#[cfg(test)]
mod tests;
mod values;

use std::ops::ControlFlow;
use std::path::Path;

use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};

use self::choose::PictureColumn;
use self::column::Bytes;
use self::features::Features;
use self::kept::{KeptColumns, KeptRows};
use self::open::ParquetFile;
use super::reading::{Each, LARGEST, Reading, damage};
use crate::guard;
use crate::inputs::input::Input;
use crate::record::ItemError;

pub(super) fn read(reading: &Reading, each: &mut Each<'_>) -> ControlFlow<()> {
    let outcome = open::open(&reading.path).and_then(|file| {
        let table = caught(|| Table::of(&file, reading));
        table.map_err(|error| fault::told("", &error))?.read(each)
    });
    outcome.unwrap_or_else(|error| each(reading.failed(error)))
}

/// The names of the classes whose numbers a column of the Parquet file at `path` has, if `datasets` has written them.
pub(super) fn class_names(path: &Path, column: &str) -> Option<Vec<String>> {
    Features::of(open::open(path).ok()?.metadata()).class_names(column)
}

/// A panic of the library over damaged bytes is damage.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    guard::catch(work).unwrap_or_else(|panic| Err(ParquetError::General(panic)))
}

/// A file, and which columns of it are read.
struct Table<'a> {
    file: &'a ParquetFile,
    reading: &'a Reading,
    pictures: PictureColumn,
    kept: KeptColumns,
}

/// The columns of a row group.
struct Group<'a> {
    table: &'a Table<'a>,
    index: usize,
    /// The number of the next row within the group.
    at: u64,
    /// How many rows there are, once a row was passed over. The footer may claim any number.
    rows: Option<u64>,
    /// `None` if only names are asked for.
    pictures: Option<Bytes>,
    /// The names of the pictures, if the file has them.
    paths: Option<Bytes>,
    kept: KeptRows<'a>,
}

impl<'a> Table<'a> {
    fn of(file: &'a ParquetFile, reading: &'a Reading) -> Result<Self> {
        let schema = file.schema();
        let pictures = choose::choose(file, reading.options.image_column.as_deref())?;
        let kept = KeptColumns::find(schema, &reading.options.keep, reading.options.allows_missing)?;
        Ok(Self { file, reading, pictures, kept })
    }

    /// Reads all rows.
    ///
    /// # Errors
    /// At the first damage.
    fn read(&self, each: &mut Each<'_>) -> std::result::Result<ControlFlow<()>, ItemError> {
        let mut row = 0_u64;
        for index in 0..self.file.groups().len() {
            let mut group = caught(|| self.open(index)).map_err(|error| damaged(row, &error))?;
            for _ in 0..self.file.groups()[index].num_rows() {
                let input = caught(|| group.next(row)).map_err(|error| damaged(row, &error))?;
                if input.is_some_and(|input| each(input).is_break()) {
                    return Ok(ControlFlow::Break(()));
                }
                row += 1;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn open(&'a self, index: usize) -> Result<Group<'a>> {
        let Self { file, pictures, reading, .. } = self;
        let open = |leaf| Bytes::open(file, index, leaf);
        Ok(Group {
            table: self,
            index,
            at: 0,
            rows: None,
            pictures: (!reading.options.names_only).then(|| open(pictures.bytes)).transpose()?,
            paths: pictures.path.map(open).transpose()?,
            kept: self.kept.open(file, index)?,
        })
    }
}

impl Group<'_> {
    /// The picture of the next row; `None` if it is not asked for.
    fn next(&mut self, row: u64) -> Result<Option<Input>> {
        let reading = self.table.reading;
        let path = self.paths.as_mut().map_or(Ok(None), Bytes::next)?;
        let path = path.filter(|path| !path.is_empty());
        let is_named = path.is_some();
        let name =
            path.map_or_else(|| row.to_string(), |path| String::from_utf8_lossy(path.data()).into_owned());
        let name = Path::new(&name);
        let is_included = reading.includes_row(name);
        if self.paths.is_none() && !(is_included && self.pictures.is_some()) {
            self.check_row()?;
        }
        self.at += 1;
        if !is_included {
            self.pictures.as_mut().map(Bytes::pass);
            self.kept.pass();
            return Ok(None);
        }
        let kept = self.kept.next()?;
        let Some(pictures) = &mut self.pictures else { return Ok(Some(reading.member(name, vec![], kept))) };
        Ok(Some(match picture(pictures.next()?, is_named) {
            Ok(bytes) => reading.member(name, bytes, kept),
            Err(error) => reading.member_failed(name, error),
        }))
    }

    /// Refuses the next row, which is not read, if there is no such row.
    fn check_row(&mut self) -> Result<()> {
        let rows = match self.rows {
            Some(rows) => rows,
            None => column::rows(self.table.file, self.index, self.table.pictures.bytes)?,
        };
        self.rows = Some(rows);
        if self.at < rows { Ok(()) } else { Err(column::too_few()) }
    }
}

/// Damage that hides all rows that would follow.
fn damaged(row: u64, error: &ParquetError) -> ItemError {
    fault::told(&format!("cannot be read from row {row} on: "), error)
}

/// The bytes of a picture. If it `is_named`, its row has a path, which may be the path of a file elsewhere.
fn picture(value: Option<ByteArray>, is_named: bool) -> std::result::Result<Vec<u8>, ItemError> {
    let fault = if is_named {
        "its row has a path and no bytes: the picture is not in this file"
    } else {
        "its row has no picture: the value is null"
    };
    let value = value.ok_or_else(|| damage(fault))?;
    let size = value.len() as u64;
    if size > LARGEST {
        return Err(ItemError::io(format!("has {size} bytes; the limit is {LARGEST}")));
    }
    let mut bytes = vec![];
    let fault = |_| damage(format!("has {size} bytes, for which the system does not give memory"));
    bytes.try_reserve_exact(value.len()).map_err(fault)?;
    bytes.extend_from_slice(value.data());
    Ok(bytes)
}
