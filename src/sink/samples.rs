//! What tests of sinks begin with, and what they read back.

#[cfg(feature = "parquet")]
use std::fs::{self, File};

#[cfg(feature = "parquet")]
use parquet::file::reader::SerializedFileReader;

use super::earlier::Earlier;
use super::format::{LabelStyle, Sink, SinkOptions};
use crate::record::{Answer, EmbeddingInfo, FeatureLayer, ModelInfo, Record, Timing};

pub(super) fn model() -> ModelInfo {
    ModelInfo {
        name: "owner/name".into(),
        resolution: 160,
        temperature: None,
        precision: None,
        embedding: None,
    }
}

/// The same model as one that embeds.
pub(super) fn embedder(layer: FeatureLayer, dimension: usize) -> ModelInfo {
    ModelInfo { embedding: Some(EmbeddingInfo { layer, normalised: true, dimension }), ..model() }
}

/// For a pipe.
pub(super) fn options(model: ModelInfo) -> SinkOptions {
    SinkOptions {
        run: model.into(),
        label: LabelStyle::Name,
        on_terminal: false,
        columns: 80,
        is_ascii: false,
        colour: false,
        appends: false,
        lacks: &[],
        earlier: Earlier::default(),
    }
}

/// An answer without classes that took no time.
pub(crate) fn answer() -> Answer {
    Answer {
        width: 40,
        height: 30,
        top: vec![],
        groups: vec![],
        is_selected: true,
        logits: None,
        features: None,
        damaged: None,
        timing: Timing::default(),
    }
}

pub(super) fn embedded(path: &str, values: Vec<f32>) -> Record {
    Record { path: path.into(), kept: vec![], outcome: Ok(Answer { features: Some(values), ..answer() }) }
}

/// The whole file of some records.
pub(super) fn written(sink: &mut dyn Sink, records: &[Record]) -> Vec<u8> {
    let mut output = Vec::new();
    for record in records {
        sink.write(&mut output, record).unwrap();
    }
    sink.finish(&mut output).unwrap();
    output
}

/// The `parquet` crate's own reader of `bytes`, which it needs in a file.
#[cfg(feature = "parquet")]
pub(super) fn parquet_reader(test: &str, bytes: &[u8]) -> SerializedFileReader<File> {
    let path = std::env::temp_dir().join(format!("mnet-parquet-{test}-{}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
    let _ = fs::remove_file(path);
    reader
}
