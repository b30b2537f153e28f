//! Files that are not weights: the message says what they are and what to do.

use super::message;

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
        (b"Entry not found", "a text file", "download it again"),
        (b"{\"error\":\"no\"}", "a text file", "download it again"),
        (
            b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
            "a torch checkpoint from before torch 1.6",
            "convert it",
        ),
        (b"\x80\x04\x95\0\0", "a bare pickle", "convert it to safetensors"),
        (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file, as saved by Keras", "saved as safetensors"),
        (b"\x1c\0\0\0TFL3", "a TensorFlow Lite model", "saved as safetensors"),
        (b"\x01\x02\x03", "3 bytes that start with [01, 02, 03]", "download it again"),
    ];
    for (bytes, found, hint) in cases {
        let message = message(bytes);
        let expected =
            format!("expected safetensors (.safetensors) or torch checkpoint (.bin .pth .pt), found {found}");
        let (cause, action) = message.split_once("\n  try: ").unwrap();
        assert!(cause.contains(&expected), "{message}");
        assert!(action.contains(hint), "{message}");
    }
}
