//! Rows to row groups.
//!
//! Rows are held until they fill a row group, which is then written. Readers begin at the footer, so a file cannot be read
//! before [`Sink::finish`] has written it, and cannot be appended to.

use std::io::{self, Write};
use std::mem::size_of;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use super::levels::{RowGroup, write_lists, write_optional, write_required};
use super::signature::CREATED_BY;
use crate::record::{GroupName, Level, Precision, Prediction, Record, RunInfo};
use crate::sink::fields::{milliseconds, path_bytes};
use crate::sink::format::Sink;

/// The columns. Values that do not apply are null: a failure has only `path` and `error`, `path_bytes` is null if the path
/// is UTF-8, `damaged` if the file is whole, `temperature` if no flag gave one,
/// `precision` if none was asked for, `level` if it is that of classes, and `groups` if none were asked for. Lists have the three levels that the format prescribes.
const SCHEMA: &str = "
message mnet {
  required binary path (STRING);
  optional binary path_bytes;
  optional int32 width;
  optional int32 height;
  optional binary model (STRING);
  optional int32 res;
  optional group top (LIST) {
    repeated group list {
      required group element {
        required int32 index;
        optional binary wnid (STRING);
        required binary label (STRING);
        required float score;
      }
    }
  }
  optional group logits (LIST) {
    repeated group list {
      required float element;
    }
  }
  optional group ms {
    required double decode;
    required double preprocess;
    required double infer;
  }
  optional group error {
    required binary kind (STRING);
    required binary message (STRING);
  }
  optional binary damaged (STRING);
  optional double temperature;
  optional binary level (STRING);
  optional group groups (LIST) {
    repeated group list {
      required group element {
        required binary name (STRING);
        optional binary wnid (STRING);
        optional binary without (STRING);
        required float score;
      }
    }
  }
  optional binary precision (STRING);
}";

/// Columns whose values rarely repeat: a dictionary would be as long as the column.
const WITHOUT_DICTIONARY: [&str; 8] = [
    "path",
    "path_bytes",
    "top.list.element.score",
    "logits.list.element",
    "ms.decode",
    "ms.preprocess",
    "ms.infer",
    "groups.list.element.score",
];

/// Size of a row group in memory, bytes: about 500 records of five classes, or 45 with a thousand logits. Smaller groups
/// would make the footer larger, which grows by 1.6 KiB a group and is in memory until the end.
pub(super) const ROW_GROUP_BYTES: usize = 3 << 16;

/// Collects rows and writes them in groups.
#[derive(Debug)]
pub(super) struct Parquet {
    run: RunInfo,
    /// Writes to memory; the bytes then go to the output.
    writer: SerializedFileWriter<Vec<u8>>,
    rows: Vec<Record>,
    /// Size of `rows`, bytes.
    bytes: usize,
}

impl Parquet {
    pub(super) fn new(run: RunInfo) -> Self {
        Self { run, writer: writer(), rows: Vec::new(), bytes: 0 }
    }

    /// Writes the held rows as a row group.
    fn write_rows(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        write_columns(&mut group, &self.run, &self.rows)?;
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

impl Sink for Parquet {
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

/// A file without rows. It is not compressed: every codec is another crate, and labels, ids and the model, which are most of
/// a row, are in dictionaries anyway. Statistics are per row group and not per page, to keep the footer short.
fn writer() -> SerializedFileWriter<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_created_by([CREATED_BY, env!("CARGO_PKG_VERSION")].concat())
        .set_statistics_enabled(EnabledStatistics::Chunk)
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
fn write_columns(group: &mut RowGroup, run: &RunInfo, rows: &[Record]) -> Result<(), ParquetError> {
    let RunInfo { model, question } = run;
    let answers = || rows.iter().map(|row| row.outcome.as_ref().ok());
    let errors = || rows.iter().map(|row| row.outcome.as_ref().err());
    let classes = || answers().map(|answer| Some(answer?.top.iter()));
    let times = || answers().map(|answer| Some(answer?.timing));

    write_required::<ByteArrayType>(group, rows.iter().map(|row| text(&row.path.to_string_lossy())))?;
    write_optional::<ByteArrayType>(
        group,
        rows.iter().map(|row| path_bytes(&row.path).map(ByteArray::from)),
    )?;
    write_optional::<Int32Type>(group, answers().map(|answer| Some(answer?.width as i32)))?;
    write_optional::<Int32Type>(group, answers().map(|answer| Some(answer?.height as i32)))?;
    write_optional::<ByteArrayType>(group, answers().map(|answer| answer.map(|_| text(&model.name))))?;
    write_optional::<Int32Type>(group, answers().map(|answer| answer.map(|_| model.resolution as i32)))?;

    let index = |class: &Prediction| Some(class.index as i32);
    write_lists::<Int32Type, _>(group, classes().map(|top| Some(top?.map(index))))?;
    let wnid = |class: &Prediction| class.wnid.as_deref().map(text);
    write_lists::<ByteArrayType, _>(group, classes().map(|top| Some(top?.map(wnid))))?;
    let label = |class: &Prediction| Some(text(&class.label));
    write_lists::<ByteArrayType, _>(group, classes().map(|top| Some(top?.map(label))))?;
    let score = |class: &Prediction| Some(class.score);
    write_lists::<FloatType, _>(group, classes().map(|top| Some(top?.map(score))))?;
    let logits = answers().map(|answer| Some(answer?.logits.as_ref()?.iter().copied().map(Some)));
    write_lists::<FloatType, _>(group, logits)?;

    write_optional::<DoubleType>(group, times().map(|times| Some(milliseconds(times?.decode))))?;
    write_optional::<DoubleType>(group, times().map(|times| Some(milliseconds(times?.preprocess))))?;
    write_optional::<DoubleType>(group, times().map(|times| Some(milliseconds(times?.infer))))?;

    write_optional::<ByteArrayType>(group, errors().map(|error| Some(text(error?.kind))))?;
    write_optional::<ByteArrayType>(group, errors().map(|error| Some(text(&error?.message))))?;

    write_optional::<ByteArrayType>(group, answers().map(|answer| answer?.damaged.as_deref().map(text)))?;
    write_optional::<DoubleType>(group, answers().map(|answer| answer.and(model.temperature)))?;

    let level = (question.level != Level::Class).then(|| question.level.name());
    write_optional::<ByteArrayType>(group, answers().map(|answer| answer.and(level).map(text)))?;
    let is_asked = !question.groups.is_empty();
    let groups = || answers().map(|answer| answer.filter(|_| is_asked).map(|_| question.groups.iter()));
    let name = |group: &GroupName| Some(text(&group.name));
    write_lists::<ByteArrayType, _>(group, groups().map(|groups| Some(groups?.map(name))))?;
    let wnid = |group: &GroupName| group.wnid.as_deref().map(text);
    write_lists::<ByteArrayType, _>(group, groups().map(|groups| Some(groups?.map(wnid))))?;
    let without = |group: &GroupName| group.without.as_deref().map(text);
    write_lists::<ByteArrayType, _>(group, groups().map(|groups| Some(groups?.map(without))))?;
    let scores = answers().map(|answer| Some(answer.filter(|_| is_asked)?.groups.iter().copied().map(Some)));
    write_lists::<FloatType, _>(group, scores)?;

    let precision = model.precision.map(Precision::name);
    write_optional::<ByteArrayType>(group, answers().map(|answer| answer.and(precision).map(text)))
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text)
}

/// The approximate memory of a record. Class names are shared and do not count.
fn memory(record: &Record) -> usize {
    let outcome = match &record.outcome {
        Ok(answer) => {
            let logits = answer.logits.as_ref().map_or(0, Vec::len);
            let damaged = answer.damaged.as_ref().map_or(0, String::len);
            size_of::<Prediction>() * answer.top.len()
                + size_of::<f32>() * (logits + answer.groups.len())
                + damaged
        }
        Err(error) => error.message.len(),
    };
    size_of::<Record>() + record.path.as_os_str().len() + outcome
}
