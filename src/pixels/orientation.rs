//! The orientation of a picture, as Pillow's `exif_transpose` finds it: tag 0x0112 of EXIF 2.32 (table 4), in
//! the TIFF structure that every format embeds; without that tag, `tiff:Orientation` of XMP.
//!
//! The code is ours because the `image` crate does not find the tag if the block starts with `Exif\0\0` (as
//! in many WebP files) or if the value is a LONG, and because it does not look into XMP.

use image::metadata::Orientation;
use memchr::memmem::find_iter;

/// The orientation that these blocks say together. The first one that has a value decides, even if it is not
/// one of 1 to 8, which means that the picture is not turned.
pub(super) fn of(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Orientation {
    let value = exif.and_then(exif_value).or_else(|| xmp.and_then(xmp_value));
    value
        .and_then(|value| u8::try_from(value).ok())
        .and_then(Orientation::from_exif)
        .unwrap_or(Orientation::NoTransforms)
}

/// The value of the tag in an EXIF block, with or without its leading `Exif\0\0`. `None` if it has no such tag.
fn exif_value(block: &[u8]) -> Option<u32> {
    // Some writers repeat the prefix.
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
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
    match u16_at(entry + 2)? {
        // SBYTE; SHORT and SSHORT; LONG and SLONG. Pillow does not take a BYTE for a number.
        6 => tiff.get(entry + 8).copied().map(u32::from),
        3 | 8 => u16_at(entry + 8).map(u32::from),
        4 | 9 => u32_at(entry + 8),
        _ => Some(0),
    }
}

/// The digit of `tiff:Orientation="6"` or `<tiff:Orientation>6`, by Pillow's own pattern: XMP is not parsed.
fn xmp_value(xmp: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"tiff:Orientation";
    find_iter(xmp, NAME).find_map(|at| match &xmp[at + NAME.len()..] {
        [b'=', b'"', digit @ b'0'..=b'9', ..] | [b'>', digit @ b'0'..=b'9', ..] => {
            Some(u32::from(digit - b'0'))
        }
        _ => None,
    })
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
        let from_exif = |block: &[u8]| Orientation::from_exif(exif_value(block)? as u8);
        assert_eq!(from_exif(&SHORT), Some(Orientation::Rotate90));
        assert_eq!(from_exif(&LONG), Some(Orientation::Rotate270));
        assert_eq!(from_exif(&[b"Exif\0\0", &SHORT[..]].concat()), Some(Orientation::Rotate90));
    }

    #[test]
    fn damage_means_no_orientation() {
        for length in 0..SHORT.len() - 2 {
            assert_eq!(exif_value(&SHORT[..length]), None, "{length} bytes");
        }
        for value in [0, 9, 255] {
            let mut exif = SHORT;
            exif[18] = value;
            assert_eq!(of(Some(&exif), None), Orientation::NoTransforms, "orientation {value}");
        }
        let mut far = SHORT;
        far[4..8].fill(0xff);
        assert_eq!(exif_value(&far), None);
    }

    #[test]
    fn xmp_counts_where_exif_says_nothing() {
        let attribute = br#"<rdf:Description tiff:Orientation="8"/>"#;
        let element = b"<tiff:Orientation>3</tiff:Orientation>";
        assert_eq!(of(None, Some(attribute)), Orientation::Rotate270);
        assert_eq!(of(None, Some(element)), Orientation::Rotate180);
        // An EXIF block that is cut off before the tag; then one that has the tag.
        assert_eq!(of(Some(&SHORT[..10]), Some(element)), Orientation::Rotate180);
        assert_eq!(of(Some(&SHORT), Some(element)), Orientation::Rotate90);
        // A value that is none, and a BYTE, which Pillow does not turn by either.
        let mut exif = SHORT;
        exif[18] = 9;
        assert_eq!(of(Some(&exif), Some(element)), Orientation::NoTransforms);
        exif = SHORT;
        exif[12] = 1;
        assert_eq!(of(Some(&exif), Some(element)), Orientation::NoTransforms);
        // Neither of Pillow's two spellings, then one that is.
        let second = br#"tiff:Orientation='6' <tiff:Orientation> 6 tiff:Orientation="2""#;
        assert_eq!(of(None, Some(second)), Orientation::FlipHorizontal);
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
            3 | 8 => [u16_of(value.into()), [0, 0]].concat(),
            _ => u32_of(value.into()).to_vec(),
        });
        block
    }

    proptest! {
        #[test]
        fn the_tag_is_found_anywhere(
            big_endian: bool,
            kind in select(vec![3u16, 4, 8, 9]),
            value: u8,
            gap: u8,
            tags in vec(0x0113u16.., 0..8),
            has_prefix: bool,
        ) {
            let block = block(big_endian, kind, value, gap, &tags);
            let prefix: &[u8] = if has_prefix { b"Exif\0\0" } else { b"" };
            prop_assert_eq!(exif_value(&[prefix, &block].concat()), Some(u32::from(value)));
        }

        #[test]
        fn other_bytes_never_panic(bytes in vec(any::<u8>(), 0..64), start in select(vec![&b"II\x2a\0"[..], b"MM\0\x2a"])) {
            exif_value(&bytes);
            exif_value(&[start, &bytes].concat());
            xmp_value(&bytes);
        }
    }
}
