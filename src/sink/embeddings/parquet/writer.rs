//! The rows of embeddings.

use std::mem::size_of;

use parquet::data_type::FloatType;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterPropertiesBuilder};

use super::signature::CREATED_BY;
use crate::record::{Answer, Record, RunInfo};
use crate::sink::embeddings::info;
use crate::sink::parquet::columns::{answers, write_faults, write_pictures};
use crate::sink::parquet::levels::{RowGroup, write_lists};
use crate::sink::parquet::row_groups::{RowGroups, Table};

/// The key of the metadata: model, layer and dimension as JSON.
const KEY: &str = "mnet";

/// Collects embeddings and writes them in groups.
pub(super) fn sink(run: RunInfo) -> RowGroups<Embeddings> {
    RowGroups::new(Embeddings { run })
}

/// Embeddings in one run.
pub(super) struct Embeddings {
    run: RunInfo,
}

impl Table for Embeddings {
    /// The columns. A failure has only `path` and `error`; `path_bytes` is null if the path is UTF-8, and `damaged` if the file is
    /// whole. The model is in the metadata, under the key [`KEY`].
    const SCHEMA: &'static str = "
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

    const WITHOUT_DICTIONARY: &'static [&'static str] = &["path", "path_bytes", "embedding.list.element"];

    /// About 3000 embeddings of 1280 values. Each makes the footer longer.
    const ROW_GROUP_BYTES: usize = 16 << 20;

    const CREATED_BY: &'static str = CREATED_BY;

    fn keep(&self) -> &[String] {
        &self.run.keep
    }

    fn properties(&self, properties: WriterPropertiesBuilder) -> WriterPropertiesBuilder {
        let about = KeyValue::new(KEY.to_owned(), info::text(&self.run.model).trim_end().to_owned());
        properties.set_key_value_metadata(Some(vec![about])).set_statistics_enabled(EnabledStatistics::None)
    }

    fn write_columns(&self, group: &mut RowGroup, rows: &[Record]) -> Result<(), ParquetError> {
        write_pictures(group, rows)?;
        let embeddings =
            answers(rows).map(|answer| Some(answer?.features.as_ref()?.iter().copied().map(Some)));
        write_lists::<FloatType, _>(group, embeddings)?;
        write_faults(group, rows)
    }

    fn memory(answer: &Answer) -> usize {
        answer.features.as_ref().map_or(0, Vec::len) * size_of::<f32>()
    }
}
