//! Bilevel pictures as fax machines send them: CCITT T.4 (RLE, group 3) and T.6 (group 4). The code tables are
//! the `fax` crate's; its decoders know neither two-dimensional group 3 nor RLE.

use std::convert::Infallible;

use fax::maps::{Mode, black, mode, white};
use fax::{BitReader, ByteReader};

use super::layout::Layout;

/// Bits of the tag `T4Options`.
const TWO_DIMENSIONAL: u64 = 1;

/// Rows of runs, each starting at a byte.
pub(super) fn rle(data: &[u8], layout: &Layout, out: &mut [u8]) -> bool {
    rows(data, layout).is_some_and(|mut rows| {
        rows.fill(out, |rows| {
            rows.bits.consume(rows.bits.bits_to_byte_boundary() % 8).ok()?;
            rows.row_of_runs()
        })
    })
}

/// Rows after end-of-line codes; with an option, a bit tells which of them refer to the row above.
pub(super) fn group_3(data: &[u8], layout: &Layout, out: &mut [u8]) -> bool {
    let is_mixed = layout.fax_options & TWO_DIMENSIONAL != 0;
    rows(data, layout).is_some_and(|mut rows| {
        rows.fill(out, |rows| {
            rows.skip_end_of_line()?;
            let refers = is_mixed && rows.bit()? == 0;
            if refers { rows.row_of_modes() } else { rows.row_of_runs() }
        })
    })
}

/// Rows that refer to the row above.
pub(super) fn group_4(data: &[u8], layout: &Layout, out: &mut [u8]) -> bool {
    rows(data, layout).is_some_and(|mut rows| rows.fill(out, Rows::row_of_modes))
}

struct Rows<I> {
    bits: ByteReader<I>,
    width: u32,
    /// Where the colour of the row above changes, px, starting with white.
    above: Vec<u32>,
    /// The first of them that is right of where this row is read.
    next_above: usize,
    /// Where the colour of this row changes.
    row: Vec<u32>,
}

/// `None` if the picture is not bilevel.
fn rows(data: &[u8], layout: &Layout) -> Option<Rows<impl Iterator<Item = Result<u8, Infallible>>>> {
    // The tables look some bits ahead, past the end too.
    let bytes = data.iter().copied().chain([0; 4]).map(Ok);
    let bits = ByteReader::new(bytes).ok()?;
    let width = layout.chunk.0;
    let is_bilevel = layout.bits == 1 && layout.chunk_samples() == 1;
    is_bilevel.then(|| Rows { bits, width, above: Vec::new(), next_above: 0, row: Vec::new() })
}

impl<I: Iterator<Item = Result<u8, Infallible>>> Rows<I> {
    /// Fills `out` row by row; black is 1. `false` if `read`, which reads a row, fails.
    fn fill(&mut self, out: &mut [u8], read: impl Fn(&mut Self) -> Option<()>) -> bool {
        out.chunks_exact_mut(self.width.div_ceil(8) as usize).all(|out| {
            self.row.clear();
            self.next_above = 0;
            if read(self).is_none() {
                return false;
            }
            out.fill(0);
            for run in self.row.chunks(2) {
                let end = run.get(1).copied().unwrap_or(self.width).min(self.width);
                for x in run[0]..end {
                    out[x as usize / 8] |= 0x80 >> (x % 8);
                }
            }
            std::mem::swap(&mut self.above, &mut self.row);
            true
        })
    }

    fn bit(&mut self) -> Option<u16> {
        let bit = self.bits.peek(1)?;
        self.bits.consume(1).ok()?;
        Some(bit)
    }

    /// Skips an end-of-line code, 11 zeros or more and a one, where there is one.
    fn skip_end_of_line(&mut self) -> Option<()> {
        while self.bits.peek(11) == Some(0) {
            while self.bit()? == 0 {}
        }
        Some(())
    }

    /// The length of a run: codes of multiples of 64, then one below 64.
    fn run(&mut self, is_black: bool) -> Option<u32> {
        let mut run = 0;
        loop {
            let code = if is_black { black::decode(&mut self.bits) } else { white::decode(&mut self.bits) };
            let code = u32::from(code?);
            run += code;
            if code < 64 {
                return Some(run);
            }
            if run > self.width {
                return None;
            }
        }
    }

    /// A row in one dimension: runs of white and black until it is full.
    fn row_of_runs(&mut self) -> Option<()> {
        let (mut at, mut is_black) = (0, false);
        while at < self.width {
            at += self.run(is_black)?;
            self.row.push(at);
            is_black = !is_black;
        }
        (at == self.width).then_some(())
    }

    /// A row in two dimensions (T.6, 2.2.5): changes of colour relative to those of the row above.
    fn row_of_modes(&mut self) -> Option<()> {
        let (mut at, mut is_black, mut is_start) = (0, false, true);
        while at < self.width {
            let (next, after) = self.changes_above(at, is_black, is_start);
            match mode::decode(&mut self.bits)? {
                Mode::Pass => at = after,
                Mode::Horizontal => {
                    let first = at + self.run(is_black)?;
                    at = first + self.run(!is_black)?;
                    self.row.extend([first, at]);
                }
                Mode::Vertical(shift) => {
                    let change = next.checked_add_signed(shift.into())?;
                    if change < at {
                        return None;
                    }
                    at = change;
                    self.row.push(at);
                    is_black = !is_black;
                }
                Mode::Extension | Mode::EOF => return None,
            }
            is_start = false;
        }
        (at == self.width).then_some(())
    }

    /// The first change above after `at` to the opposite colour (b1), and the one after it (b2).
    fn changes_above(&mut self, at: u32, is_black: bool, is_start: bool) -> (u32, u32) {
        let passed = |change: &u32| *change < at || *change == at && !is_start;
        while self.above.get(self.next_above).is_some_and(passed) {
            self.next_above += 1;
        }
        // Changes to black have even places.
        let index = self.next_above + usize::from((self.next_above % 2 == 1) != is_black);
        let change =
            |index: usize| self.above.get(index).map_or(self.width, |&change| change.min(self.width));
        (change(index), change(index + 1))
    }
}
