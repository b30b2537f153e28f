//! One vector of channels of a depthwise convolution.
//!
//! Neighbouring outputs share the filter in registers; taps on padding load zeros.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use std::ops::Range;

use crate::kernels::layout::CHANNEL_BLOCK;
use crate::kernels::simd::Simd;
use crate::nn::{Activation, Conv2dGeometry};

/// Some rows of one vector of channels. Positions are [`CHANNEL_BLOCK`] values apart.
///
/// Pointers are valid for `LANES` values at every position: `input` for `held` rows of `columns.input`, `output` for
/// `rows` of `columns.output`, `filters` for every tap. The input holds all rows that `rows` depend on, row `y` in
/// slot `y % held`.
pub(super) struct Plane {
    pub geometry: Conv2dGeometry,
    pub input: *const f32,
    /// Rows of the ring buffer.
    pub held: usize,
    pub filters: *const f32,
    pub bias: *const f32,
    pub output: *mut f32,
    /// Rows of outputs.
    pub rows: Range<usize>,
    pub activation: Activation,
}

/// Most indices of `unroll!`.
const UNROLLED: usize = 16;

/// Repeats a body for every index below a constant limit of at most [`UNROLLED`], each index a constant to the compiler.
/// It does not unroll loops of this size by itself, and sums that are indexed at run time leave the registers.
macro_rules! unroll {
    ($index:ident < $limit:expr, $body:block) => {
        unroll!($index < $limit, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($index:ident < $limit:expr, $body:block, $($value:literal)*) => {
        $(if $value < $limit {
            let $index: usize = $value;
            $body
        })*
    };
}

impl Plane {
    /// # Safety
    /// The processor has `S`'s instructions, and the pointers are valid as [`Plane`] says.
    #[inline(always)]
    pub(super) unsafe fn run<S: Simd>(&self) {
        let columns = &self.geometry.columns;
        // Seven outputs fill the registers best, and divide the maps of a network at 224 px.
        let sevens = columns.output.is_multiple_of(7);
        let fives = columns.output.is_multiple_of(5);
        // SAFETY: `Depthwise::run` asserted `input.positions() == held * columns.input` and whole rows of output;
        // `with_geometry` asserted a square filter. The patterns guarantee narrow padding, taps, stride and a row of at
        // least `WIDTH` outputs.
        unsafe {
            match (columns.taps, columns.stride, columns.output) {
                _ if !columns.has_narrow_padding() => self.one_by_one::<S>(),
                (3, 1, 7..) if sevens => self.sweep::<S, 3, 1, 7>(),
                (3, 1, 5..) if fives => self.sweep::<S, 3, 1, 5>(),
                (3, 1, 4..) => self.sweep::<S, 3, 1, 4>(),
                (3, 2, 7..) if sevens => self.sweep::<S, 3, 2, 7>(),
                (3, 2, 4..) => self.sweep::<S, 3, 2, 4>(),
                (5, 1, 7..) if sevens => self.sweep::<S, 5, 1, 7>(),
                (5, 1, 4..) => self.sweep::<S, 5, 1, 4>(),
                (5, 2, 7..) if sevens => self.sweep::<S, 5, 2, 7>(),
                (5, 2, 4..) => self.sweep::<S, 5, 2, 4>(),
                _ => self.one_by_one::<S>(),
            }
        }
    }

    /// `WIDTH` outputs at a time; the last ones of a row may be computed twice.
    ///
    /// # Safety
    /// As for [`run`](Self::run); a row has at least `WIDTH` outputs and narrow padding, the filter `K` x `K` taps and
    /// stride `STRIDE`.
    #[inline(always)]
    unsafe fn sweep<S: Simd, const K: usize, const STRIDE: usize, const WIDTH: usize>(&self) {
        let Conv2dGeometry { rows, columns } = self.geometry;
        let mut output = self.output;
        for oy in self.rows.clone() {
            let taps = rows.taps_of(oy);
            // Nearly all rows are adjacent in the ring, and the compiler knows the distance between those.
            let first = rows.position(oy, taps.start) % self.held;
            // SAFETY: slots stay below `held`: `Depthwise::run` asserted that the ring holds all rows that the outputs
            // depend on, so that there are no more taps than slots. `output` is one of `rows`, which it asserted too.
            unsafe {
                if taps.len() == K && first + K <= self.held {
                    let row_stride = columns.input * CHANNEL_BLOCK;
                    let start = self.slot(first);
                    self.row::<S, K, STRIDE, WIDTH>(output, |ky| Some(start.wrapping_add(ky * row_stride)));
                } else {
                    // Around the end of the ring, or on padding.
                    self.row::<S, K, STRIDE, WIDTH>(output, |ky| {
                        let slot = first + ky.wrapping_sub(taps.start);
                        let slot = if slot < self.held { slot } else { slot - self.held };
                        taps.contains(&ky).then(|| self.slot(slot))
                    });
                }
            }
            // Wrapping: after the last row, a vector in the second half of a block points past the end of the buffer.
            output = output.wrapping_add(columns.output * CHANNEL_BLOCK);
        }
    }

    /// A row of outputs from the input rows under its taps, `None` for padding.
    ///
    /// # Safety
    /// As for [`sweep`](Self::sweep); `inputs` points to rows of `columns.input` positions.
    #[inline(always)]
    unsafe fn row<S: Simd, const K: usize, const STRIDE: usize, const WIDTH: usize>(
        &self,
        output: *mut f32,
        inputs: impl Fn(usize) -> Option<*const f32>,
    ) {
        let last = self.geometry.columns.output - WIDTH;
        let mut ox = 0;
        // SAFETY: `ox + WIDTH <= columns.output`, because a row has at least `WIDTH` outputs.
        unsafe {
            loop {
                self.group::<S, K, STRIDE, WIDTH>(&inputs, ox, output.add(ox * CHANNEL_BLOCK));
                if ox == last {
                    break;
                }
                ox = (ox + WIDTH).min(last);
            }
        }
    }

    /// Outputs `ox..ox + WIDTH` of a row.
    ///
    /// # Safety
    /// As for [`row`](Self::row), `ox + WIDTH <= columns.output`, and `output` is output `ox`.
    #[inline(always)]
    unsafe fn group<S: Simd, const K: usize, const STRIDE: usize, const WIDTH: usize>(
        &self,
        inputs: impl Fn(usize) -> Option<*const f32>,
        ox: usize,
        output: *mut f32,
    ) {
        const { assert!(K <= UNROLLED && WIDTH <= UNROLLED, "indices of `unroll!`") };
        const { assert!((WIDTH - 1) * STRIDE + K <= ZERO_COLUMNS, "columns of a row of zeros") };
        let columns = &self.geometry.columns;
        // Where it is below zero it wraps around, and so is past the end as well.
        let first = (ox * STRIDE).wrapping_sub(columns.before);
        // SAFETY: `with_geometry` asserted `K * K` taps for every channel. `inputs` yields rows of `columns.input`
        // positions; columns that are not on the input load zeros instead, and those that are not compared with its
        // width are on it, because `run` checked `has_narrow_padding`. `row` keeps `ox + WIDTH` within the outputs.
        unsafe {
            let mut sums = [S::load(self.bias); WIDTH];
            unroll!(ky < K, {
                let row = inputs(ky)
                    .map_or(ZEROS.as_ptr(), |row| row.wrapping_add(first.wrapping_mul(CHANNEL_BLOCK)));
                unroll!(kx < K, {
                    let weight = S::load(self.filters.add((ky * K + kx) * CHANNEL_BLOCK));
                    unroll!(output < WIDTH, {
                        let column = output * STRIDE + kx;
                        // Neither kind of padding has more than K / 2 columns on a side.
                        let inside = column >= K / 2 && column < (WIDTH - 1) * STRIDE + K - K / 2;
                        let on_input = inside || first.wrapping_add(column) < columns.input;
                        let value =
                            if on_input { row.wrapping_add(column * CHANNEL_BLOCK) } else { ZEROS.as_ptr() };
                        sums[output] = sums[output].multiply_add(S::load(value), weight);
                    });
                });
            });
            for (index, sum) in sums.into_iter().enumerate() {
                self.store(sum, output.add(index * CHANNEL_BLOCK));
            }
        }
    }

    /// One output at a time, for a filter of any size and stride.
    ///
    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn one_by_one<S: Simd>(&self) {
        let Conv2dGeometry { rows, columns } = self.geometry;
        for (index, oy) in self.rows.clone().enumerate() {
            for ox in 0..columns.output {
                // SAFETY: `Depthwise::run` asserted `input.positions() == held * columns.input`, and that the output has
                // `rows` of `columns.output`; `taps_of` yields only taps on the input. `with_geometry` asserted the
                // number of taps.
                unsafe {
                    let mut sum = S::load(self.bias);
                    for ky in rows.taps_of(oy) {
                        let row = self.slot(rows.position(oy, ky) % self.held);
                        for kx in columns.taps_of(ox) {
                            let value = S::load(row.add(columns.position(ox, kx) * CHANNEL_BLOCK));
                            let weight = S::load(self.filters.add((ky * columns.taps + kx) * CHANNEL_BLOCK));
                            sum = sum.multiply_add(value, weight);
                        }
                    }
                    self.store(sum, self.output.add((index * columns.output + ox) * CHANNEL_BLOCK));
                }
            }
        }
    }

    /// The start of a row of the ring buffer.
    #[inline(always)]
    fn slot(&self, slot: usize) -> *const f32 {
        self.input.wrapping_add(slot * self.geometry.columns.input * CHANNEL_BLOCK)
    }

    /// # Safety
    /// The processor has `S`'s instructions, and `output` is writable for a vector.
    #[inline(always)]
    unsafe fn store<S: Simd>(&self, sum: S, output: *mut f32) {
        let (low, high) = self.activation.bounds();
        // SAFETY: `Depthwise::run` asserted the rows of output, of which `row` and `one_by_one` pass one position.
        unsafe { sum.clamp(S::splat(low), S::splat(high)).store(output) }
    }
}

/// The columns that seven outputs of stride 2 see through a filter of five taps.
const ZERO_COLUMNS: usize = 6 * 2 + 5;

/// What padding rows read.
static ZEROS: [f32; ZERO_COLUMNS * CHANNEL_BLOCK] = [0.0; _];
