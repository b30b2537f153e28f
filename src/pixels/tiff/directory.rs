//! The first directory of a TIFF or `BigTIFF`: tags and their values.

use crate::pixels::orientation::Values;

/// Tags that are read, by their names in TIFF 6.0.
pub(super) mod tag {
    pub(in super::super) const IMAGE_WIDTH: u16 = 256;
    pub(in super::super) const IMAGE_LENGTH: u16 = 257;
    pub(in super::super) const BITS_PER_SAMPLE: u16 = 258;
    pub(in super::super) const COMPRESSION: u16 = 259;
    pub(in super::super) const PHOTOMETRIC_INTERPRETATION: u16 = 262;
    pub(in super::super) const FILL_ORDER: u16 = 266;
    pub(in super::super) const STRIP_OFFSETS: u16 = 273;
    pub(in super::super) const ORIENTATION: u16 = 274;
    pub(in super::super) const SAMPLES_PER_PIXEL: u16 = 277;
    pub(in super::super) const ROWS_PER_STRIP: u16 = 278;
    pub(in super::super) const STRIP_BYTE_COUNTS: u16 = 279;
    pub(in super::super) const PLANAR_CONFIGURATION: u16 = 284;
    pub(in super::super) const T4_OPTIONS: u16 = 292;
    pub(in super::super) const PREDICTOR: u16 = 317;
    pub(in super::super) const COLOR_MAP: u16 = 320;
    pub(in super::super) const TILE_WIDTH: u16 = 322;
    pub(in super::super) const TILE_LENGTH: u16 = 323;
    pub(in super::super) const TILE_OFFSETS: u16 = 324;
    pub(in super::super) const TILE_BYTE_COUNTS: u16 = 325;
    pub(in super::super) const INK_SET: u16 = 332;
    pub(in super::super) const EXTRA_SAMPLES: u16 = 338;
    pub(in super::super) const SAMPLE_FORMAT: u16 = 339;
    pub(in super::super) const JPEG_TABLES: u16 = 347;
    pub(in super::super) const YCBCR_COEFFICIENTS: u16 = 529;
    pub(in super::super) const YCBCR_SUBSAMPLING: u16 = 530;
    pub(in super::super) const REFERENCE_BLACK_WHITE: u16 = 532;
    pub(in super::super) const XMP: u16 = 700;

    /// Whether the tag changes the picture, so that a file whose value of it is cut off has none.
    pub(super) fn is_essential(tag: u16) -> bool {
        matches!(tag, IMAGE_WIDTH..=JPEG_TABLES | YCBCR_COEFFICIENTS..=REFERENCE_BLACK_WHITE)
            && !matches!(tag, 263..=265 | 267..=272 | 280..=283 | 300..=316)
    }
}

/// The first directory of a file. A file may claim any number of entries and of values, so only entries that are read
/// are kept, and values are read where they are, not copied.
pub(super) struct Directory<'a> {
    file: &'a [u8],
    pub(super) is_big_endian: bool,
    entries: Vec<Entry>,
}

struct Entry {
    tag: u16,
    /// Number of the type.
    kind: u64,
    /// Bytes of one value.
    size: usize,
    count: usize,
    /// Where the values are.
    at: usize,
}

impl<'a> Directory<'a> {
    /// `None` if the directory, or a value that changes the picture, is not in the file.
    pub(super) fn read(file: &'a [u8]) -> Option<Self> {
        let is_big_endian = file.starts_with(b"MM");
        let mut directory = Self { file, is_big_endian, entries: Vec::new() };
        let is_big = directory.uint(2, 2)? == 43;
        // Of the count of entries; of the count of values, and of an offset.
        let (count_size, size) = if is_big { (8, 8) } else { (2, 4) };
        let start = usize::try_from(directory.uint(if is_big { 8 } else { 4 }, size)?).ok()?;
        let count = usize::try_from(directory.uint(start, count_size)?).ok()?;
        let mut at = start + count_size;
        for _ in 0..count {
            let tag = directory.uint(at, 2)? as u16;
            let is_essential = tag::is_essential(tag);
            // The first of equal tags counts.
            if (is_essential || tag == tag::XMP) && directory.find(tag).is_none() {
                match directory.entry(tag, at, size) {
                    Some(entry) => directory.entries.push(entry),
                    None if is_essential => return None,
                    None => {}
                }
            }
            at += 4 + 2 * size;
        }
        Some(directory)
    }

    /// The entry at `at`; `None` if its values are not in the file or of an unknown type.
    fn entry(&self, tag: u16, at: usize, size: usize) -> Option<Entry> {
        let (kind, value) = (self.uint(at + 2, 2)?, at + 4 + size);
        let count = usize::try_from(self.uint(at + 4, size)?).ok()?;
        let offset = usize::try_from(self.uint(value, size)?).ok()?;
        let value_size = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => return None,
        };
        let length = count.checked_mul(value_size)?;
        let at = if length <= size { value } else { offset };
        self.file.get(at..at.checked_add(length)?)?;
        Some(Entry { tag, kind, size: value_size, count, at })
    }

    /// The unsigned number of `size` bytes at `at`.
    fn uint(&self, at: usize, size: usize) -> Option<u64> {
        let bytes = self.file.get(at..at.checked_add(size)?)?;
        let join = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        Some(if self.is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) })
    }

    fn find(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// How many values a tag has; 0 if it is not there.
    pub(super) fn count(&self, tag: u16) -> usize {
        self.find(tag).map_or(0, |entry| entry.count)
    }

    /// A value of a tag.
    pub(super) fn value(&self, tag: u16, index: usize) -> Option<u64> {
        let entry = self.find(tag).filter(|entry| index < entry.count)?;
        self.uint(entry.at + index * entry.size, entry.size)
    }

    /// The first value of a tag.
    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        self.value(tag, 0)
    }

    /// The first values of a tag: no more than `at_most`, whatever the file claims.
    pub(super) fn numbers(&self, tag: u16, at_most: usize) -> Vec<u64> {
        (0..at_most).map_while(|index| self.value(tag, index)).collect()
    }

    /// The first values of a tag, which are fractions or floats.
    pub(super) fn fractions<const N: usize>(&self, tag: u16) -> Option<[f32; N]> {
        let kind = self.find(tag)?.kind;
        let mut values = [0.0; N];
        for (index, value) in values.iter_mut().enumerate() {
            let bits = self.value(tag, index)?;
            let (low, high) = (bits as u32, (bits >> 32) as u32);
            *value = match kind {
                5 if self.is_big_endian => high as f32 / low as f32,
                5 => low as f32 / high as f32,
                11 => f32::from_bits(low),
                12 => f64::from_bits(bits) as f32,
                _ => bits as f32,
            };
        }
        Some(values)
    }

    /// All values of a tag, as bytes.
    pub(super) fn values(&self, tag: u16) -> Option<Values<'a>> {
        let kind = self.find(tag)?.kind as u16;
        Some(Values { kind, bytes: self.bytes(tag)?, is_big_endian: self.is_big_endian })
    }

    /// The bytes of a tag.
    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.find(tag)?;
        self.file.get(entry.at..entry.at + entry.count * entry.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_and_both_sizes() {
        let little = b"II\x2a\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x34\x12\0\0\0\0\0\0";
        let big = b"MM\0\x2a\0\0\0\x08\0\x01\x01\0\0\x03\0\0\0\x01\x12\x34\0\0\0\0\0\0";
        let long = b"MM\0\x2b\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x01\
                     \x01\0\0\x10\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x12\x34\0\0\0\0\0\0\0\0";
        for file in [&little[..], big, long] {
            let directory = Directory::read(file).unwrap();
            assert_eq!(directory.number(tag::IMAGE_WIDTH), Some(0x1234));
            assert_eq!(directory.count(tag::IMAGE_LENGTH), 0);
            for length in 0..file.len() - 8 {
                assert!(Directory::read(&file[..length]).is_none(), "{length} bytes");
            }
        }
    }

    #[test]
    fn a_tag_whose_values_are_not_in_the_file_is_an_error_if_it_counts() {
        // 0xffffffff values of 4 bytes at offset 8.
        let file = b"II\x2a\0\x08\0\0\0\x01\0\0\x01\x04\0\xff\xff\xff\xff\x08\0\0\0\0\0\0\0";
        assert!(Directory::read(file).is_none(), "its width");
        // The same of the name of a program.
        let file = b"II\x2a\0\x08\0\0\0\x01\0\x31\x01\x04\0\xff\xff\xff\xff\x08\0\0\0\0\0\0\0";
        assert_eq!(Directory::read(file).unwrap().count(0x131), 0);
    }

    #[test]
    fn no_more_values_are_read_than_are_wanted() {
        // 28 values of one byte at offset 0, twice; then a tag that nothing reads.
        let entry = b"\x02\x01\x01\0\x1c\0\0\0\0\0\0\0";
        let other = b"\x07\xff\x01\0\x01\0\0\0\0\0\0\0";
        let file = [&b"II\x2a\0\x08\0\0\0\x03\0"[..], entry, entry, other].concat();
        let directory = Directory::read(&file).unwrap();
        assert_eq!(directory.entries.len(), 1);
        assert_eq!(directory.count(tag::BITS_PER_SAMPLE), 28);
        assert_eq!(directory.numbers(tag::BITS_PER_SAMPLE, 3), [0x49, 0x49, 0x2a]);
        assert_eq!(directory.numbers(tag::BITS_PER_SAMPLE, 99).len(), 28);
        assert_eq!(directory.value(tag::BITS_PER_SAMPLE, 28), None);
    }

    #[test]
    fn fractions_of_both_byte_orders() {
        let little =
            b"II\x2a\0\x08\0\0\0\x01\0\x11\x02\x05\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x03\0\0\0\x02\0\0\0";
        let big = b"MM\0\x2a\0\0\0\x08\0\x01\x02\x11\0\x05\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x03\0\0\0\x02";
        for file in [&little[..], big] {
            let directory = Directory::read(file).unwrap();
            assert_eq!(directory.fractions(tag::YCBCR_COEFFICIENTS), Some([1.5]));
            assert_eq!(directory.fractions::<2>(tag::YCBCR_COEFFICIENTS), None);
        }
    }
}
