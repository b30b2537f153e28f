//! The pointwise convolution: a matrix product of positions and channels.
//!
//! `input` is `[m, k]`: `m` positions of `k` channels, or `[k, m]` where that is easier to make. `output` is `[m, n]`. Weights are packed once into panels of
//! two vectors of columns, so that a tile of rows by one panel stays in registers through all of `k`
//! (the scheme of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use std::ops::Range;

use super::Activation;
use super::isa::{Isa, Simd};

/// Weights `[n, k]` with a bias `[n]`, packed for one instruction set.
#[derive(Clone, Debug)]
pub struct PackedMatrix {
    isa: &'static Isa,
    k: usize,
    n: usize,
    /// Columns of a panel: two vectors.
    width: usize,
    /// Panel after panel, `[k, width]` each, zeros behind column `n`.
    panels: Vec<f32>,
    /// `[n]`, zeros up to whole panels.
    bias: Vec<f32>,
}

impl PackedMatrix {
    /// Packs `weight` `[n, k]`, row-major, and `bias` `[n]`.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn new(isa: &'static Isa, weight: &[f32], bias: &[f32], k: usize) -> Self {
        let n = bias.len();
        assert_eq!(weight.len(), n * k, "pointwise weight");
        let width = 2 * isa.lanes;
        let count = n.div_ceil(width);
        let mut panels = vec![0.0; count * k * width];
        if k > 0 {
            for (panel, columns) in panels.chunks_exact_mut(k * width).zip(weight.chunks(width * k)) {
                // Writes in order, reads from as many places as there are columns: few enough for the cache.
                for (channel, row) in panel.chunks_exact_mut(width).enumerate() {
                    for (packed, weights) in row.iter_mut().zip(columns.chunks_exact(k)) {
                        *packed = weights[channel];
                    }
                }
            }
        }
        let mut padded = vec![0.0; count * width];
        padded[..n].copy_from_slice(bias);
        Self { isa, k, n, width, panels, bias: padded }
    }

    /// The instruction set it was packed for.
    pub fn isa(&self) -> &'static Isa {
        self.isa
    }

    /// Channels in.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Channels out.
    pub fn n(&self) -> usize {
        self.n
    }

    /// All columns.
    pub fn all(&self, activation: Activation) -> Pointwise<'_> {
        self.columns(0..self.n, activation)
    }

    /// The panels that cover columns from a multiple of [`panel_width`](Self::panel_width) on.
    ///
    /// # Panics
    /// If the range does not start at a panel or reaches past the columns.
    pub fn columns(&self, columns: Range<usize>, activation: Activation) -> Pointwise<'_> {
        assert!(columns.start.is_multiple_of(self.width) && columns.end <= self.n, "columns of whole panels");
        let panels = columns.start / self.width..columns.end.div_ceil(self.width);
        Pointwise {
            isa: self.isa,
            k: self.k,
            n: columns.len(),
            transposed: false,
            panels: &self.panels[panels.start * self.k * self.width..panels.end * self.k * self.width],
            bias: &self.bias[panels.start * self.width..panels.end * self.width],
            bounds: activation.bounds(),
        }
    }

    /// Columns of a panel.
    pub fn panel_width(&self) -> usize {
        self.width
    }
}

/// A product with packed weights, bias and activation.
#[derive(Clone, Debug)]
pub struct Pointwise<'a> {
    isa: &'static Isa,
    k: usize,
    n: usize,
    /// Whether the input is `[k, m]`.
    transposed: bool,
    panels: &'a [f32],
    bias: &'a [f32],
    bounds: (f32, f32),
}

impl Pointwise<'_> {
    /// The same product of an input `[k, m]`.
    #[must_use]
    pub fn of_transposed(self) -> Self {
        Self { transposed: true, ..self }
    }

    /// `input` `[m, k]` (or `[k, m]`) to `output` `[m, n]`, and `shortcut` `[m, n]` added behind the activation.
    ///
    /// Before activation, within `(k + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::pointwise`](super::reference::pointwise), ε = `f32::EPSILON`.
    ///
    /// # Panics
    /// If the lengths do not match.
    pub fn run(&self, input: &[f32], shortcut: Option<&[f32]>, output: &mut [f32]) {
        let m = output.len() / self.n.max(1);
        assert_eq!(output.len(), m * self.n, "pointwise output");
        assert_eq!(input.len(), m * self.k, "pointwise input");
        assert!(shortcut.is_none_or(|shortcut| shortcut.len() == output.len()), "pointwise shortcut");
        (self.isa.pointwise)(self, input, shortcut, output);
    }
}

/// Bytes of input that stay in the second-level cache while all panels pass over them.
const BLOCK_BYTES: usize = 256 << 10;

/// The product, a block of rows at a time.
///
/// # Safety
/// The processor has `S`'s instructions; the lengths are those that [`Pointwise::run`] checks.
#[inline(always)]
pub(super) unsafe fn rows<S: Simd>(
    job: &Pointwise,
    input: &[f32],
    shortcut: Option<&[f32]>,
    output: &mut [f32],
) {
    let (k, n) = (job.k, job.n);
    let m = output.len() / n.max(1);
    let width = 2 * S::LANES;
    let (row_step, channel_step) = if job.transposed { (1, m) } else { (k, 1) };
    let block = (BLOCK_BYTES / (4 * k.max(1))).max(1).next_multiple_of(S::TILE_ROWS);
    for start in (0..m).step_by(block) {
        let rows = block.min(m - start);
        // Tiles of nearly equal height: one of 6 rows and one of 1 cost more than two of 3 and 4.
        let tiles = rows.div_ceil(S::TILE_ROWS);
        for (panel, first) in (0..n).step_by(width).enumerate() {
            for tile in 0..tiles {
                let row = start + tile * rows / tiles;
                let height = start + (tile + 1) * rows / tiles - row;
                // SAFETY: row + height <= m, and panel and first are within the packed weights and bias.
                unsafe {
                    let tile = Tile {
                        k,
                        n,
                        columns: (n - first).min(width),
                        input: input.as_ptr().add(row * row_step),
                        row_step,
                        channel_step,
                        panel: job.panels.as_ptr().add(panel * k * width),
                        bias: job.bias.as_ptr().add(first),
                        shortcut: shortcut.map(|shortcut| shortcut.as_ptr().add(row * n + first)),
                        output: output.as_mut_ptr().add(row * n + first),
                        bounds: job.bounds,
                    };
                    tile.run_rows::<S>(height);
                }
            }
        }
    }
}

/// Some rows by one panel: all of it stays in registers.
struct Tile {
    k: usize,
    /// Values from one row of the output to the next.
    n: usize,
    /// Columns of the panel that exist.
    columns: usize,
    input: *const f32,
    /// Values from one row of the input to the next.
    row_step: usize,
    /// Values from one channel of the input to the next.
    channel_step: usize,
    panel: *const f32,
    bias: *const f32,
    shortcut: Option<*const f32>,
    output: *mut f32,
    bounds: (f32, f32),
}

impl Tile {
    /// # Safety
    /// As for [`rows`]; the pointers are valid for `height` rows.
    #[inline(always)]
    unsafe fn run_rows<S: Simd>(&self, height: usize) {
        macro_rules! heights {
            ($($height:literal)*) => {
                match height {
                    // SAFETY: the caller's. Heights past the tile's are not compiled.
                    $($height if $height <= S::TILE_ROWS => unsafe { self.run_columns::<S, $height>() },)*
                    _ => unreachable!("a tile is at most {} rows high", S::TILE_ROWS),
                }
            };
        }
        heights!(1 2 3 4 5 6);
    }

    /// # Safety
    /// As for [`run_rows`](Self::run_rows).
    #[inline(always)]
    unsafe fn run_columns<S: Simd, const HEIGHT: usize>(&self) {
        // SAFETY: the caller's.
        unsafe {
            if self.columns > S::LANES { self.run::<S, HEIGHT, 2>() } else { self.run::<S, HEIGHT, 1>() }
        }
    }

    /// # Safety
    /// As for [`run_rows`](Self::run_rows); `VECTORS` vectors cover the columns.
    #[inline(always)]
    unsafe fn run<S: Simd, const HEIGHT: usize, const VECTORS: usize>(&self) {
        // SAFETY: every offset is below k, HEIGHT rows or the packed panel's width.
        unsafe {
            let mut sums = [[S::splat(0.0); VECTORS]; HEIGHT];
            for row in &mut sums {
                for (vector, sum) in row.iter_mut().enumerate() {
                    *sum = S::load(self.bias.add(vector * S::LANES));
                }
            }
            let (mut panel, mut input) = (self.panel, self.input);
            for _ in 0..self.k {
                let mut weights = [S::splat(0.0); VECTORS];
                for (vector, weights) in weights.iter_mut().enumerate() {
                    *weights = S::load(panel.add(vector * S::LANES));
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let value = S::splat(*input.add(row * self.row_step));
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = sum.add_product(value, weights);
                    }
                }
                panel = panel.add(2 * S::LANES);
                // Past the end after the last channel, where it is not read.
                input = input.wrapping_add(self.channel_step);
            }
            let (low, high) = (S::splat(self.bounds.0), S::splat(self.bounds.1));
            for (row, sums) in sums.into_iter().enumerate() {
                for (vector, sum) in sums.into_iter().enumerate() {
                    let offset = row * self.n + vector * S::LANES;
                    let count = self.columns - vector * S::LANES;
                    self.finish(sum.clamp(low, high), offset, count);
                }
            }
        }
    }

    /// Adds the shortcut and stores the first `count` lanes.
    ///
    /// # Safety
    /// As for [`run_rows`](Self::run_rows).
    #[inline(always)]
    unsafe fn finish<S: Simd>(&self, mut sum: S, offset: usize, count: usize) {
        // SAFETY: `count` columns exist from `offset` on.
        unsafe {
            if count >= S::LANES {
                if let Some(shortcut) = self.shortcut {
                    sum = sum.add(S::load(shortcut.add(offset)));
                }
                sum.store(self.output.add(offset));
            } else {
                if let Some(shortcut) = self.shortcut {
                    sum = sum.add(S::load_first(shortcut.add(offset), count));
                }
                sum.store_first(self.output.add(offset), count);
            }
        }
    }
}
