//! The blocks of a GIF up to its first picture.

/// Length of the header with the screen's size.
const HEADER: usize = 13;
/// Bit of a descriptor: a colour table follows; its size is in the lowest three bits.
const HAS_COLOURS: u8 = 0x80;
/// Label of the extension that has the transparent colour.
const GRAPHIC_CONTROL: u8 = 0xf9;

/// A GIF of the first picture alone, without comments, profiles and bytes that belong to no block. A GIF without
/// a colour table gets one of grays. `None` if there is no picture, or the file ends before its data.
pub(super) fn first_picture(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut header = *bytes.first_chunk::<HEADER>()?;
    let mut at = HEADER + colours_length(header[10]);
    let mut colours = bytes.get(HEADER..at)?.to_vec();
    let mut control: &[u8] = &[];
    loop {
        match *bytes.get(at..)? {
            [b';', ..] | [] => return None,
            [b'!', label, ..] => {
                let end = end_of_blocks(bytes, at + 2);
                if label == GRAPHIC_CONTROL {
                    control = &bytes[at..end];
                }
                at = end;
            }
            [b',', ..] => break,
            _ => at += 1,
        }
    }
    let flags = *bytes.get(at + 9)?;
    if (header[10] | flags) & HAS_COLOURS == 0 {
        header[10] |= HAS_COLOURS | 7;
        colours = (0..=255).flat_map(|level| [level; 3]).collect();
    }
    // The descriptor, its colours, the size of the codes, the data.
    let end = end_of_blocks(bytes, at + 10 + colours_length(flags) + 1);
    let picture = bytes.get(at..end)?;
    Some([&header, &colours[..], control, picture].concat())
}

fn colours_length(flags: u8) -> usize {
    if flags & HAS_COLOURS == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a row of blocks ends: each begins with its length, and one of length 0 is the last.
fn end_of_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&length) = bytes.get(at) {
        at += 1 + usize::from(length);
        if length == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_picture_is_left_out() {
        let head = b"GIF89a\x01\0\x01\0\x80\0\0abcdef";
        let picture = b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0";
        let control = b"!\xf9\x04\x01\0\0\x01\0";
        let file = [&head[..], b"!\xfe\x02hi\0", control, b"\0\0", picture, picture, b";"].concat();
        assert_eq!(first_picture(&file), Some([&head[..], control, picture].concat()));
        assert_eq!(first_picture(&[&head[..], b";"].concat()), None);
        for length in 0..head.len() + 10 {
            assert_eq!(first_picture(&file[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn grays_stand_in_for_colours() {
        let picture = b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0";
        let file = [&b"GIF87a\x01\0\x01\0\0\0\0"[..], picture].concat();
        let with_grays = first_picture(&file).unwrap();
        assert_eq!(with_grays[10], 0x87);
        assert_eq!(&with_grays[13..19], [0, 0, 0, 1, 1, 1]);
        assert_eq!(with_grays.len(), 13 + 768 + picture.len());
    }
}
