//! Columns that answers and embeddings have in common.

use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::errors::ParquetError;

use super::levels::{RowGroup, write_optional, write_required};
use crate::record::{Answer, Record};
use crate::sink::fields::path_bytes;

/// Writes `path`, `path_bytes`, `width` and `height`.
pub(in crate::sink) fn write_pictures(group: &mut RowGroup, rows: &[Record]) -> Result<(), ParquetError> {
    write_required::<ByteArrayType>(group, rows.iter().map(|row| text(&row.path.to_string_lossy())))?;
    let bytes = rows.iter().map(|row| path_bytes(&row.path).map(ByteArray::from));
    write_optional::<ByteArrayType>(group, bytes)?;
    write_optional::<Int32Type>(group, answers(rows).map(|answer| Some(answer?.width as i32)))?;
    write_optional::<Int32Type>(group, answers(rows).map(|answer| Some(answer?.height as i32)))
}

/// Writes `error` and `damaged`.
pub(in crate::sink) fn write_faults(group: &mut RowGroup, rows: &[Record]) -> Result<(), ParquetError> {
    let errors = || rows.iter().map(|row| row.outcome.as_ref().err());
    write_optional::<ByteArrayType>(group, errors().map(|error| Some(text(error?.kind))))?;
    write_optional::<ByteArrayType>(group, errors().map(|error| Some(text(&error?.message))))?;
    write_optional::<ByteArrayType>(group, answers(rows).map(|answer| answer?.damaged.as_deref().map(text)))
}

/// The answer of each row, if it has one.
pub(in crate::sink) fn answers(rows: &[Record]) -> impl Iterator<Item = Option<&Answer>> {
    rows.iter().map(|row| row.outcome.as_ref().ok())
}

pub(in crate::sink) fn text(text: &str) -> ByteArray {
    ByteArray::from(text)
}
