//! Depthwise convolution: one `k` x `k` filter per channel (arXiv:1704.04861, section 3.1).
//!
//! Feature maps are `[c/8, h, w, 8]`: a block of channels is swept row by row, its plane and its filters stay in the
//! first-level cache, and lanes hold channels, so that every stride and every border loads whole vectors.
//! Neighbouring outputs share the filter in registers; taps on padding load zeros.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use std::ops::Range;

use super::feature_map::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks};
use super::isa::{Isa, Simd};
use super::{Weights, scaled};
use crate::nn::{Activation, Conv2dGeometry};

/// Filters `[c, k, k]` with a bias `[c]`, packed as `[c/8, k, k, 8]`.
#[derive(Clone, Debug)]
pub struct PackedFilters {
    isa: &'static Isa,
    channels: usize,
    filters: Vec<f32>,
    bias: Vec<f32>,
}

impl PackedFilters {
    /// Packs filters `[c, k, k]`.
    ///
    /// # Panics
    /// If they are not a whole number of taps per channel.
    pub fn new(isa: &'static Isa, weights: Weights) -> Self {
        let Weights { values: filters, scale, bias } = weights;
        let channels = bias.len();
        assert!(channels > 0 && filters.len().is_multiple_of(channels), "depthwise filters");
        assert_eq!(scale.len(), channels, "depthwise scales");
        let taps = filters.len() / channels;
        let mut packed = vec![0.0; blocks(channels) * CHANNEL_BLOCK * taps];
        for (channel, filter) in filters.chunks_exact(taps.max(1)).enumerate() {
            let block = &mut packed[channel / CHANNEL_BLOCK * CHANNEL_BLOCK * taps..];
            for (tap, weight) in filter.iter().enumerate() {
                block[tap * CHANNEL_BLOCK + channel % CHANNEL_BLOCK] = scaled(*weight, scale[channel]);
            }
        }
        let mut padded = vec![0.0; blocks(channels) * CHANNEL_BLOCK];
        padded[..channels].copy_from_slice(bias);
        Self { isa, channels, filters: packed, bias: padded }
    }

    /// Channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The convolution of some blocks of channels of pictures of this geometry.
    ///
    /// # Panics
    /// If the filters have another number of taps, or other ones along rows than along columns, or the range is not inside.
    pub fn over(
        &self,
        geometry: Conv2dGeometry,
        blocks: Range<usize>,
        activation: Activation,
    ) -> Depthwise<'_> {
        assert_eq!(geometry.rows.taps, geometry.columns.taps, "depthwise filters are square");
        let taps = geometry.rows.taps * geometry.columns.taps;
        assert_eq!(self.filters.len(), taps * self.bias.len(), "depthwise taps");
        let channels = blocks.start * CHANNEL_BLOCK..blocks.end * CHANNEL_BLOCK;
        Depthwise {
            isa: self.isa,
            filters: &self.filters[channels.start * taps..channels.end * taps],
            bias: &self.bias[channels],
            geometry,
            activation,
        }
    }
}

/// A depthwise convolution with packed filters, bias and activation.
#[derive(Debug)]
pub struct Depthwise<'a> {
    isa: &'static Isa,
    filters: &'a [f32],
    bias: &'a [f32],
    geometry: Conv2dGeometry,
    activation: Activation,
}

impl Depthwise<'_> {
    /// `input` `[c/8, h, w, 8]` to the rows of `[c/8, out_h, out_w, 8]` from `first_row` on that `output` holds.
    ///
    /// `input` may be a ring of fewer than `h` rows, row `y` in place `y % rows`, as long as it holds all that these
    /// outputs see.
    ///
    /// Before activation, within `(k·k + 1)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::depthwise`](super::reference::depthwise), ε = `f32::EPSILON`.
    ///
    /// # Panics
    /// If the shapes do not match the geometry.
    pub fn run(&self, input: FeatureMap, first_row: usize, output: FeatureMapMut) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        if columns.output == 0 {
            return;
        }
        let blocks = self.bias.len() / CHANNEL_BLOCK;
        assert_eq!((input.blocks(), output.blocks()), (blocks, blocks), "depthwise channels");
        assert!(output.positions().is_multiple_of(columns.output), "depthwise output");
        let last_row = first_row + output.positions() / columns.output;
        assert!(last_row <= rows.output, "depthwise rows");
        let held = input.positions() / columns.input;
        let seen = rows.inputs(first_row..last_row).len();
        assert!(input.positions() == held * columns.input && held > 0 && held >= seen, "depthwise input");
        (self.isa.depthwise)(self, input, first_row, output);
    }
}

/// The convolution, block by block and row by row.
///
/// # Safety
/// The processor has `S`'s instructions; the shapes are those that [`Depthwise::run`] checks.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    job: &Depthwise,
    input: FeatureMap,
    first_row: usize,
    mut output: FeatureMapMut,
) {
    let Conv2dGeometry { rows, columns } = &job.geometry;
    let taps = rows.taps * columns.taps;
    for block in 0..output.blocks() {
        for lane in (0..CHANNEL_BLOCK).step_by(S::LANES) {
            // SAFETY: block and lane are within the maps and the filters.
            unsafe {
                let plane = Plane {
                    geometry: job.geometry,
                    input: input.pointer().add(block * input.step() + lane),
                    held: input.positions() / columns.input,
                    filters: job.filters.as_ptr().add(block * taps * CHANNEL_BLOCK + lane),
                    bias: job.bias.as_ptr().add(block * CHANNEL_BLOCK + lane),
                    output: output.pointer().add(block * output.step() + lane),
                    rows: first_row..first_row + output.positions() / columns.output,
                    activation: job.activation,
                };
                plane.run::<S>();
            }
        }
        // SAFETY: the block was just written.
        unsafe {
            let count = output.positions() * CHANNEL_BLOCK;
            job.activation.gate::<S>(output.pointer().add(block * output.step()), count);
        }
    }
}

/// A vector of channels.
struct Plane {
    geometry: Conv2dGeometry,
    input: *const f32,
    /// Rows that the input holds.
    held: usize,
    filters: *const f32,
    bias: *const f32,
    output: *mut f32,
    /// Rows of outputs.
    rows: Range<usize>,
    activation: Activation,
}

/// Repeats a body for every index below a constant limit of at most 16, each a constant to the compiler. It does not
/// unroll loops of this size by itself, and sums that are indexed at run time leave the registers.
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
    /// As for [`run`].
    #[inline(always)]
    unsafe fn run<S: Simd>(&self) {
        let columns = &self.geometry.columns;
        // Seven outputs fill the registers best, and divide the maps of a network at 224 pixels.
        let sevens = columns.output.is_multiple_of(7);
        let fives = columns.output.is_multiple_of(5);
        // SAFETY: the caller's; a row has at least as many outputs.
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
    /// As for [`run`]; a row has at least `WIDTH` outputs and narrow padding, the filter `K` x `K` taps and stride
    /// `STRIDE`.
    #[inline(always)]
    unsafe fn sweep<S: Simd, const K: usize, const STRIDE: usize, const WIDTH: usize>(&self) {
        let Conv2dGeometry { rows, columns } = self.geometry;
        let mut output = self.output;
        for oy in self.rows.clone() {
            let taps = rows.taps_of(oy);
            // Its place in the ring. Nearly all rows find theirs one after the other, and of those the compiler knows.
            let first = rows.position(oy, taps.start) % self.held;
            // SAFETY: the caller's; the rows are those of the taps.
            unsafe {
                if taps.len() == K && first + K <= self.held {
                    let pitch = columns.input * CHANNEL_BLOCK;
                    let start = self.place(first);
                    self.row_of::<S, K, STRIDE, WIDTH>(output, |ky| Some(start.wrapping_add(ky * pitch)));
                } else {
                    // Around the end of the ring, or on padding.
                    self.row_of::<S, K, STRIDE, WIDTH>(output, |ky| {
                        let place = first + ky.wrapping_sub(taps.start);
                        let place = if place < self.held { place } else { place - self.held };
                        taps.contains(&ky).then(|| self.place(place))
                    });
                }
                output = output.add(columns.output * CHANNEL_BLOCK);
            }
        }
    }

    /// A row of outputs from the rows of its taps.
    ///
    /// # Safety
    /// As for [`sweep`](Self::sweep).
    #[inline(always)]
    unsafe fn row_of<S: Simd, const K: usize, const STRIDE: usize, const WIDTH: usize>(
        &self,
        output: *mut f32,
        inputs: impl Fn(usize) -> Option<*const f32>,
    ) {
        let last = self.geometry.columns.output - WIDTH;
        let mut ox = 0;
        // SAFETY: ox + WIDTH <= columns.output.
        unsafe {
            loop {
                self.some::<S, K, STRIDE, WIDTH>(&inputs, ox, output.add(ox * CHANNEL_BLOCK));
                if ox == last {
                    break;
                }
                ox = (ox + WIDTH).min(last);
            }
        }
    }

    /// `WIDTH` outputs from `ox` on, of rows that are on the picture or not.
    ///
    /// # Safety
    /// As for [`sweep`](Self::sweep).
    #[inline(always)]
    unsafe fn some<S: Simd, const K: usize, const STRIDE: usize, const WIDTH: usize>(
        &self,
        inputs: impl Fn(usize) -> Option<*const f32>,
        ox: usize,
        output: *mut f32,
    ) {
        let columns = &self.geometry.columns;
        // Below zero it wraps around and is past the end as well.
        let first = (ox * STRIDE).wrapping_sub(columns.before);
        // SAFETY: rows and columns are on the picture, or else zeros are loaded.
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
                        let on_picture = inside || first.wrapping_add(column) < columns.input;
                        let value = if on_picture {
                            row.wrapping_add(column * CHANNEL_BLOCK)
                        } else {
                            ZEROS.as_ptr()
                        };
                        sums[output] = sums[output].add_product(S::load(value), weight);
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
    /// As for [`run`].
    #[inline(always)]
    unsafe fn one_by_one<S: Simd>(&self) {
        let Conv2dGeometry { rows, columns } = self.geometry;
        for (index, oy) in self.rows.clone().enumerate() {
            for ox in 0..columns.output {
                // SAFETY: every position is that of a tap on the picture.
                unsafe {
                    let mut sum = S::load(self.bias);
                    for ky in rows.taps_of(oy) {
                        for kx in columns.taps_of(ox) {
                            let x = columns.position(ox, kx);
                            let value =
                                S::load(self.row(rows.position(oy, ky)).wrapping_add(x * CHANNEL_BLOCK));
                            let weight = S::load(self.filters.add((ky * columns.taps + kx) * CHANNEL_BLOCK));
                            sum = sum.add_product(value, weight);
                        }
                    }
                    self.store(sum, self.output.add((index * columns.output + ox) * CHANNEL_BLOCK));
                }
            }
        }
    }

    /// Start of row `y` of the input.
    fn row(&self, y: usize) -> *const f32 {
        self.place(y % self.held)
    }

    /// Start of the row in that place of the ring.
    #[inline(always)]
    fn place(&self, place: usize) -> *const f32 {
        self.input.wrapping_add(place * self.geometry.columns.input * CHANNEL_BLOCK)
    }

    /// # Safety
    /// As for [`run`].
    #[inline(always)]
    unsafe fn store<S: Simd>(&self, sum: S, output: *mut f32) {
        let (low, high) = self.activation.bounds();
        // SAFETY: the caller's.
        unsafe { sum.clamp(S::splat(low), S::splat(high)).store(output) }
    }
}

/// What is on padding: as many columns as seven outputs of stride 2 see through a filter of five taps.
static ZEROS: [f32; (6 * 2 + 5) * CHANNEL_BLOCK] = [0.0; _];
