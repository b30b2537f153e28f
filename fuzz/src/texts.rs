//! Texts: configurations, names of classes, lists of pictures, earlier output.

use mnet::inputs::{List, Separator};
use mnet::predict::{Checkpoint, LabelFileError, Labels};
use mnet::sink::FORMATS;
use mnet::weights::WeightFile;

use super::scratch::Scratch;

/// `data` is a `config.json`, then a `preprocessor_config.json`.
pub fn config(data: &[u8]) {
    const NAMED: &[u8] = br#"{"model_type": "mobilenet_v2"}"#;
    for (config, preprocessor) in [(data, None), (NAMED, Some(data))] {
        let header = br#"{"classifier.weight":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]}}"#;
        let bytes = [&(header.len() as u64).to_le_bytes(), &header[..], &[0; 12]].concat();
        let weights = WeightFile::from_bytes(bytes).expect("a valid file");
        let Ok(checkpoint) = Checkpoint::from_memory("fuzz", Some(config), preprocessor, weights) else {
            continue;
        };
        let config = checkpoint.config;
        assert!((1..=8192).contains(&config.preprocess.resolution()));
        assert_eq!(config.labels.outputs(), 3);
        assert!(config.preprocess.std.iter().all(|std| *std > 0.0));
    }
}

/// `data` is a file of names, for a model with as many classes as it has names.
pub fn labels(data: &[u8]) {
    let folder = Scratch::new("labels");
    let path = folder.write("labels", data);
    let numbered = |outputs: usize| Labels::new((0..outputs).map(|i| format!("class {i}").into()).collect());
    match numbered(3).renamed(&path) {
        Ok(labels) => assert_eq!(labels.outputs(), 3),
        Err(LabelFileError::Count { names, .. }) => {
            assert!(names <= data.len());
            let labels = numbered(names).renamed(&path).expect("one name for each class");
            assert_eq!(labels.outputs(), names);
        }
        Err(_) => {}
    }
}

/// `data` is a list of pictures.
pub fn list(data: &[u8]) {
    let folder = Scratch::new("list");
    let path = folder.write("list", data);
    for (separator, byte) in [(Separator::Newline, b'\n'), (Separator::Null, 0)] {
        let found: Vec<_> = List::open(&path, separator).expect("it was written").collect();
        let (last, paths) = found.split_last().map_or((None, &found[..]), |(last, rest)| (Some(last), rest));
        assert!(paths.iter().all(Result::is_ok), "a list goes on after an error");
        for path in paths.iter().chain(last).flatten() {
            let path = path.as_os_str().as_encoded_bytes();
            assert!(!path.is_empty() && !path.contains(&byte));
        }
    }
}

/// `data` is an output file that a run is to resume, in each format that can be resumed.
pub fn answered(data: &[u8]) {
    let length = data.len() as u64;
    for read_completed in FORMATS.iter().filter_map(|format| format.read_completed) {
        if let Ok(completed) = read_completed(&mut &data[..], None) {
            assert!(completed.end() <= length);
            assert!(completed.count() as u64 <= length);
        }
    }
}
