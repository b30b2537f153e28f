//! What one run writes, the next reads.

use std::fs;
use std::path::{Path, PathBuf};

use super::{EMBEDDING_FORMATS, ReadError, read_embeddings};
use crate::record::{FeatureLayer, ItemError, Record};
use crate::sink::format::{Constructor, SinkOptions};
use crate::sink::samples::{self, embedder};

/// A folder of this test's own.
fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("mnet-embedded-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn options(dimension: usize) -> SinkOptions {
    samples::options(embedder(FeatureLayer::Pooled, dimension))
}

fn embedded(path: &str, values: &[f32]) -> Record {
    samples::embedded(path, values.to_vec())
}

/// The JSON Lines of some records.
fn lines(records: &[Record]) -> Vec<u8> {
    let format = EMBEDDING_FORMATS.iter().find(|format| format.name == "jsonl").unwrap();
    let Constructor::BuiltIn(new) = format.constructor else { panic!("it has one file") };
    samples::written(&mut *new(&options(2)), records)
}

fn read(path: &Path) -> Result<Vec<(PathBuf, Vec<f32>)>, ReadError> {
    read_embeddings(path)?.collect()
}

#[test]
fn every_value_comes_back_from_json_lines() {
    let values = [[0.1, -1.5e-38], [f32::MAX, 1.0 / 3.0]];
    let failure = Record { path: "gone".into(), kept: vec![], outcome: Err(ItemError::io("no such file")) };
    let records = [failure, embedded("a", &values[0]), embedded("b", &values[1])];
    let path = folder("lines").join("e.jsonl");
    fs::write(&path, lines(&records)).unwrap();
    let saved = read_embeddings(&path).unwrap();
    assert_eq!((&saved.model, saved.embedding), (&options(2).run.model, options(2).embedding()));
    let rows = saved.collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(rows, [("a".into(), values[0].to_vec()), ("b".into(), values[1].to_vec())]);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[test]
fn other_content_is_named() {
    let folder = folder("other");
    let path = folder.join("e.jsonl");
    let whole = String::from_utf8(lines(&[embedded("a", &[0.5, 2.0])])).unwrap();
    let error = |content: &str| {
        fs::write(&path, content).unwrap();
        read(&path).unwrap_err().to_string()
    };
    assert!(matches!(read(&folder.join("none.jsonl")), Err(ReadError::Io(_))));
    assert_eq!(error(""), "it holds no embedding");
    assert!(error("dear diary\n").starts_with("line 1 is no embedding ("));
    assert!(error(&format!("{whole}{}", &whole[..40])).starts_with("line 2 is no embedding ("));
    assert!(error(&(whole.clone() + &whole.replace("160", "224"))).contains("owner/name at 224 px"));
    assert!(error(&(whole.clone() + &whole.replace("2.0]", "2.0,1]"))).contains("3 means of the last"));
    assert!(error(&(whole.clone() + &whole.replace("true", "false"))).contains("raw"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_formats_do_not_take_each_other_for_their_own() {
    use crate::sink::FORMATS;
    use crate::sink::excerpt::Excerpt;
    let own = lines(&[embedded("a", &[0.5, 2.0])]);
    let excerpt = Excerpt { start: &own, end: &own, is_whole: true };
    let holders = |formats: &[crate::sink::Format]| {
        formats.iter().filter(|format| (format.holds_answers)(&excerpt)).count()
    };
    assert_eq!((holders(EMBEDDING_FORMATS), holders(FORMATS)), (1, 0));
}
