//! Files of other kinds, told by their bytes, and by their names where those say nothing.

use super::endings::named;
use crate::weights::error::Remedy;

/// Offset, magic bytes, what such a file is, and the way on. The first match wins.
#[rustfmt::skip]
const SIGNATURES: &[(usize, &[u8], &str, Remedy)] = &[
    (0, b"version https://git-lfs", "a git-lfs pointer in place of the file", Remedy::LfsPull),
    (0, b"\x80\x02", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"\x80\x03", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"\x80\x04", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"\x80\x05", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"}q\0", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"(dp0\n", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"ccollections\n", "a bare pickle, not saved by torch.save", Remedy::BarePickle),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file, as saved by Keras", Remedy::Published),
    (4, b"TFL3", "a TensorFlow Lite model", Remedy::Published),
    (0, b"GGUF", "a GGUF file", Remedy::Published),
    (0, b"\x93NUMPY", "a numpy array", Remedy::Published),
    (0, b"7767517\n", "an ncnn model", Remedy::SaveSource),
    (257, b"ustar", "a tar archive", Remedy::Unpack),
    (0, b"\x1f\x8b", "a gzip file", Remedy::Unpack),
    (0, b"\xfd7zXZ\0", "an xz file", Remedy::Unpack),
    (0, b"\x28\xb5\x2f\xfd", "a zstd file", Remedy::Unpack),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", Remedy::Unpack),
    (0, b"BZh", "a bzip2 file", Remedy::Unpack),
    (0, b"\x89PNG", "a PNG image", Remedy::Published),
    (0, b"\xff\xd8\xff", "a JPEG image", Remedy::Published),
    (0, b"GIF8", "a GIF image", Remedy::Published),
    (8, b"WEBP", "a WebP image", Remedy::Published),
];

/// The members of the tar files that torch wrote before version 0.1.10.
const OLD_TORCH: [&[u8]; 4] = [b"sys_info\0", b"storages\0", b"tensors\0", b"pickle\0"];

/// What the file called `name` of `len` bytes with this start, which no format matches, seems to be, and how to get a
/// file that can be read.
pub(in crate::weights) fn sniff(start: &[u8], len: usize, name: &str) -> (String, Remedy) {
    if let Some((found, remedy)) = binary(start) {
        return (found.to_owned(), remedy);
    }
    let text = start.trim_ascii_start();
    let is_text = text.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
    let found = if start.is_empty() {
        "an empty file".to_owned()
    } else if text.starts_with(b"<?xml") && contains(text, b"<net") {
        return ("an OpenVINO model".to_owned(), Remedy::SaveSource);
    } else if text.starts_with(b"<") {
        "a web page".to_owned()
    } else if let Some((found, remedy)) = named(name) {
        return (found.to_owned(), remedy);
    } else if is_text {
        return ("a text file".to_owned(), Remedy::Published);
    } else {
        let found = format!("{len} bytes that start with {:02x?}", &start[..start.len().min(8)]);
        return (found, Remedy::Published);
    };
    (found, Remedy::Download)
}

fn binary(start: &[u8]) -> Option<(&'static str, Remedy)> {
    if start.get(257..262) == Some(b"ustar") && OLD_TORCH.iter().any(|name| start.starts_with(name)) {
        return Some(("a torch checkpoint from before torch 0.1.10", Remedy::SaveAgain));
    }
    let signature = SIGNATURES
        .iter()
        .find(|(offset, magic, ..)| start.get(*offset..).is_some_and(|rest| rest.starts_with(magic)));
    signature
        .map(|(.., found, remedy)| (*found, remedy.clone()))
        .or_else(|| protobuf(start))
        .or_else(|| flax(start))
}

/// ONNX, `CoreML` and TensorFlow write protocol buffers, which have no signature: told by their first fields.
fn protobuf(start: &[u8]) -> Option<(&'static str, Remedy)> {
    match *start {
        // `ir_version`, then the name of the producer, the operators' versions or the graph.
        [0x08, 1..=20, 0x12, len, first, ..] if len < 0x80 && first.is_ascii_alphanumeric() => {
            Some(("an ONNX model", Remedy::SaveSource))
        }
        [0x08, 1..=20, 0x3a | 0x42, ..] => Some(("an ONNX model", Remedy::SaveSource)),
        // `saved_model_schema_version` and a graph, or `specificationVersion` and a description.
        [0x08, 1..=20, 0x12, ..] => Some(("a TensorFlow or CoreML model", Remedy::Published)),
        // The first node of a graph, with its name.
        [0x0a, _, 0x0a, ..] if contains(start, b"Placeholder") || contains(start, b"Const") => {
            Some(("a TensorFlow graph", Remedy::Published))
        }
        _ => None,
    }
}

/// A map with a string as its first key, as Flax writes it in `MessagePack`.
fn flax(start: &[u8]) -> Option<(&'static str, Remedy)> {
    match *start {
        [0x81..=0x8f, 0xa1..=0xbf, first, ..] if first.is_ascii_alphabetic() => {
            Some(("a Flax checkpoint", Remedy::Published))
        }
        _ => None,
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}
