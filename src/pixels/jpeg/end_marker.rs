//! Whether a JPEG file is complete.
//!
//! Decoders accept a file that is cut off and fill the rest with gray; we refuse it, as Pillow does: without
//! the end marker, half the picture may be missing, or the passes of a progressive file that would have made
//! it sharp. No library reports this, so the scan is ours.

use memchr::memchr;

/// Whether the markers lead to EOI. Segments are skipped by their length, entropy-coded data by searching for
/// the next marker.
pub(super) fn has_end_marker(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[prefix, marker]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        at += match (prefix, marker) {
            (0xff, 0xd9) => return true,
            // A fill byte; a stuffed zero, RST, TEM or SOI; a segment.
            (0xff, 0xff) => 1,
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => 2,
            (0xff, _) => match bytes.get(at + 2..).and_then(<[u8]>::first_chunk) {
                Some(&length) => 2 + usize::from(u16::from_be_bytes(length)),
                None => return false,
            },
            _ => match memchr(0xff, &bytes[at..]) {
                Some(skip) => skip,
                None => return false,
            },
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_marker_is_found_after_segments_and_scans() {
        // SOI, a comment that holds an end marker, a scan with a stuffed zero and a restart, EOI.
        let whole = b"\xff\xd8\xff\xfe\0\x04\xff\xd9\xff\xda\0\x02\x12\xff\0\x34\xff\xd0\x56\xff\xd9";
        assert!(has_end_marker(whole));
        for length in 0..whole.len() {
            assert!(!has_end_marker(&whole[..length]), "{length} bytes");
        }
    }
}
