//! The orientation of a picture: tag 0x0112 of EXIF 2.32 (table 4), in the TIFF structure that every format
//! embeds.
//!
//! The code is ours because the `image` crate does not find the tag if the block starts with `Exif\0\0` (as
//! in many WebP files) or if the value is a LONG.

use image::metadata::Orientation;

/// The orientation in an EXIF block, with or without its leading `Exif\0\0`. `None` if the block has no
/// orientation, or one that is not 1 to 8.
pub(super) fn from_exif(block: &[u8]) -> Option<Orientation> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let big_endian = match tiff.get(..4)? {
        b"MM\0\x2a" => true,
        b"II\x2a\0" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let u32_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };

    let directory = usize::try_from(u32_at(4)?).ok()?;
    let entries = usize::from(u16_at(directory)?);
    // An entry: tag u16, type u16, count u32, then the value if it fits four bytes.
    let entry = (0..entries).map(|i| directory + 2 + 12 * i).find(|&at| u16_at(at) == Some(0x0112))?;
    let value = match u16_at(entry + 2)? {
        1 => u32::from(*tiff.get(entry + 8)?),
        3 => u32::from(u16_at(entry + 8)?),
        4 => u32_at(entry + 8)?,
        _ => return None,
    };
    Orientation::from_exif(u8::try_from(value).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const SHORT: [u8; 22] = *b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
    const LONG: [u8; 22] = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x08";

    #[test]
    fn either_byte_order_and_width() {
        assert_eq!(from_exif(&SHORT), Some(Orientation::Rotate90));
        assert_eq!(from_exif(&LONG), Some(Orientation::Rotate270));
        assert_eq!(from_exif(&[b"Exif\0\0", &SHORT[..]].concat()), Some(Orientation::Rotate90));
    }

    #[test]
    fn damage_means_no_orientation() {
        for length in 0..SHORT.len() - 2 {
            assert_eq!(from_exif(&SHORT[..length]), None, "{length} bytes");
        }
        for value in [0, 9, 255] {
            let mut exif = SHORT;
            exif[18] = value;
            assert_eq!(from_exif(&exif), None, "orientation {value}");
        }
        let mut far = SHORT;
        far[4..8].fill(0xff);
        assert_eq!(from_exif(&far), None);
    }

    /// An EXIF block whose directory is after `gap` bytes, with `tags` before the orientation.
    fn block(big_endian: bool, kind: u16, value: u8, gap: u8, tags: &[u16]) -> Vec<u8> {
        let u16_of = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let u32_of = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let mut block = if big_endian { b"MM\0\x2a".to_vec() } else { b"II\x2a\0".to_vec() };
        block.extend(u32_of(8 + u32::from(gap)));
        block.extend(vec![0xee; gap.into()]);
        block.extend(u16_of(tags.len() as u16 + 1));
        for tag in tags {
            block.extend([&u16_of(*tag)[..], &u16_of(3), &u32_of(1), &[0xee; 4]].concat());
        }
        block.extend([&u16_of(0x0112)[..], &u16_of(kind), &u32_of(1)].concat());
        block.extend(match kind {
            1 => vec![value, 0, 0, 0],
            3 => [u16_of(value.into()), [0, 0]].concat(),
            _ => u32_of(value.into()).to_vec(),
        });
        block
    }

    proptest! {
        #[test]
        fn the_tag_is_found_anywhere(
            big_endian: bool,
            kind in select(vec![1u16, 3, 4]),
            value: u8,
            gap: u8,
            tags in vec(0x0113u16.., 0..8),
            has_prefix: bool,
        ) {
            let block = block(big_endian, kind, value, gap, &tags);
            let prefix: &[u8] = if has_prefix { b"Exif\0\0" } else { b"" };
            prop_assert_eq!(from_exif(&[prefix, &block].concat()), Orientation::from_exif(value));
        }

        #[test]
        fn other_bytes_never_panic(bytes in vec(any::<u8>(), 0..64), start in select(vec![&b"II\x2a\0"[..], b"MM\0\x2a"])) {
            from_exif(&bytes);
            from_exif(&[start, &bytes].concat());
        }
    }
}
