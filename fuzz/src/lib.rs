//! The bodies of the fuzz targets: each reads `data` as one kind of untrusted file and checks what must
//! always hold.
//!
//! Panics, and memory or time without bound, are the failures that a fuzzer finds by itself.

use std::io::{Cursor, Write};

use libjpeg_turbo_rs::{Decoder, PixelFormat, ScalingFactor};
use mnet::pixels::{DecodeError, DecodeOptions, Draft, decode_at_least, needs};
use mnet::predict::Checkpoint;
use mnet::sink::FORMATS;
use mnet::weights::WeightFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// `data` is the pickle of a torch checkpoint with one storage.
pub fn pickle(data: &[u8]) {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (name, contents) in [("a/data.pkl", data), ("a/byteorder", b"little"), ("a/data/0", &[0x3c; 24])] {
        zip.start_file(name, options).expect("a valid entry name");
        zip.write_all(contents).expect("memory does not fail");
    }
    read_weights(zip.finish().expect("memory does not fail").into_inner());
}

/// `data` is a whole file, then the header of one with 24 bytes of tensors.
pub fn safetensors(data: &[u8]) {
    read_weights(data.to_vec());
    read_weights([&(data.len() as u64).to_le_bytes(), data, &[0x3c; 24]].concat());
}

/// Every tensor of a file that opens must have all its bytes.
fn read_weights(bytes: Vec<u8>) {
    let Ok(file) = WeightFile::from_bytes(bytes) else { return };
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

/// `data` is a JPEG, decoded at 1/8: the result must be that of libjpeg-turbo, whichever code decodes it.
pub fn jpeg(data: &[u8]) {
    let Some(draft) = decode(data, Some(1)) else { return };
    if !data.starts_with(&[0xff, 0xd8]) || draft.width.min(draft.height) < 8 {
        return;
    }
    let mut decoder = Decoder::new(data).expect("it was decoded above");
    // What the library does not decode as libjpeg does is decoded at full size, or converted from CMYK.
    if decoder.header().components.len() == 4 || draft.image.width() == draft.width {
        return;
    }
    decoder.set_block_smoothing(true);
    decoder.set_output_format(PixelFormat::Rgb);
    decoder.set_scale(ScalingFactor::try_new(1, 8).expect("a valid scale"));
    let theirs = decoder.decode_image().expect("it was decoded above");
    assert!(draft.image.into_raw() == theirs.data, "pixels differ from libjpeg-turbo's");
}

/// `data` is a picture file of any format: what it needs is known before, and it is decoded to what it says.
pub fn picture(data: &[u8]) {
    for min_side in [None, Some(16)] {
        let Some(draft) = decode(data, min_side) else { continue };
        let options = DecodeOptions { max_pixels: MAX_PIXELS, orient: false, salvage: false };
        let needs = needs(data, &options, min_side).expect("it was decoded");
        assert_eq!(draft.image.dimensions(), (needs.width, needs.height));
        assert!(needs.bytes >= draft.image.as_raw().len() as u64);
    }
}

const MAX_PIXELS: u64 = 1 << 20;

/// The picture in `data`, not turned upright; `None` if it has none.
fn decode(data: &[u8], min_side: Option<u32>) -> Option<Draft> {
    let options = DecodeOptions { max_pixels: MAX_PIXELS, orient: false, salvage: false };
    match decode_at_least(data, &options, min_side) {
        Ok(draft) => Some(draft),
        Err(error @ DecodeError::Panicked { .. }) => panic!("{error}"),
        Err(_) => None,
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
