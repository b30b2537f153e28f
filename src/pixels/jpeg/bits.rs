//! The entropy-coded segments of a JPEG, bit by bit (ITU-T T.81, annex F.2.2).

use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;

/// A reader of what lies between markers. It is exact about where they are: what has bits missing or left over before one
/// is not read.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Of the next byte.
    at: usize,
    /// The next bits, from the highest on.
    window: u64,
    /// How many of them are there, padding included.
    count: u32,
    /// Zeros that were added at a marker, or the end.
    padding: u32,
}

/// What a code of an AC coefficient says.
pub(super) enum Code {
    /// There are no more in the block.
    End,
    /// So many zeros, and no other coefficient.
    Zeros(usize),
    /// So many zeros, then a coefficient of that many bits, which follow.
    Coefficient(usize, u32),
}

impl Code {
    /// Of a symbol, if it means anything.
    pub(super) fn of(symbol: u8) -> Option<Self> {
        let (zeros, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        match (zeros, size) {
            (0, 0) => Some(Self::End),
            (15, 0) => Some(Self::Zeros(16)),
            (_, 0) => None,
            _ => Some(Self::Coefficient(zeros, size)),
        }
    }
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, window: 0, count: 0, padding: 0 }
    }

    /// Brings 32 bits or more into the window: a code has up to 16, and up to 15 follow it.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        let next =
            self.data.get(self.at..).and_then(<[u8]>::first_chunk).map(|next| u64::from_be_bytes(*next));
        match next {
            // Bits past `count` that are brought along are the same when their byte is brought again.
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
        // In two shifts: there may be none.
        (self.window >> 32 >> (32 - count)) as usize
    }

    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.window <<= count;
        self.count -= count;
    }

    /// The symbol of the next code, if there is one.
    #[inline(always)]
    pub(super) fn symbol(&mut self, table: &HuffmanTable) -> Option<u8> {
        self.refill();
        let code = self.peek(16) as u16;
        let (symbol, length) = match table.lookup_fast(code) {
            (_, 0) => table.lookup(code).ok()?,
            found => found,
        };
        self.skip(length.into());
        Some(symbol)
    }

    /// A signed number of `size` bits, 0 to 15, the highest of which is set where it is positive (figure F.12).
    /// Behind a [`symbol`](Self::symbol), which leaves as many.
    #[inline(always)]
    pub(super) fn number(&mut self, size: u32) -> i32 {
        let (bits, all) = (self.peek(size) as i32, 1 << size);
        self.skip(size);
        if bits < all >> 1 { bits - all + 1 } else { bits }
    }

    /// Whether a segment ends here: all of it was read, and nothing besides.
    fn is_at_marker(&self) -> bool {
        // A byte that is begun is filled up with ones.
        self.count.checked_sub(self.padding).is_some_and(|left| left < 8)
    }

    /// Goes on behind restart marker `index`, if that is what is next.
    pub(super) fn restart(&mut self, index: usize) -> Option<()> {
        let marker = [0xff, 0xd0 + (index % 8) as u8];
        let is_next = self.is_at_marker() && self.data.get(self.at..)?.starts_with(&marker);
        is_next.then(|| *self = Self { at: self.at + 2, ..Self::new(self.data) })
    }

    /// Whether the picture ends here.
    pub(super) fn is_at_end(&self) -> bool {
        let rest = self.data.get(self.at..).unwrap_or_default();
        self.is_at_marker() && rest.starts_with(&[0xff, 0xd9])
    }
}

/// Whether one of the bytes is 0xff, which begins a marker, or is stuffed.
#[inline(always)]
fn has_marker(bytes: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    // "Determine if a word has a zero byte" (Anderson, Bit Twiddling Hacks), of the complement.
    (!bytes).wrapping_sub(LOW) & bytes & (LOW << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_ones_is_found_wherever_it_is() {
        for place in 0..8 {
            assert!(has_marker(0xff << (8 * place)), "{place}");
            assert!(has_marker(0xfefe_fefe_fefe_fefe | 0xff << (8 * place)), "{place}");
        }
        assert!(!has_marker(0xfe7f_00fe_807f_0100));
    }

    #[test]
    fn numbers_are_those_of_figure_f_12() {
        // Nothing; 0, 1; 00, 01, 10, 11
        let mut bits = Bits::new(&[0b0100_0110, 0b1100_0000]);
        bits.refill();
        let sizes = [0, 1, 1, 2, 2, 2, 2];
        assert_eq!(sizes.map(|size| bits.number(size)), [0, -1, 1, -3, -2, 2, 3]);
    }

    #[test]
    fn segments_end_at_markers_and_nowhere_else() {
        // Twelve bits and a stuffed byte, filled up; a restart; a byte; the end.
        let mut bits = Bits::new(&[0x12, 0x3f, 0xff, 0, 0xff, 0xd0, 0x45, 0xff, 0xd9]);
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
}
