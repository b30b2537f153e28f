//! Weight files. Every tensor of a file that opens has all its bytes.

use std::io::{Cursor, Write};

use mnet::weights::WeightFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::scratch::Scratch;

/// `data` is the pickle of a torch checkpoint with one storage.
pub fn pickle(data: &[u8]) {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (name, contents) in [("a/data.pkl", data), ("a/byteorder", b"little"), ("a/data/0", &[0x3c; 24])] {
        zip.start_file(name, options).expect("a valid entry name");
        zip.write_all(contents).expect("memory does not fail");
    }
    torch(&zip.finish().expect("memory does not fail").into_inner());
}

/// `data` is a whole checkpoint: a zip file, or pickles one after the other.
pub fn torch(data: &[u8]) {
    if let Ok(file) = WeightFile::from_bytes(data.to_vec()) {
        read_tensors(&file);
    }
}

/// `data` is a whole file, then the header of one with 24 bytes of tensors.
pub fn safetensors(data: &[u8]) {
    torch(data);
    torch(&[&(data.len() as u64).to_le_bytes(), data, &[0x3c; 24]].concat());
}

/// `data` is the index of a checkpoint with two files, which hold the tensors `a` and `b`.
pub fn shard_index(data: &[u8]) {
    let folder = Scratch::new("shards");
    for name in ["a", "b"] {
        let header = format!(r#"{{"{name}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#);
        let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[0; 4]].concat();
        folder.write(&format!("{name}.safetensors"), &bytes);
    }
    let index = folder.write("model.safetensors.index.json", data);
    if let Ok(file) = WeightFile::open(&index) {
        assert!(file.names().all(|name| ["a", "b"].contains(&name)));
        read_tensors(&file);
    }
}

fn read_tensors(file: &WeightFile) {
    for name in file.names() {
        let tensor = file.get(name).expect("it is listed");
        let elements: usize = tensor.shape.iter().product();
        // Values that fail their checksum are an error.
        if let Ok(bytes) = file.bytes(name).expect("it is listed") {
            assert_eq!(bytes.len(), elements * tensor.dtype.size());
        }
        if let Ok(values) = file.f32(name).expect("it is listed") {
            assert_eq!(values.len(), elements);
        }
    }
}
