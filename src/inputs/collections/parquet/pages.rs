//! The pages of a column. A page that claims far more values than its bytes can hold is refused.

use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::Result;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescriptor;

use super::fault::fault;
use super::header::varint;
use super::source::Source;

/// The most values of a page of a list, and of lengths. Repetitions are compressed: a page of some bytes may claim two thousand million
/// values.
const MOST_VALUES: u32 = 1 << 24;

/// The most byte strings in a dictionary. Each takes 32 bytes of memory beside its content. The values of a dictionary differ, so a page with more
/// of them would be larger than programs write.
const MOST_TEXTS: u64 = 1 << 22;

/// The pages of a column.
pub(super) struct Pages {
    reader: SerializedPageReader<Source>,
    source: Source,
    /// Whether a row may have several values.
    is_repeated: bool,
    /// Whether a value may be null.
    is_optional: bool,
    /// The least bytes of a value in a dictionary.
    width: usize,
    /// The most values of a dictionary, regardless of its bytes.
    most_in_dictionary: u64,
}

impl Pages {
    /// The pages that `reader` reads from `source`.
    pub(super) fn new(
        reader: SerializedPageReader<Source>,
        source: Source,
        column: &ColumnDescriptor,
    ) -> Self {
        let width = match column.physical_type() {
            Type::BOOLEAN => 1,
            // Texts begin with their length.
            Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
            Type::INT64 | Type::DOUBLE => 8,
            Type::INT96 => 12,
            Type::FIXED_LEN_BYTE_ARRAY => usize::try_from(column.type_length()).unwrap_or(1).max(1),
        };
        let (is_repeated, is_optional) = (column.max_rep_level() > 0, column.max_def_level() > 0);
        let most_in_dictionary =
            if column.physical_type() == Type::BYTE_ARRAY { MOST_TEXTS } else { u64::MAX };
        Self { reader, source, is_repeated, is_optional, width, most_in_dictionary }
    }

    fn check(&self, page: &Page) -> Result<()> {
        let values = page.num_values();
        let refuse = |what: &str, found: u64, most: u64| {
            Err(fault(format!("{what} has {found} values; the limit is {most}")))
        };
        if let Page::DictionaryPage { buf, .. } = page {
            let most = ((buf.len() / self.width) as u64).min(self.most_in_dictionary);
            return if u64::from(values) > most {
                refuse("a dictionary", values.into(), most)
            } else {
                Ok(())
            };
        }
        if self.is_repeated && values > MOST_VALUES {
            return refuse("a page of a list", values.into(), MOST_VALUES.into());
        }
        let lengths = self.lengths(page).into_iter().flatten().max().unwrap_or(0);
        let most = values.min(MOST_VALUES).into();
        if lengths > most { refuse("a page of lengths", lengths, most) } else { Ok(()) }
    }

    /// The numbers of lengths in a page, which may be of prefixes and of what follows them.
    fn lengths(&self, page: &Page) -> [Option<u64>; 2] {
        let encoding = page.encoding();
        if ![Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY].contains(&encoding) {
            return [None; 2];
        }
        let Some(mut bytes) = self.after_levels(page) else { return [None; 2] };
        let first = count(bytes);
        if encoding == Encoding::DELTA_LENGTH_BYTE_ARRAY
            || first.is_none_or(|first| first > MOST_VALUES.into())
        {
            return [first, None];
        }
        [first, pass(&mut bytes).and_then(|()| count(bytes))]
    }

    /// The values of a page, which come after its levels.
    fn after_levels<'a>(&self, page: &'a Page) -> Option<&'a [u8]> {
        let mut bytes = &page.buffer()[..];
        if let Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } = page {
            return bytes
                .get(usize::try_from(def_levels_byte_len.checked_add(*rep_levels_byte_len)?).ok()?..);
        }
        for _ in 0..usize::from(self.is_repeated) + usize::from(self.is_optional) {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            bytes = rest.get(usize::try_from(u32::from_le_bytes(*length)).ok()?..)?;
        }
        Some(bytes)
    }
}

/// The number of values that differences begin with.
fn count(mut bytes: &[u8]) -> Option<u64> {
    header(&mut bytes).map(|[_, _, count]| count)
}

/// The values of a block, its parts, and all values.
fn header(bytes: &mut &[u8]) -> Option<[u64; 3]> {
    let numbers = [varint(bytes)?, varint(bytes)?, varint(bytes)?];
    varint(bytes)?;
    Some(numbers)
}

/// Passes over differences.
fn pass(bytes: &mut &[u8]) -> Option<()> {
    let [block, parts, count] = header(bytes)?;
    let of_part = block.checked_div(parts).filter(|values| *values > 0)?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        varint(bytes)?;
        let (widths, rest) = bytes.split_at_checked(usize::try_from(parts).ok()?)?;
        *bytes = rest;
        for width in widths {
            if left == 0 {
                break;
            }
            let length = u64::from(*width).checked_mul(of_part)? / 8;
            *bytes = bytes.get(usize::try_from(length).ok()?..)?;
            left = left.saturating_sub(of_part);
        }
    }
    Some(())
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.reader.get_next_page()?;
        page.as_ref().map_or(Ok(()), |page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        let page = self.reader.peek_next_page()?;
        // The header of a page that was found has been read.
        self.source.set_at_header(page.is_none());
        Ok(page)
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.reader.skip_next_page()?;
        self.source.set_at_header(true);
        Ok(())
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        let is_at_boundary = self.reader.at_record_boundary()?;
        // The call above may have read a header.
        self.peek_next_page()?;
        Ok(is_at_boundary)
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}
