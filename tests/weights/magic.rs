//! Files that are not weights: the message says what they are and what to do.

use std::fs;
use std::path::Path;

use mnet::cli::Hint;
use mnet::weights::{WeightFile, is_weight_name};

use super::message;

/// The start of a tar archive whose first member has this name.
fn tar(name: &[u8]) -> Vec<u8> {
    [name, &vec![0; 257 - name.len()], b"ustar\x0000"].concat()
}

#[test]
fn other_files_are_named() {
    let cases: &[(&[u8], &str, &str)] = &[
        (b"", "an empty file", "download it again"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n",
            "a git-lfs pointer",
            "git lfs pull",
        ),
        (b"\n<!DOCTYPE html><html>", "a web page", "download it again"),
        (b"Entry not found", "a text file", "mnet models list"),
        (b"{\"error\":\"no\"}", "a text file", "mnet models list"),
        (b"\x80\x04\x95\0\0", "a bare pickle, not saved by torch.save", "pickle.load"),
        (b"(dp0\nVa\np1\n", "a bare pickle, not saved by torch.save", "pickle.load"),
        (b"ccollections\nOrderedDict\np0\n", "a bare pickle, not saved by torch.save", "pickle.load"),
        (b"}q\0X\x01\0\0\0a", "a bare pickle, not saved by torch.save", "pickle.load"),
        (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file, as saved by Keras", "mnet models list"),
        (b"\x1c\0\0\0TFL3", "a TensorFlow Lite model", "mnet models list"),
        (b"\x08\x07\x12\x07pytorch", "an ONNX model", "torch.save(model.state_dict()"),
        (b"\x08\x08\x3a\x10\x0a\x05", "an ONNX model", "torch.save(model.state_dict()"),
        (b"\x08\x01\x12\x80\x20\x0a\x05", "a TensorFlow or CoreML model", "mnet models list"),
        (b"\x0a\x20\x0a\x05input\x12\x0bPlaceholder", "a TensorFlow graph", "mnet models list"),
        (b"\x81\xa6params\x82", "a Flax checkpoint", "mnet models list"),
        (b"<?xml version=\"1.0\"?>\n<net name=\"m\">", "an OpenVINO model", "torch.save(model.state_dict()"),
        (b"7767517\n75 83\n", "an ncnn model", "torch.save(model.state_dict()"),
        (b"\x93NUMPY\x01\0", "a numpy array", "mnet models list"),
        (b"\x1f\x8b\x08\0", "a gzip file", "unpack it"),
        (&tar(b"sys_info"), "a torch checkpoint from before torch 0.1.10", "torch.load("),
        (&tar(b"model.pth"), "a tar archive", "unpack it"),
        (b"\x01\x02\x03", "3 bytes that start with [01, 02, 03]", "mnet models list"),
    ];
    for (bytes, found, hint) in cases {
        let message = message(bytes);
        let expected = format!(
            "expected safetensors (.safetensors) or torch checkpoint (.bin .pth .pt .ckpt), found {found}"
        );
        let (cause, action) = message.split_once("\n  try: ").unwrap();
        assert!(cause.contains(&expected), "{message}");
        assert!(action.contains(hint), "{message}");
    }
}

#[test]
fn a_name_tells_what_bytes_do_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("names-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let cases = [
        ("model.ckpt.data-00000-of-00001", "a TensorFlow checkpoint"),
        ("Model.ONNX", "an ONNX model"),
        ("m.keras", "a Keras model"),
        ("m.mlmodel", "a CoreML model"),
        ("m.pdparams", "a PaddlePaddle checkpoint"),
        ("m.engine", "a TensorRT engine"),
        ("m.rknn", "an RKNN model"),
        ("m.mnn", "an MNN model"),
        ("m.weights", "weights of Darknet"),
        ("model", "9 bytes that start with "),
    ];
    for (name, found) in cases {
        let path = folder.join(name);
        fs::write(&path, [0xf0; 9]).unwrap();
        let said = WeightFile::open(&path).unwrap_err().to_string();
        assert!(said.contains(&format!(", found {found}")), "{said}");
        assert_eq!(is_weight_name(&path), name != "model", "{name}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_configuration_leads_to_its_folder() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("configuration-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for name in ["config.json", "preprocessor_config.json"] {
        fs::write(folder.join(name), "{}").unwrap();
        let error = WeightFile::open(&folder.join(name)).unwrap_err();
        assert!(error.to_string().ends_with(", found a configuration"), "{error}");
        assert_eq!(error.hint(), Some(format!("--model {}", folder.display())));
    }
    fs::remove_dir_all(folder).unwrap();
}
