//! The rows of answers.

use std::mem::size_of;

use parquet::data_type::{ByteArrayType, DoubleType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterPropertiesBuilder};

use super::columns::{answers, text, write_faults, write_pictures};
use super::levels::{RowGroup, write_lists, write_optional};
use super::row_groups::{RowGroups, Table};
use super::signature::CREATED_BY;
use crate::record::{Answer, GroupName, Level, Precision, Prediction, Record, RunInfo};
use crate::sink::fields::milliseconds;

/// Collects answers and writes them in groups.
pub(super) fn sink(run: RunInfo) -> RowGroups<Answers> {
    RowGroups::new(Answers { run })
}

/// Answers in one run.
pub(super) struct Answers {
    run: RunInfo,
}

impl Table for Answers {
    /// The columns. Values that do not apply are null: a failure has only `path` and `error`, `path_bytes` is null if the path
    /// is UTF-8, `damaged` if the file is whole, `temperature` if no flag gave one,
    /// `precision` if none was asked for, `level` if it is that of classes, and `groups` if none were asked for. Lists have the three levels that the format prescribes.
    const SCHEMA: &'static str = "
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

    /// Labels, ids and the model, which are most of a row, are in dictionaries.
    const WITHOUT_DICTIONARY: &'static [&'static str] = &[
        "path",
        "path_bytes",
        "top.list.element.score",
        "logits.list.element",
        "ms.decode",
        "ms.preprocess",
        "ms.infer",
        "groups.list.element.score",
    ];

    /// About 500 records of five classes, or 45 with a thousand logits. Smaller groups would make the footer larger, which
    /// grows by 1.6 KiB a group and is in memory until the end.
    const ROW_GROUP_BYTES: usize = 3 << 16;

    const CREATED_BY: &'static str = CREATED_BY;

    fn keep(&self) -> &[String] {
        &self.run.keep
    }

    /// Statistics are per row group and not per page, to keep the footer short.
    fn properties(&self, properties: WriterPropertiesBuilder) -> WriterPropertiesBuilder {
        properties.set_statistics_enabled(EnabledStatistics::Chunk)
    }

    fn write_columns(&self, group: &mut RowGroup, rows: &[Record]) -> Result<(), ParquetError> {
        let RunInfo { model, question, .. } = &self.run;
        let answers = || answers(rows);
        let classes = || answers().map(|answer| Some(answer?.top.iter()));
        let times = || answers().map(|answer| Some(answer?.timing));

        write_pictures(group, rows)?;
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

        write_faults(group, rows)?;

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
        let scores =
            answers().map(|answer| Some(answer.filter(|_| is_asked)?.groups.iter().copied().map(Some)));
        write_lists::<FloatType, _>(group, scores)?;

        let precision = model.precision.map(Precision::name);
        write_optional::<ByteArrayType>(group, answers().map(|answer| answer.and(precision).map(text)))
    }

    /// Class names are shared and do not count.
    fn memory(answer: &Answer) -> usize {
        let logits = answer.logits.as_ref().map_or(0, Vec::len);
        let damaged = answer.damaged.as_ref().map_or(0, String::len);
        size_of::<Prediction>() * answer.top.len()
            + size_of::<f32>() * (logits + answer.groups.len())
            + damaged
    }
}
