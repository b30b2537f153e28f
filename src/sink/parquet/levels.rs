//! Columns of Parquet: the values of many rows, and levels that say where there are none.
//!
//! A definition level counts how many of the optional and repeated fields around a value are there; a repetition level is 0
//! where a row begins and 1 where its list goes on (Melnik et al., "Dremel", VLDB 2010, section 4.1).

use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

/// Rows being written to memory.
pub(super) type RowGroup<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

/// Writes the next column: a value a row.
pub(super) fn write_required<T: DataType>(
    group: &mut RowGroup,
    rows: impl Iterator<Item = T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<_> = rows.collect();
    write_next::<T>(group, |_| (values, None, None))
}

/// Writes the next column: a value or none a row. The optional field may be the value or the group it is in.
pub(super) fn write_optional<T: DataType>(
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

/// Writes the next column: a list or none a row. Elements may be none only where the schema has them optional.
pub(super) fn write_lists<T: DataType, L: Iterator<Item = Option<T::T>>>(
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
            let without = if list.is_some() { EMPTY } else { NO_LIST };
            for value in list.into_iter().flatten() {
                definition.push(if value.is_some() { value_level } else { NO_VALUE });
                repetition.push((definition.len() > start + 1).into());
                values.extend(value);
            }
            if definition.len() == start {
                definition.push(without);
                repetition.push(0);
            }
        }
        (values, Some(definition), Some(repetition))
    })
}

/// Values, definition levels, repetition levels.
type Leaf<T> = (Vec<T>, Option<Vec<i16>>, Option<Vec<i16>>);

/// Writes what `leaf` makes of the definition level of a value that is there.
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
