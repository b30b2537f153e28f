//! Rows to row groups.
//!
//! Rows are held until they fill a row group, which is then written. Readers begin at the footer, so a file cannot be read
//! before [`Sink::finish`] has written it, and cannot be appended to.

use std::io::{self, Write};
use std::mem::size_of;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use serde_json::Value;

use super::kept_columns::{with_kept, write_kept};
use super::levels::RowGroup;
use crate::record::{Answer, Record};
use crate::sink::format::Sink;
use crate::sink::kept;

/// What the rows of a file are.
pub(in crate::sink) trait Table {
    /// The columns.
    const SCHEMA: &'static str;

    /// Columns whose values rarely repeat: a dictionary would be as long as the column.
    const WITHOUT_DICTIONARY: &'static [&'static str];

    /// Size of a row group in memory, bytes. Each makes the footer longer, which is in memory until the end.
    const ROW_GROUP_BYTES: usize;

    /// What the footer says of its writer, before the version.
    const CREATED_BY: &'static str;

    /// The names of the columns that records keep. In a struct `kept` after all others there is a text for each.
    fn keep(&self) -> &[String];

    /// Adds what only this table asks of its file.
    fn properties(&self, properties: WriterPropertiesBuilder) -> WriterPropertiesBuilder;

    /// Writes the columns of a row group, in the order of [`SCHEMA`](Self::SCHEMA).
    fn write_columns(&self, group: &mut RowGroup, rows: &[Record]) -> Result<(), ParquetError>;

    /// The approximate memory that an answer has outside of its struct.
    fn memory(answer: &Answer) -> usize;
}

/// Collects rows and writes them in groups.
pub(in crate::sink) struct RowGroups<T> {
    table: T,
    /// Writes to memory; the bytes then go to the output.
    writer: SerializedFileWriter<Vec<u8>>,
    rows: Vec<Record>,
    /// Size of `rows`, bytes.
    bytes: usize,
}

impl<T: Table> RowGroups<T> {
    pub(in crate::sink) fn new(table: T) -> Self {
        Self { writer: writer(&table), table, rows: Vec::new(), bytes: 0 }
    }

    /// Writes the held rows as a row group.
    fn write_rows(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        self.table.write_columns(&mut group, &self.rows)?;
        write_kept(&mut group, self.table.keep(), &self.rows)?;
        group.close()?;
        self.move_bytes(output)?;
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Moves the encoded bytes to the output. The writer has counted them, so offsets in the footer stay right.
    fn move_bytes(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.writer.flush()?;
        output.write_all(self.writer.inner())?;
        self.writer.inner_mut().clear();
        output.flush()
    }
}

impl<T: Table> Sink for RowGroups<T> {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        // Before the record is accepted: if this fails, the record is not pending.
        if self.bytes >= T::ROW_GROUP_BYTES {
            self.write_rows(output)?;
        }
        self.bytes += memory::<T>(record);
        self.rows.push(record.clone());
        Ok(())
    }

    fn pending(&self) -> usize {
        self.rows.len()
    }

    fn finish(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.write_rows(output)?;
        self.writer.finish()?;
        self.move_bytes(output)
    }
}

/// A file without rows. It is not compressed: every codec is another crate.
fn writer<T: Table>(table: &T) -> SerializedFileWriter<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_created_by([T::CREATED_BY, env!("CARGO_PKG_VERSION")].concat())
        .set_offset_index_disabled(true);
    let properties = T::WITHOUT_DICTIONARY.iter().fold(table.properties(properties), |properties, column| {
        let path = column.split('.').map(str::to_owned).collect::<Vec<_>>();
        properties.set_column_dictionary_enabled(ColumnPath::new(path), false)
    });
    let schema = parse_message_type(T::SCHEMA).expect("the schema is valid");
    let schema = with_kept(schema, table.keep()).expect("columns may have any name");
    SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build()))
        .expect("memory takes the first bytes")
}

/// The approximate memory of a record.
fn memory<T: Table>(record: &Record) -> usize {
    let outcome = match &record.outcome {
        Ok(answer) => T::memory(answer),
        Err(error) => error.message.len(),
    };
    let kept: usize = record.kept.iter().map(|value| size_of::<Value>() + kept::memory(value)).sum();
    size_of::<Record>() + record.path.as_os_str().len() + outcome + kept
}
