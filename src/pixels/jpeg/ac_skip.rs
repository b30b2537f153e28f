//! Skipping the AC coefficients of a block, several Huffman codes at a time.

use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;

use super::bit_reader::{AcSymbol, BitReader};

/// Coefficients of a block.
pub(super) const COEFFICIENTS: usize = 64;

/// Bits that index the table; they hold two codes on average. The table takes 32 KiB.
const LOOKUP_BITS: u32 = 13;

/// For every value of the next [`LOOKUP_BITS`] bits, the AC codes that lie completely within them.
pub(super) struct AcSkipTable(Box<[Skip; 1 << LOOKUP_BITS]>);

/// Complete codes, each with the bits of its coefficient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(4))]
struct Skip {
    /// Their length; 0 if not even one code is complete.
    bits: u8,
    /// How many coefficients they describe, counting the end of a block as one.
    coefficients: u8,
    /// Whether the last one ends the block.
    is_end: bool,
}

impl AcSkipTable {
    pub(super) fn new(table: &HuffmanTable) -> Self {
        let skips = (0..1 << LOOKUP_BITS).map(|bits: u32| Skip::new(table, bits << (32 - LOOKUP_BITS)));
        let skips: Box<[Skip]> = skips.collect();
        Self(skips.try_into().expect("as many as the index has values"))
    }

    /// Skips the AC coefficients of a block; `None` if the block is damaged.
    #[inline]
    pub(super) fn skip_block(&self, bits: &mut BitReader, table: &HuffmanTable) -> Option<()> {
        let mut at = 1;
        while at < COEFFICIENTS {
            bits.refill();
            let skip = self.0[bits.peek(LOOKUP_BITS)];
            let next = at + usize::from(skip.coefficients);
            if skip.bits > 0 && next <= COEFFICIENTS {
                bits.skip(skip.bits.into());
                if skip.is_end {
                    return Some(());
                }
                at = next;
                continue;
            }
            // One code at a time where it is longer than the lookup, or where the lookup reaches into the
            // next block.
            match AcSymbol::new(bits.symbol(table)?)? {
                AcSymbol::EndOfBlock => return Some(()),
                AcSymbol::ZeroRun(run) => at += run,
                AcSymbol::Coefficient(run, size) => {
                    bits.skip(size);
                    at += run + 1;
                }
            }
        }
        (at == COEFFICIENTS).then_some(())
    }
}

impl Skip {
    /// The codes in the highest [`LOOKUP_BITS`] bits of `bits`.
    fn new(table: &HuffmanTable, bits: u32) -> Self {
        let mut skip = Self::default();
        while !skip.is_end {
            let code = (bits.unbounded_shl(skip.bits.into()) >> 16) as u16;
            let symbol =
                table.lookup(code).ok().and_then(|(symbol, len)| Some((AcSymbol::new(symbol)?, len)));
            let (coefficients, length, is_end) = match symbol {
                Some((AcSymbol::EndOfBlock, length)) => (1, length, true),
                Some((AcSymbol::ZeroRun(run), length)) => (run, length, false),
                Some((AcSymbol::Coefficient(run, size), length)) => (run + 1, length + size as u8, false),
                None => break,
            };
            let coefficients = usize::from(skip.coefficients) + coefficients;
            if u32::from(skip.bits + length) > LOOKUP_BITS || coefficients > COEFFICIENTS {
                break;
            }
            skip = Self { bits: skip.bits + length, coefficients: coefficients as u8, is_end };
        }
        skip
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_hold_complete_codes_and_stop_at_the_end_of_a_block() {
        // 0: end of block; 10: a coefficient of one bit; 110: two zeros, then a coefficient of three bits.
        let mut lengths = [0; 17];
        lengths[1..4].fill(1);
        let table = HuffmanTable::build(&lengths, &[0x00, 0x01, 0x23]).unwrap();
        let skip = |bits: u32| Skip::new(&table, bits << 20);
        let expected = |bits, coefficients, is_end| Skip { bits, coefficients, is_end };
        assert_eq!(skip(0b0101_1100_1011), expected(1, 1, true));
        assert_eq!(skip(0b1011_0000_0000), expected(7, 3, true));
        assert_eq!(skip(0b1101_0111_0111), expected(13, 7, true));
        assert_eq!(skip(0b1011_1010_1110), expected(9, 4, false));
        // An invalid code.
        assert_eq!(skip(0b1110_0000_0000), Skip::default());
    }
}
