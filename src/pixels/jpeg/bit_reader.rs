//! The entropy-coded segments of a JPEG, bit by bit (ITU-T T.81, annex F.2.2).

use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;

/// A reader of the data between markers. Bits that are missing or left over before a marker are for the caller to find.
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// Position of the next byte.
    at: usize,
    /// The next bits, starting at the highest.
    window: u64,
    /// How many bits `window` holds, padding included.
    count: u32,
    /// Zero bits that were added at a marker or at the end.
    padding: u32,
    /// Whether bits that are no code are the symbol 0, as in libjpeg, rather than an error.
    is_lenient: bool,
}

/// The meaning of a Huffman symbol of AC coefficients.
pub(super) enum AcSymbol {
    /// The remaining coefficients are zero.
    EndOfBlock,
    /// `run` zeros.
    ZeroRun(usize),
    /// (run, size): `run` zeros, then a coefficient in the next `size` bits.
    Coefficient(usize, u32),
}

impl AcSymbol {
    /// `None` if the symbol is invalid.
    pub(super) fn new(symbol: u8) -> Option<Self> {
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        match (run, size) {
            (0, 0) => Some(Self::EndOfBlock),
            (15, 0) => Some(Self::ZeroRun(16)),
            (_, 0) => None,
            _ => Some(Self::Coefficient(run, size)),
        }
    }
}

impl<'a> BitReader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, window: 0, count: 0, padding: 0, is_lenient: false }
    }

    /// A reader of data that may be damaged.
    pub(super) fn lenient(data: &'a [u8]) -> Self {
        Self { is_lenient: true, ..Self::new(data) }
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.is_lenient
    }

    /// Fills the window to at least 32 bits, enough for a code (up to 16) and its coefficient (up to 15).
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        let next =
            self.data.get(self.at..).and_then(<[u8]>::first_chunk).map(|next| u64::from_be_bytes(*next));
        match next {
            // The bits beyond `count` are set too; the next refill sets them again to the same values.
            Some(next) if !has_marker(next) => {
                self.window |= next >> self.count;
                self.at += (63 - self.count as usize) >> 3;
                self.count |= 0b11_1000;
            }
            _ => self.refill_by_bytes(),
        }
    }

    #[cold]
    fn refill_by_bytes(&mut self) {
        while self.count < 56 {
            let byte = match self.data[self.at.min(self.data.len())..] {
                [0xff, 0, ..] => {
                    self.at += 2;
                    0xff
                }
                [] | [0xff, ..] => {
                    self.padding += 8;
                    0
                }
                [byte, ..] => {
                    self.at += 1;
                    byte
                }
            };
            self.window |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next bits, at most 32.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> usize {
        // Two shifts, because a shift by 64 would overflow when `count` is 0.
        (self.window >> 32 >> (32 - count)) as usize
    }

    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.window <<= count;
        self.count -= count;
    }

    /// The symbol of the next Huffman code; `None` if it is not a code of `table`.
    #[inline(always)]
    pub(super) fn symbol(&mut self, table: &HuffmanTable) -> Option<u8> {
        self.refill();
        let code = self.peek(16) as u16;
        let (symbol, length) = match table.lookup_fast(code) {
            (_, 0) => match table.lookup(code) {
                Err(_) if self.is_lenient => (0, 17),
                found => found.ok()?,
            },
            found => found,
        };
        self.skip(length.into());
        Some(symbol)
    }

    /// A signed number of `size` bits, 0 to 15, whose highest bit is set if it is positive (figure F.12).
    /// Call it after [`symbol`](Self::symbol), which leaves enough bits in the window.
    #[inline(always)]
    pub(super) fn signed(&mut self, size: u32) -> i32 {
        let (bits, all) = (self.peek(size) as i32, 1 << size);
        self.skip(size);
        if bits < all >> 1 { bits - all + 1 } else { bits }
    }

    /// Whether the segment ends here: nothing is left but the padding of its last byte.
    fn is_at_marker(&self) -> bool {
        // The last byte of a segment is padded with ones, at most 7.
        self.count.checked_sub(self.padding).is_some_and(|left| left < 8)
    }

    /// Whether more bits were read than there are before the next marker.
    pub(super) fn is_past_end(&self) -> bool {
        self.count < self.padding
    }

    /// Continues after restart marker `index`; `None` if another one is next.
    pub(super) fn restart(&mut self, index: usize) -> Option<()> {
        let marker = [0xff, 0xd0 + (index % 8) as u8];
        let is_next = self.is_at_marker() && self.data.get(self.at..)?.starts_with(&marker);
        is_next.then(|| *self = Self { at: self.at + 2, ..Self::new(self.data) })
    }

    /// Continues after restart marker `index` where data may be lost, as libjpeg does: past data that belongs to no interval,
    /// and past markers that came before. `false` if a later one is next, or no other: nothing is left of this interval.
    pub(super) fn resynchronize(&mut self, index: usize) -> bool {
        *self = Self { at: self.at, ..Self::lenient(self.data) };
        while let Some(&[prefix, marker]) = self.data.get(self.at..).and_then(<[u8]>::first_chunk) {
            match (prefix, marker) {
                (0xff, 0xd0..=0xd7) => match (usize::from(marker - 0xd0) + 8 - index % 8) % 8 {
                    1 | 2 => return false,
                    6 | 7 => self.at += 2,
                    _ => {
                        self.at += 2;
                        return true;
                    }
                },
                // Markers of segments and of the end.
                (0xff, 0xc0..=0xfe) => return false,
                // Stuffed zeros, and what is no marker.
                (0xff, 0x00..=0xbf) => self.at += 2,
                _ => self.at += 1,
            }
        }
        false
    }

    /// Whether the end marker is next.
    pub(super) fn is_at_end(&self) -> bool {
        let rest = self.data.get(self.at..).unwrap_or_default();
        self.is_at_marker() && rest.starts_with(&[0xff, 0xd9])
    }
}

/// Whether one of the bytes is 0xff: the start of a marker, or a stuffed byte.
#[inline(always)]
fn has_marker(bytes: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    // "Determine if a word has a zero byte" (Anderson, Bit Twiddling Hacks), applied to the complement.
    (!bytes).wrapping_sub(LOW) & bytes & (LOW << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_ones_is_found_at_every_position() {
        for place in 0..8 {
            assert!(has_marker(0xff << (8 * place)), "{place}");
            assert!(has_marker(0xfefe_fefe_fefe_fefe | 0xff << (8 * place)), "{place}");
        }
        assert!(!has_marker(0xfe7f_00fe_807f_0100));
    }

    #[test]
    fn signed_numbers_follow_figure_f_12() {
        // Nothing; 0, 1; 00, 01, 10, 11
        let mut bits = BitReader::new(&[0b0100_0110, 0b1100_0000]);
        bits.refill();
        let sizes = [0, 1, 1, 2, 2, 2, 2];
        assert_eq!(sizes.map(|size| bits.signed(size)), [0, -1, 1, -3, -2, 2, 3]);
    }

    #[test]
    fn segments_end_only_at_markers() {
        // Twelve bits and a stuffed byte, padded; a restart marker; a byte; the end marker.
        let mut bits = BitReader::new(&[0x12, 0x3f, 0xff, 0, 0xff, 0xd0, 0x45, 0xff, 0xd9]);
        bits.refill();
        assert_eq!(bits.peek(12), 0x123);
        bits.skip(12);
        assert!(bits.restart(0).is_none(), "a byte is left");
        bits.skip(8);
        assert!(bits.restart(1).is_none() && !bits.is_at_end(), "another marker");
        assert!(bits.restart(0).is_some());
        bits.refill();
        assert_eq!(bits.peek(8), 0x45);
        bits.skip(8);
        assert!(bits.is_at_end());
        bits.skip(1);
        assert!(!bits.is_at_end(), "read past the end");
    }
    #[test]
    fn lost_intervals_are_found_by_their_markers() {
        let next = |data: &[u8], index: usize| {
            let mut bits = BitReader::new(data);
            let found = bits.resynchronize(index);
            bits.refill();
            (found, bits.peek(8))
        };
        // Garbage, then the marker; one that came before it.
        assert_eq!(next(&[0x12, 0xff, 0, 0xff, 0xd3, 0x45], 3), (true, 0x45));
        assert_eq!(next(&[0xff, 0xd2, 0x12, 0xff, 0xd3, 0x45], 11), (true, 0x45));
        // A later one, the end of the scan, the end of the file: nothing is left.
        assert_eq!(next(&[0xff, 0xd5, 0x12], 3), (false, 0));
        assert_eq!(next(&[0x12, 0xff, 0xd9], 3), (false, 0));
        assert_eq!(next(&[0x12], 3), (false, 0x12));
    }
}
