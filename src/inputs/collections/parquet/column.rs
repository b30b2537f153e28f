//! Columns that are read a row at a time, so that no more of them is in memory than a page.

use std::mem;

use parquet::basic::{Compression, Type};
use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType};
use parquet::errors::{ParquetError, Result};

use super::fault::{fault, other_codec};
use super::open::ParquetFile;
use super::pages::Pages;

/// The number of rows in the pages of column `leaf`, which has one value a row, up to the first damage. Only page headers are read.
pub(super) fn rows(file: &ParquetFile, group: usize, leaf: usize) -> Result<u64> {
    let (mut pages, mut found) = (pages(file, group, leaf)?, 0);
    while let Ok(Some(page)) = pages.peek_next_page() {
        found += page.num_levels.or(page.num_rows).unwrap_or(0) as u64;
        if pages.skip_next_page().is_err() {
            break;
        }
    }
    Ok(found)
}

/// The error for a row that does not exist.
pub(super) fn too_few() -> ParquetError {
    fault("it has fewer rows than the footer says")
}

/// The pages of column `leaf` of row group `group`.
///
/// # Errors
/// If they are compressed in a way that this build cannot read.
fn pages(file: &ParquetFile, group: usize, leaf: usize) -> Result<Pages> {
    let chunk = file.groups()[group].column(leaf);
    let name = chunk.column_path().string();
    match chunk.compression() {
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {}
        other => {
            let codec = format!("{other:?}");
            let codec = codec.split('(').next().unwrap_or_default();
            return Err(other_codec(name, codec.to_owned()));
        }
    }
    let (pages, source) = file.pages(group, leaf)?;
    Ok(Pages::new(pages, source, &chunk.column_descr_ptr()))
}

/// Opens column `leaf` of row group `group`.
///
/// # Errors
/// As those of its pages.
pub(super) fn open(file: &ParquetFile, group: usize, leaf: usize) -> Result<ColumnReader> {
    let pages = pages(file, group, leaf)?;
    Ok(get_column_reader(file.groups()[group].column(leaf).column_descr_ptr(), Box::new(pages)))
}

/// The levels of one row: of each of its entries, which may be null.
#[derive(Debug, Default)]
pub(super) struct Levels {
    pub(super) definition: Vec<i16>,
    pub(super) repetition: Vec<i16>,
}

/// A column of which rows may be passed over; they are skipped when the next one is read, by whole pages where that is possible.
pub(super) struct Rows<T: DataType> {
    column: ColumnReaderImpl<T>,
    passed: usize,
}

impl<T: DataType> Rows<T> {
    pub(super) fn new(column: ColumnReaderImpl<T>) -> Self {
        Self { column, passed: 0 }
    }

    pub(super) fn pass(&mut self) {
        self.passed += 1;
    }

    /// Reads the levels of the next row, and its values that are not null, in place of those of the last one.
    pub(super) fn read(&mut self, levels: &mut Levels, values: &mut Vec<T::T>) -> Result<()> {
        let Levels { definition, repetition } = levels;
        definition.clear();
        repetition.clear();
        values.clear();
        let passed = mem::take(&mut self.passed);
        let skipped = self.column.skip_records(passed)?;
        let (records, _, entries) =
            self.column.read_records(1, Some(definition), Some(repetition), values)?;
        if skipped < passed || records == 0 {
            return Err(too_few());
        }
        // A column without optional or repeated fields has no levels: all of them are 0.
        definition.resize(entries, 0);
        repetition.resize(entries, 0);
        Ok(())
    }
}

/// A column of byte strings, at most one a row.
pub(super) struct Bytes {
    rows: Rows<ByteArrayType>,
    levels: Levels,
    value: Vec<ByteArray>,
}

impl Bytes {
    /// Opens column `leaf` of row group `group`, which holds byte strings and is not repeated.
    pub(super) fn open(file: &ParquetFile, group: usize, leaf: usize) -> Result<Self> {
        match open(file, group, leaf)? {
            ColumnReader::ByteArrayColumnReader(column) => {
                Ok(Self { rows: Rows::new(column), levels: Levels::default(), value: vec![] })
            }
            _ => Err(fault(format!("expected a column of {}", Type::BYTE_ARRAY))),
        }
    }

    pub(super) fn pass(&mut self) {
        self.rows.pass();
    }

    /// The next row; `None` if it is null.
    pub(super) fn next(&mut self) -> Result<Option<ByteArray>> {
        self.rows.read(&mut self.levels, &mut self.value)?;
        Ok(self.value.pop())
    }
}
