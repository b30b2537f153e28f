//! What a file is that is not a weight file, told by its first bytes. For error messages only.

use super::error::CONVERT;

const DOWNLOAD: &str = "delete it and download it again";
const OTHER_FILE: &str = "a checkpoint saved as safetensors";

/// Offset, magic bytes, what such a file is, and the hint. The first match wins.
#[rustfmt::skip]
const SIGNATURES: &[(usize, &[u8], &str, &str)] = &[
    (0, b"version https://git-lfs", "a git-lfs pointer in place of the file", "git lfs pull, in the repository it came from"),
    (0, LEGACY_TORCH, "a torch checkpoint from before torch 1.6, not a zip file", CONVERT),
    (0, b"\x80\x02", "a bare pickle", CONVERT),
    (0, b"\x80\x03", "a bare pickle", CONVERT),
    (0, b"\x80\x04", "a bare pickle", CONVERT),
    (0, b"\x80\x05", "a bare pickle", CONVERT),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file, as saved by Keras", OTHER_FILE),
    (4, b"TFL3", "a TensorFlow Lite model", OTHER_FILE),
    (0, b"GGUF", "a GGUF file", OTHER_FILE),
    (0, b"\x1f\x8b", "a gzip file", "unpack it first"),
    (0, b"\x89PNG", "a PNG image", OTHER_FILE),
    (0, b"\xff\xd8\xff", "a JPEG image", OTHER_FILE),
];

/// The pickled magic number 0x1950a86a20f9469cfc6c (torch/serialization.py, `MAGIC_NUMBER`).
const LEGACY_TORCH: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

/// What `bytes`, which no format matches, seem to be, and how to get a file that can be read.
pub(super) fn sniff(bytes: &[u8]) -> (String, &'static str) {
    let start = &bytes[..bytes.len().min(512)];
    for (offset, magic, found, hint) in SIGNATURES {
        if start.get(*offset..).is_some_and(|rest| rest.starts_with(magic)) {
            return ((*found).to_owned(), hint);
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
    (found, DOWNLOAD)
}
