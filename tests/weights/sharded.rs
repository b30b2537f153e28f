//! Weights in several files: every tensor is where the index places it, or the error names the one that is
//! not.

use std::fs;
use std::path::{Path, PathBuf};

use mnet::cli::Hint;
use mnet::weights::{WeightFile, shards};

use super::assembler::{floats, one_tensor, safetensors};

/// A folder with tensor `a` in a safetensors file, `w` in a torch checkpoint, and an index with this
/// `weight_map`.
fn folder(name: &str, weight_map: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sharded-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let header = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    fs::write(folder.join("1.safetensors"), safetensors(header, &floats(2))).unwrap();
    fs::write(folder.join("2.bin"), one_tensor(0, &[6], &[1])).unwrap();
    let index = format!(r#"{{"metadata": {{"total_size": 32}}, "weight_map": {weight_map}}}"#);
    fs::write(folder.join("model.safetensors.index.json"), index).unwrap();
    folder
}

const VALID: &str = r#"{"a": "1.safetensors", "w": "2.bin"}"#;

fn refused(folder: &Path) -> String {
    let error = WeightFile::open(&folder.join("model.safetensors.index.json")).err().unwrap();
    fs::remove_dir_all(folder).unwrap();
    format!("{error}; try: {}", error.hint().unwrap_or_default())
}

#[test]
fn all_files_make_one_model() {
    let folder = folder("valid", VALID);
    let index = folder.join("model.safetensors.index.json");
    let weights = WeightFile::open(&index).unwrap();
    assert_eq!(weights.names().collect::<Vec<_>>(), ["a", "w"]);
    assert_eq!(weights.f32("a").unwrap().unwrap()[..], [0., 1.]);
    assert_eq!(weights.f32("w").unwrap().unwrap()[..], [0., 1., 2., 3., 4., 5.]);
    assert_eq!(shards(&index).unwrap().into_iter().collect::<Vec<_>>(), ["1.safetensors", "2.bin"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_missing_file_is_named_with_the_index_that_lists_it() {
    let folder = folder("missing", VALID);
    fs::remove_file(folder.join("2.bin")).unwrap();
    let said = refused(&folder);
    assert!(
        said.contains("2.bin: missing, but model.safetensors.index.json lists it; try: download"),
        "{said}"
    );
}

#[test]
fn a_damaged_file_is_named() {
    let folder = folder("damaged", VALID);
    fs::write(folder.join("1.safetensors"), "<html>").unwrap();
    assert!(refused(&folder).contains("1.safetensors: expected safetensors"));
}

#[test]
fn an_index_that_contradicts_its_files_is_refused() {
    #[rustfmt::skip]
    let cases = [
        (r#"{"a": "2.bin", "w": "2.bin"}"#, "`2.bin`, which does not hold it"),
        (r#"{"a": "1.safetensors", "b": "2.bin"}"#, "`2.bin` holds `w`, which it does not list"),
        (r#"{"a": "1.safetensors", "w": "1.safetensors"}"#, "places `w` in `1.safetensors`, which does not hold it"),
        (r#"{"a": "1.safetensors", "w": "../2.bin"}"#, "`../2.bin` is not a plain file name"),
        (r#"{"a": "model.safetensors.index.json"}"#, "is not a plain file name"),
        (r#"{"a": 7}"#, "damaged index of weights: invalid type"),
        ("{}", "holds no tensors"),
    ];
    for (number, (weight_map, expected)) in cases.into_iter().enumerate() {
        let said = refused(&folder(&number.to_string(), weight_map));
        assert!(said.contains(expected), "{weight_map}: {said}");
    }
}

#[test]
fn a_tensor_in_two_files_is_refused() {
    let folder = folder("twice", VALID);
    fs::copy(folder.join("1.safetensors"), folder.join("3.safetensors")).unwrap();
    let index = r#"{"weight_map": {"a": "1.safetensors", "w": "2.bin", "c": "3.safetensors"}}"#;
    fs::write(folder.join("model.safetensors.index.json"), index).unwrap();
    let said = refused(&folder);
    assert!(said.contains("`3.safetensors` holds `a`, which it places in `1.safetensors`"), "{said}");
}

#[test]
fn one_of_several_files_leads_to_their_index() {
    let folder = folder("alone", VALID);
    let shard = folder.join("model-00001-of-00002.safetensors");
    fs::copy(folder.join("1.safetensors"), &shard).unwrap();
    let index = folder.join("model.safetensors.index.json");
    let hint = || {
        let error = WeightFile::open(&shard).unwrap_err();
        assert!(
            error.to_string().ends_with(&format!("expected their index, {}", index.display())),
            "{error}"
        );
        error.hint().unwrap()
    };
    assert_eq!(hint(), format!("--model {}", index.display()));
    fs::remove_file(&index).unwrap();
    assert!(hint().starts_with(&format!("download {} into the same folder", index.display())));
    fs::remove_dir_all(&folder).unwrap();
}
