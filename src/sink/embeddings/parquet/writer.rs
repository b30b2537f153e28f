//! Rows to row groups.
//!
//! Rows are held until they fill a row group. Readers begin at the footer, so a file cannot be read before [`Sink::finish`] has
//! written it, and cannot be appended to.

use std::io::{self, Write};
use std::mem::size_of;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use super::signature::CREATED_BY;
use crate::record::{ModelInfo, Record};
use crate::sink::embeddings::info;
use crate::sink::fields::path_bytes;
use crate::sink::format::Sink;
use crate::sink::parquet::levels::{RowGroup, write_lists, write_optional, write_required};

/// The columns. A failure has only `path` and `error`; `path_bytes` is null if the path is UTF-8, and `damaged` if the file is
/// whole. The model is in the metadata, under the key [`KEY`].
const SCHEMA: &str = "
message mnet {
  required binary path (STRING);
  optional binary path_bytes;
  optional int32 width;
  optional int32 height;
  optional group embedding (LIST) {
    repeated group list {
      required float element;
    }
  }
  optional group error {
    required binary kind (STRING);
    required binary message (STRING);
  }
  optional binary damaged (STRING);
}";

/// The key of the metadata: model, layer and dimension as JSON.
const KEY: &str = "mnet";

/// Columns whose values rarely repeat: a dictionary would be as long as the column.
const WITHOUT_DICTIONARY: [&str; 3] = ["path", "path_bytes", "embedding.list.element"];

/// Size of a row group in memory, bytes: about 3000 embeddings of 1280 values. Each makes the footer longer.
pub(super) const ROW_GROUP_BYTES: usize = 16 << 20;

/// Collects rows and writes them in groups.
pub(super) struct Embeddings {
    /// Writes to memory; the bytes then go to the output.
    writer: SerializedFileWriter<Vec<u8>>,
    rows: Vec<Record>,
    /// Size of `rows`, bytes.
    bytes: usize,
}

impl Embeddings {
    pub(super) fn new(model: &ModelInfo) -> Self {
        Self { writer: writer(model), rows: Vec::new(), bytes: 0 }
    }

    /// Writes the held rows as a row group.
    fn write_rows(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        write_columns(&mut group, &self.rows)?;
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

impl Sink for Embeddings {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        // Before the record is accepted: if this fails, the record is not pending.
        if self.bytes >= ROW_GROUP_BYTES {
            self.write_rows(output)?;
        }
        self.bytes += memory(record);
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

/// A file without rows. Floats hardly compress, and every codec is another crate.
fn writer(model: &ModelInfo) -> SerializedFileWriter<Vec<u8>> {
    let about = KeyValue::new(KEY.to_owned(), info::text(model).trim_end().to_owned());
    let properties = WriterProperties::builder()
        .set_created_by([CREATED_BY, env!("CARGO_PKG_VERSION")].concat())
        .set_key_value_metadata(Some(vec![about]))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true);
    let properties = WITHOUT_DICTIONARY.iter().fold(properties, |properties, column| {
        let path = column.split('.').map(str::to_owned).collect::<Vec<_>>();
        properties.set_column_dictionary_enabled(ColumnPath::new(path), false)
    });
    let schema = parse_message_type(SCHEMA).expect("the schema is valid");
    SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build()))
        .expect("memory takes the first bytes")
}

/// The columns of a row group, in the order of [`SCHEMA`].
fn write_columns(group: &mut RowGroup, rows: &[Record]) -> Result<(), ParquetError> {
    let answers = || rows.iter().map(|row| row.outcome.as_ref().ok());
    let errors = || rows.iter().map(|row| row.outcome.as_ref().err());
    let text = |text: &str| ByteArray::from(text);

    write_required::<ByteArrayType>(group, rows.iter().map(|row| text(&row.path.to_string_lossy())))?;
    let bytes = rows.iter().map(|row| path_bytes(&row.path).map(ByteArray::from));
    write_optional::<ByteArrayType>(group, bytes)?;
    write_optional::<Int32Type>(group, answers().map(|answer| Some(answer?.width as i32)))?;
    write_optional::<Int32Type>(group, answers().map(|answer| Some(answer?.height as i32)))?;
    let embeddings = answers().map(|answer| Some(answer?.features.as_ref()?.iter().copied().map(Some)));
    write_lists::<FloatType, _>(group, embeddings)?;
    write_optional::<ByteArrayType>(group, errors().map(|error| Some(text(error?.kind))))?;
    write_optional::<ByteArrayType>(group, errors().map(|error| Some(text(&error?.message))))?;
    write_optional::<ByteArrayType>(group, answers().map(|answer| answer?.damaged.as_deref().map(text)))
}

/// The approximate memory of a record.
fn memory(record: &Record) -> usize {
    let outcome = match &record.outcome {
        Ok(answer) => answer.features.as_ref().map_or(0, Vec::len) * size_of::<f32>(),
        Err(error) => error.message.len(),
    };
    size_of::<Record>() + record.path.as_os_str().len() + outcome
}
