//! Files as the crate's own reader has them.

use parquet::file::reader::FileReader;
use parquet::record::RowAccessor;

use super::signature::holds_answers;
use super::writer::{Embeddings, sink};
use crate::record::{FeatureLayer, ItemError, Record};
use crate::sink::excerpt::Excerpt;
use crate::sink::parquet::row_groups::Table;
use crate::sink::samples::{self, embedded, embedder, parquet_reader as reader};

const ROW_GROUP_BYTES: usize = Embeddings::ROW_GROUP_BYTES;

fn written(dimension: usize, records: &[Record]) -> Vec<u8> {
    samples::written(&mut sink(embedder(FeatureLayer::PreLogits, dimension).into()), records)
}

#[test]
fn embeddings_and_failures_come_back() {
    let failure =
        Record { path: "gone.jpg".into(), kept: vec![], outcome: Err(ItemError::io("no such file")) };
    let bytes = written(3, &[embedded("a.jpg", vec![0.5, -1.25, 3e-30]), failure]);
    assert!(holds_answers(&Excerpt { start: &bytes, end: &bytes, is_whole: true }));
    let reader = reader("embeddings-fields", &bytes);
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let about = metadata.iter().find(|pair| pair.key == "mnet").unwrap().value.as_deref();
    let expected = r#"{"model":"owner/name","res":160,"layer":"pre-logits","normalised":true,"dimension":3}"#;
    assert_eq!(about.map(str::trim), Some(expected));
    let rows: Vec<_> = reader.into_iter().map(Result::unwrap).collect();
    assert_eq!(rows[0].get_list(4).unwrap().elements().len(), 3);
    assert_eq!(rows[0].to_string().matches("-1.25").count(), 1, "{}", rows[0]);
    assert!(rows[0].get_group(5).is_err() && rows[1].get_list(4).is_err());
    assert_eq!(rows[1].get_group(5).unwrap().get_string(1).unwrap(), "no such file");
}

#[test]
fn many_rows_are_several_groups() {
    let width = 1 << 16;
    let count = ROW_GROUP_BYTES / (4 * width) + 2;
    let records: Vec<_> = (0..count).map(|n| embedded(&n.to_string(), vec![n as f32; width])).collect();
    let reader = reader("embeddings-groups", &written(width, &records));
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let paths: Vec<_> = reader.into_iter().map(|row| row.unwrap().get_string(0).unwrap().clone()).collect();
    assert_eq!(paths, (0..count).map(|n| n.to_string()).collect::<Vec<_>>());
}
