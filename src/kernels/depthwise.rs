//! Depthwise convolution: one `k` x `k` filter per channel (arXiv:1704.04861, section 3.1).
//!
//! Rows are `[w, c]`: lanes hold channels, so every stride and every border loads whole vectors. Inside a row,
//! blocks of outputs share their loads; at the borders, where taps fall on padding, outputs are computed one by one.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use super::isa::{Isa, Simd};
use super::{Activation, Conv2dGeometry};

/// Filters `[c, k, k]` with a bias `[c]`, packed as `[k, k, c]`.
#[derive(Clone, Debug)]
pub struct PackedFilters {
    isa: &'static Isa,
    channels: usize,
    filters: Vec<f32>,
    bias: Vec<f32>,
}

impl PackedFilters {
    /// Packs `filters` `[c, k, k]` and `bias` `[c]`.
    ///
    /// # Panics
    /// If `filters` is not a whole number of taps per channel.
    pub fn new(isa: &'static Isa, filters: &[f32], bias: &[f32]) -> Self {
        let channels = bias.len();
        assert!(channels > 0 && filters.len().is_multiple_of(channels), "depthwise filters");
        let taps = filters.len() / channels;
        let packed = (0..taps).flat_map(|tap| (0..channels).map(move |c| filters[c * taps + tap])).collect();
        Self { isa, channels, filters: packed, bias: bias.to_vec() }
    }

    /// Channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The convolution of pictures of this geometry.
    ///
    /// # Panics
    /// If the filters have another number of taps.
    pub fn over(&self, geometry: Conv2dGeometry, activation: Activation) -> Depthwise<'_> {
        let taps = geometry.rows.taps * geometry.columns.taps;
        assert_eq!(self.filters.len(), taps * self.channels, "depthwise taps");
        Depthwise { packed: self, geometry, bounds: activation.bounds() }
    }
}

/// A depthwise convolution with packed filters, bias and activation.
#[derive(Debug)]
pub struct Depthwise<'a> {
    packed: &'a PackedFilters,
    geometry: Conv2dGeometry,
    bounds: (f32, f32),
}

impl Depthwise<'_> {
    /// `input` `[h, w, c]` to the rows of `[out_h, out_w, c]` from `first_row` on that `output` holds.
    ///
    /// Before activation, within `(k·k + 1)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::depthwise`](super::reference::depthwise), ε = `f32::EPSILON`.
    ///
    /// # Panics
    /// If the lengths do not match the geometry.
    pub fn run(&self, input: &[f32], first_row: usize, output: &mut [f32]) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let channels = self.packed.channels;
        assert_eq!(input.len(), rows.input * columns.input * channels, "depthwise input");
        let row = columns.output * channels;
        if row == 0 {
            return;
        }
        assert!(output.len().is_multiple_of(row), "depthwise output");
        assert!(first_row + output.len() / row <= rows.output, "depthwise rows");
        (self.packed.isa.depthwise)(self, input, first_row, output);
    }
}

impl Depthwise<'_> {
    /// Whether neighbouring positions fall into the same few sets of the first-level cache (64 sets of 64 bytes).
    /// A line is then gone before one would come back for its other half, so both are taken at once.
    fn crowded(&self) -> bool {
        self.packed.channels.is_multiple_of(512)
    }
}

/// The convolution, row by row.
///
/// # Safety
/// The processor has `S`'s instructions; the lengths are those that [`Depthwise::run`] checks.
#[inline(always)]
pub(super) unsafe fn rows<S: Simd>(job: &Depthwise, input: &[f32], first_row: usize, output: &mut [f32]) {
    let Conv2dGeometry { rows, columns } = &job.geometry;
    let channels = job.packed.channels;
    // The outputs for which no tap falls on padding.
    let first = columns.outputs(0).start.min(columns.output);
    let inner = first..columns.outputs(columns.taps - 1).end.max(first);
    for (index, output) in output.chunks_exact_mut(columns.output * channels).enumerate() {
        let row = Row { job, input, taps: rows.taps_of(first_row + index), oy: first_row + index };
        let mut ox = 0;
        while ox < columns.output {
            let left = if inner.contains(&ox) { inner.end - ox } else { 1 };
            let to = output[ox * channels..].as_mut_ptr();
            // SAFETY: `left` outputs follow at `ox`, inside `inner` where it is more than one.
            ox += unsafe { row.some::<S>(ox, left, inner.contains(&ox), to) };
        }
    }
}

/// One row of outputs.
struct Row<'a> {
    job: &'a Depthwise<'a>,
    input: &'a [f32],
    /// Rows of the filter that are on the picture.
    taps: std::ops::Range<usize>,
    oy: usize,
}

impl Row<'_> {
    /// Computes outputs from `ox` on and returns how many.
    ///
    /// # Safety
    /// As for [`rows`]; `left` outputs exist, all of them `inner` or just one.
    #[inline(always)]
    unsafe fn some<S: Simd>(&self, ox: usize, left: usize, inner: bool, to: *mut f32) -> usize {
        let columns = &self.job.geometry.columns;
        // SAFETY: the caller's; a block is at most `left` outputs wide.
        unsafe {
            match (columns.taps, columns.stride, left) {
                _ if !inner => self.border::<S>(ox, to),
                (3, 1, 8..) if !self.job.crowded() => self.block::<S, 3, 1, 8, 1>(ox, to),
                (3, 1, 4..) => self.block::<S, 3, 1, 4, 2>(ox, to),
                (3, 1, _) => self.block::<S, 3, 1, 1, 1>(ox, to),
                (3, 2, 4..) => self.block::<S, 3, 2, 4, 1>(ox, to),
                (3, 2, _) => self.block::<S, 3, 2, 1, 1>(ox, to),
                (5, 1, 8..) if !self.job.crowded() => self.block::<S, 5, 1, 8, 1>(ox, to),
                (5, 1, 4..) => self.block::<S, 5, 1, 4, 2>(ox, to),
                (5, 1, _) => self.block::<S, 5, 1, 1, 1>(ox, to),
                (5, 2, 4..) => self.block::<S, 5, 2, 4, 1>(ox, to),
                (5, 2, _) => self.block::<S, 5, 2, 1, 1>(ox, to),
                _ => self.border::<S>(ox, to),
            }
        }
    }

    /// `WIDTH` outputs whose taps are all inside the row, `VECTORS` vectors of channels at a time.
    ///
    /// # Safety
    /// As for [`some`](Self::some).
    #[inline(always)]
    unsafe fn block<
        S: Simd,
        const K: usize,
        const STRIDE: usize,
        const WIDTH: usize,
        const VECTORS: usize,
    >(
        &self,
        ox: usize,
        to: *mut f32,
    ) -> usize {
        let channels = self.job.packed.channels;
        let mut c = 0;
        // SAFETY: the caller's; lanes past the channels are masked.
        unsafe {
            while c + VECTORS * S::LANES <= channels {
                self.block_channels::<S, K, STRIDE, WIDTH, VECTORS, false>(ox, c, to);
                c += VECTORS * S::LANES;
            }
            while c + S::LANES <= channels {
                self.block_channels::<S, K, STRIDE, WIDTH, 1, false>(ox, c, to);
                c += S::LANES;
            }
            if c < channels {
                self.block_channels::<S, K, STRIDE, WIDTH, 1, true>(ox, c, to);
            }
        }
        WIDTH
    }

    /// `VECTORS` vectors of channels of a block.
    ///
    /// # Safety
    /// As for [`some`](Self::some); `PARTIAL` if fewer channels than lanes are left at `c`.
    #[inline(always)]
    unsafe fn block_channels<
        S: Simd,
        const K: usize,
        const STRIDE: usize,
        const WIDTH: usize,
        const VECTORS: usize,
        const PARTIAL: bool,
    >(
        &self,
        ox: usize,
        c: usize,
        to: *mut f32,
    ) {
        let Conv2dGeometry { rows, columns } = &self.job.geometry;
        let (packed, channels) = (self.job.packed, self.job.packed.channels);
        let count = channels - c;
        // SAFETY: every position is that of a tap on the picture; see the callers.
        unsafe {
            let mut bias = [S::splat(0.0); VECTORS];
            for (vector, bias) in bias.iter_mut().enumerate() {
                *bias = load::<S, PARTIAL>(packed.bias.as_ptr().add(c + vector * S::LANES), count);
            }
            let mut sums = [bias; WIDTH];
            for ky in self.taps.clone() {
                let at = rows.position(self.oy, ky) * columns.input + columns.position(ox, 0);
                let row = self.input.as_ptr().add(at * channels + c);
                let filter = packed.filters.as_ptr().add(ky * K * channels + c);
                for column in 0..(WIDTH - 1) * STRIDE + K {
                    for vector in 0..VECTORS {
                        let lane = vector * S::LANES;
                        let value = load::<S, PARTIAL>(row.add(column * channels + lane), count);
                        for (output, sum) in sums.iter_mut().enumerate() {
                            // The tap of this output that this column is under.
                            let tap = column.checked_sub(output * STRIDE).filter(|tap| *tap < K);
                            if let Some(kx) = tap {
                                let weight = load::<S, PARTIAL>(filter.add(kx * channels + lane), count);
                                sum[vector] = sum[vector].add_product(value, weight);
                            }
                        }
                    }
                }
            }
            let (low, high) = (S::splat(self.job.bounds.0), S::splat(self.job.bounds.1));
            for (output, sums) in sums.into_iter().enumerate() {
                for (vector, sum) in sums.into_iter().enumerate() {
                    let to = to.add(output * channels + c + vector * S::LANES);
                    store::<S, PARTIAL>(sum.clamp(low, high), to, count);
                }
            }
        }
    }

    /// One output, some of whose taps may be on padding, for a filter of any size.
    ///
    /// # Safety
    /// As for [`some`](Self::some).
    #[inline(always)]
    unsafe fn border<S: Simd>(&self, ox: usize, to: *mut f32) -> usize {
        let Conv2dGeometry { rows, columns } = &self.job.geometry;
        let (packed, channels) = (self.job.packed, self.job.packed.channels);
        let (low, high) = self.job.bounds;
        for c in (0..channels).step_by(S::LANES) {
            let count = channels - c;
            // SAFETY: every position is that of a tap on the picture; lanes past the channels are masked.
            unsafe {
                let mut sum = load::<S, true>(packed.bias.as_ptr().add(c), count);
                for ky in self.taps.clone() {
                    for kx in columns.taps_of(ox) {
                        let at = rows.position(self.oy, ky) * columns.input + columns.position(ox, kx);
                        let value = load::<S, true>(self.input.as_ptr().add(at * channels + c), count);
                        let tap = ky * columns.taps + kx;
                        let weight = load::<S, true>(packed.filters.as_ptr().add(tap * channels + c), count);
                        sum = sum.add_product(value, weight);
                    }
                }
                store::<S, true>(sum.clamp(S::splat(low), S::splat(high)), to.add(c), count);
            }
        }
        1
    }
}

/// # Safety
/// `count` values are readable, or a vector of them unless `PARTIAL`.
#[inline(always)]
unsafe fn load<S: Simd, const PARTIAL: bool>(from: *const f32, count: usize) -> S {
    // SAFETY: the caller's.
    unsafe { if PARTIAL && count < S::LANES { S::load_first(from, count) } else { S::load(from) } }
}

/// # Safety
/// `count` values are writable, or a vector of them unless `PARTIAL`.
#[inline(always)]
unsafe fn store<S: Simd, const PARTIAL: bool>(value: S, to: *mut f32, count: usize) {
    // SAFETY: the caller's.
    unsafe { if PARTIAL && count < S::LANES { value.store_first(to, count) } else { value.store(to) } }
}
