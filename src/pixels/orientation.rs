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
    turned(exif.and_then(exif_value).or_else(|| xmp.and_then(xmp_value)))
}

/// The same of the tag of a TIFF, instead of an EXIF block.
pub(super) fn of_tag(tag: Option<Values>, xmp: Option<&[u8]>) -> Orientation {
    turned(tag.and_then(|values| values.first()).or_else(|| xmp.and_then(xmp_value)))
}

fn turned(value: Option<u64>) -> Orientation {
    let value = value.and_then(|value| u8::try_from(value).ok());
    value.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// The values of a tag in a TIFF structure.
pub(super) struct Values<'a> {
    /// Number of the type.
    pub(super) kind: u16,
    pub(super) bytes: &'a [u8],
    pub(super) is_big_endian: bool,
}

impl Values<'_> {
    /// The first value, as Python compares numbers: 6.0 and 6/1 are 6. 0 if Pillow does not take it for a number, as with a
    /// BYTE; `None` if the tag has no values.
    fn first(&self) -> Option<u64> {
        let size = size_of_type(self.kind)?;
        let value = self.bytes.get(..size)?;
        let number = |bytes: &[u8]| {
            let join = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
            if self.is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
        };
        let whole = |value: f64| if value.fract() == 0.0 { value as u64 } else { 0 };
        Some(match self.kind {
            3 | 4 | 6 | 8 | 9 | 13 | 16 => number(value),
            5 | 10 => whole(number(&value[..4]) as f64 / number(&value[4..]) as f64),
            11 => whole(f32::from_bits(number(value) as u32).into()),
            12 => whole(f64::from_bits(number(value))),
            _ => 0,
        })
    }
}

/// Bytes of a value of this type; `None` if it is unknown.
fn size_of_type(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 => Some(8),
        _ => None,
    }
}

/// The value of the tag in an EXIF block, with or without its leading `Exif\0\0`. `None` if it has no such tag; 0 if the block
/// is something else, which Pillow stops at.
fn exif_value(block: &[u8]) -> Option<u64> {
    // Some writers repeat the prefix.
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let is_big_endian = match tiff.get(..4) {
        Some(b"MM\0\x2a") => true,
        Some(b"II\x2a\0") => false,
        _ => return (!tiff.is_empty()).then_some(0),
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let u32_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) } as usize)
    };

    let directory = u32_at(4)?;
    let entries = usize::from(u16_at(directory)?);
    // An entry: tag u16, type u16, count u32, then the values if they fit four bytes, or where they are.
    let value = |entry: usize| {
        let kind = u16_at(entry + 2)?;
        let length = u32_at(entry + 4)?.checked_mul(size_of_type(kind)?)?;
        let at = if length <= 4 { entry + 8 } else { u32_at(entry + 8)? };
        let bytes = tiff.get(at..at.checked_add(length)?)?;
        Values { kind, bytes, is_big_endian }.first()
    };
    let mut places = (0..entries).map(|i| directory + 2 + 12 * i);
    places.find_map(|at| if u16_at(at)? == 0x0112 { value(at) } else { None })
}

/// The digit of `tiff:Orientation="6"` or `<tiff:Orientation>6`, by Pillow's own pattern: XMP is not parsed.
fn xmp_value(xmp: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"tiff:Orientation";
    find_iter(xmp, NAME).find_map(|at| match &xmp[at + NAME.len()..] {
        [b'=', b'"', digit @ b'0'..=b'9', ..] | [b'>', digit @ b'0'..=b'9', ..] => {
            Some(u64::from(digit - b'0'))
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

    /// Expected values are Pillow's.
    #[test]
    fn any_number_of_values_of_any_type() {
        let exif = |kind: u8, count: u8, value: [u8; 4], after: &[u8]| {
            let head = [b"II\x2a\0\x08\0\0\0\x01\0\x12\x01", &[kind, 0, count, 0, 0, 0][..]].concat();
            exif_value(&[&head, &value[..], after].concat())
        };
        let there = [22, 0, 0, 0];
        assert_eq!(exif(3, 0, [6, 0, 0, 0], &[]), None);
        assert_eq!(exif(3, 2, [6, 0, 3, 0], &[]), Some(6));
        assert_eq!(exif(3, 3, there, &[8, 0, 3, 0, 1, 0]), Some(8));
        assert_eq!(exif(3, 3, there, &[8, 0, 3, 0, 1]), None);
        assert_eq!(exif(1, 1, [6, 0, 0, 0], &[]), Some(0));
        assert_eq!(exif(99, 1, [6, 0, 0, 0], &[]), None);
        assert_eq!(exif(5, 1, there, &[12, 0, 0, 0, 2, 0, 0, 0]), Some(6));
        assert_eq!(exif(5, 1, there, &[13, 0, 0, 0, 2, 0, 0, 0]), Some(0));
        assert_eq!(exif(5, 1, there, &[6, 0, 0, 0, 0, 0, 0, 0]), Some(0));
        assert_eq!(exif(11, 1, 6f32.to_le_bytes(), &[]), Some(6));
        assert_eq!(exif(12, 1, there, &8f64.to_le_bytes()), Some(8));
        assert_eq!(exif(12, 1, there, &7.5f64.to_le_bytes()), Some(0));
    }

    #[test]
    fn damage_means_no_orientation() {
        for length in 4..SHORT.len() - 2 {
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
        // Pillow does not turn by an invalid value or by a BYTE.
        let mut exif = SHORT;
        exif[18] = 9;
        assert_eq!(of(Some(&exif), Some(element)), Orientation::NoTransforms);
        exif = SHORT;
        exif[12] = 1;
        assert_eq!(of(Some(&exif), Some(element)), Orientation::NoTransforms);
        // A block that is no EXIF, and an empty one.
        assert_eq!(of(Some(b"Exif\0\0garbage"), Some(element)), Orientation::NoTransforms);
        assert_eq!(of(Some(b"Exif\0\0"), Some(element)), Orientation::Rotate180);
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
            prop_assert_eq!(exif_value(&[prefix, &block].concat()), Some(u64::from(value)));
        }

        #[test]
        fn other_bytes_never_panic(bytes in vec(any::<u8>(), 0..64), start in select(vec![&b"II\x2a\0"[..], b"MM\0\x2a"])) {
            exif_value(&bytes);
            exif_value(&[start, &bytes].concat());
            xmp_value(&bytes);
        }
    }
}
