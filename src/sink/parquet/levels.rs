//! Parquet columns: values, and levels that encode nulls and lists.
//!
//! A definition level counts how many of the optional and repeated fields around a value are present. A repetition level is 0
//! at the start of a row and 1 for further elements of its list (Melnik et al., "Dremel", VLDB 2010, section 4.1).

use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

/// A row group being written to memory.
pub(in crate::sink) type RowGroup<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

/// Writes the next column: one value per row.
pub(in crate::sink) fn write_required<T: DataType>(
    group: &mut RowGroup,
    rows: impl Iterator<Item = T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<_> = rows.collect();
    write_next::<T>(group, |_| (values, None, None))
}

/// Writes the next column: one value or null per row. Either the value or the group around it is optional.
pub(in crate::sink) fn write_optional<T: DataType>(
    group: &mut RowGroup,
    rows: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    write_next::<T>(group, |_| {
        let (mut values, mut definition) = (Vec::new(), Vec::new());
        for value in rows {
            definition.push(value.is_some().into());
            values.extend(value);
        }
        (values, Some(definition), None)
    })
}

/// Writes the next column: one list or null per row. Elements may be null only if the schema makes them optional.
pub(in crate::sink) fn write_lists<T: DataType, L: Iterator<Item = Option<T::T>>>(
    group: &mut RowGroup,
    rows: impl Iterator<Item = Option<L>>,
) -> Result<(), ParquetError> {
    const NO_LIST: i16 = 0;
    const EMPTY: i16 = 1;
    const NO_VALUE: i16 = 2;
    write_next::<T>(group, |value_level| {
        let (mut values, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
        for list in rows {
            let start = definition.len();
            let level_if_empty = if list.is_some() { EMPTY } else { NO_LIST };
            for value in list.into_iter().flatten() {
                definition.push(if value.is_some() { value_level } else { NO_VALUE });
                repetition.push((definition.len() > start + 1).into());
                values.extend(value);
            }
            if definition.len() == start {
                definition.push(level_if_empty);
                repetition.push(0);
            }
        }
        (values, Some(definition), Some(repetition))
    })
}

/// Values, definition levels, repetition levels.
type Leaf<T> = (Vec<T>, Option<Vec<i16>>, Option<Vec<i16>>);

/// Writes the next column. `leaf` is given the definition level of a value that is present.
fn write_next<T: DataType>(
    group: &mut RowGroup,
    leaf: impl FnOnce(i16) -> Leaf<T::T>,
) -> Result<(), ParquetError> {
    let column = group.next_column()?;
    let mut column = column.ok_or_else(|| ParquetError::General("no such column in the schema".into()))?;
    let writer = column.typed::<T>();
    let (values, definition, repetition) = leaf(writer.get_descriptor().max_def_level());
    writer.write_batch(&values, definition.as_deref(), repetition.as_deref())?;
    column.close()
}
