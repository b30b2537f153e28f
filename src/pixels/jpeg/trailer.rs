//! What lies behind the pixels of a JPEG without an end marker. Some phones leave the marker out and append a
//! video or a block of their own; a damaged disk or an interrupted copy leaves zeros.

use memchr::memmem;

/// The end marker.
pub(super) const END: &[u8] = b"\xff\xd9";

/// The file up to its trailer, with an end marker. `None` if it has no trailer that is known. Whether all
/// pixels are there is left to a strict decoder.
pub(super) fn replaced_by_end(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = samsung(bytes).or_else(|| video(bytes)).or_else(|| zeros(bytes))?;
    Some([&bytes[..start], END].concat())
}

/// The file without its last byte, with an end marker. If no pixel is missing in this, something followed the pixels: any
/// trailer at all. Else the file may have ended just there, which says nothing about what is lost.
pub(super) fn last_byte_replaced_by_end(bytes: &[u8]) -> Vec<u8> {
    // The first byte of an end marker says no more.
    let end = bytes.iter().rposition(|&byte| byte != 0xff).unwrap_or(0);
    [&bytes[..end], END].concat()
}

/// Samsung's blocks: data, then `SEFH` with a directory of them, its length, and `SEFT`.
fn samsung(bytes: &[u8]) -> Option<usize> {
    let u32_at = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize);
    let end = bytes.strip_suffix(b"SEFT")?.len().checked_sub(4)?;
    let directory = end.checked_sub(u32_at(end)?)?;
    if !bytes[directory..].starts_with(b"SEFH") {
        return None;
    }
    // An entry: type, distance from the directory back to its data, length.
    let distances = (0..u32_at(directory + 8)?).map_while(|entry| u32_at(directory + 12 + 12 * entry + 4));
    directory.checked_sub(distances.take_while(|&distance| distance <= directory).max()?)
}

/// An MP4, which starts with a short box of type `ftyp`.
fn video(bytes: &[u8]) -> Option<usize> {
    let start = memmem::find(bytes, b"ftyp")?.checked_sub(4)?;
    let length = u32::from_be_bytes(*bytes[start..].first_chunk()?);
    (8..=256).contains(&length).then_some(start)
}

/// Zeros up to the end of the file.
fn zeros(bytes: &[u8]) -> Option<usize> {
    let last = bytes.iter().rposition(|&byte| byte != 0)?;
    // A zero after 0xff belongs to it.
    let start = if bytes[last] == 0xff { last + 2 } else { last + 1 };
    (start < bytes.len()).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailer_is_replaced_by_an_end_marker() {
        let end = |bytes: &[u8]| replaced_by_end(bytes);
        assert_eq!(end(b"\x12\x34\0\0"), Some(b"\x12\x34\xff\xd9".to_vec()));
        assert_eq!(end(b"\x12\xff\0\0"), Some(b"\x12\xff\0\xff\xd9".to_vec()));
        assert_eq!(end(b"\x12\x34"), None);
        assert_eq!(end(b"\0\0"), None);
        assert_eq!(end(b"\x12\x34\0\0\0\x18ftypmp42"), Some(b"\x12\x34\xff\xd9".to_vec()));
        // Two entries, whose data of 4 and 2 bytes lie before the directory of 36 bytes.
        let samsung = b"\x12\x34abcdefSEFH\x6a\0\0\0\x02\0\0\0\
                        \0\0\x30\x0a\x06\0\0\0\x04\0\0\0\0\0\x01\x0a\x02\0\0\0\x02\0\0\0\x24\0\0\0SEFT";
        assert_eq!(end(samsung), Some(b"\x12\x34\xff\xd9".to_vec()));
    }
}
