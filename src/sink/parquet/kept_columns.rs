//! The columns that records keep: a struct with a text for each, after all other columns.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::schema::types::Type;

use super::levels::{RowGroup, write_optional};
use crate::record::Record;
use crate::sink::kept::text;

/// `schema` with the columns of these names. They may be any, which the parser of schemas does not allow.
pub(super) fn with_kept(schema: Type, names: &[String]) -> Result<Type, ParquetError> {
    if names.is_empty() {
        return Ok(schema);
    }
    let column = |name: &String| {
        let column = Type::primitive_type_builder(name, PhysicalType::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::String));
        column.build().map(Arc::new)
    };
    let kept = Type::group_type_builder("kept")
        .with_repetition(Repetition::REQUIRED)
        .with_fields(names.iter().map(column).collect::<Result<_, _>>()?);
    let fields = [schema.get_fields(), &[Arc::new(kept.build()?)]].concat();
    Type::group_type_builder(schema.name()).with_fields(fields).build()
}

/// Writes these columns: null where the input has no value.
pub(super) fn write_kept(
    group: &mut RowGroup,
    names: &[String],
    rows: &[Record],
) -> Result<(), ParquetError> {
    for place in 0..names.len() {
        let values = rows.iter().map(|row| row.kept.get(place).and_then(text));
        write_optional::<ByteArrayType>(group, values.map(|value| Some(ByteArray::from(&*value?))))?;
    }
    Ok(())
}
