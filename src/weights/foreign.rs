//! Saying what a file is that is no weight file, by how it starts.

use super::Fault;
use super::error::CONVERT;

const DOWNLOAD: &str = "delete it and download it again";
const OTHER: &str = "a checkpoint saved as safetensors";

/// Where, what, what it is called, and the way out. The first match counts.
#[rustfmt::skip]
const SIGNATURES: &[(usize, &[u8], &str, &str)] = &[
    (0, b"version https://git-lfs", "a git-lfs pointer, which stands for the file", "git lfs pull, where it came from"),
    (0, LEGACY_TORCH, "a torch checkpoint from before torch 1.6, which is no zip file", CONVERT),
    (0, b"\x80\x02", "a bare pickle", CONVERT),
    (0, b"\x80\x03", "a bare pickle", CONVERT),
    (0, b"\x80\x04", "a bare pickle", CONVERT),
    (0, b"\x80\x05", "a bare pickle", CONVERT),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5, as Keras saves it", OTHER),
    (4, b"TFL3", "a TensorFlow Lite model", OTHER),
    (0, b"GGUF", "GGUF", OTHER),
    (0, b"\x1f\x8b", "gzip", "unpack it first"),
    (0, b"\x89PNG", "a PNG image", OTHER),
    (0, b"\xff\xd8\xff", "a JPEG image", OTHER),
];

/// The pickled magic number 0x1950a86a20f9469cfc6c (torch/serialization.py, `MAGIC_NUMBER`).
const LEGACY_TORCH: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

/// The error for bytes that no format claims.
pub(super) fn identify(bytes: &[u8]) -> Fault {
    let start = &bytes[..bytes.len().min(512)];
    for (offset, signature, found, hint) in SIGNATURES {
        if start.get(*offset..).is_some_and(|rest| rest.starts_with(signature)) {
            return Fault::Foreign { found: (*found).to_owned(), hint };
        }
    }
    let text = start.trim_ascii_start();
    let found = if start.is_empty() {
        "an empty file".to_owned()
    } else if text.starts_with(b"<") {
        "a web page".to_owned()
    } else if text.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')) {
        "a text file".to_owned()
    } else {
        format!("{} bytes that start with {:02x?}", bytes.len(), &start[..start.len().min(8)])
    };
    Fault::Foreign { found, hint: DOWNLOAD }
}
