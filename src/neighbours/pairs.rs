//! All pairs of some vectors, compared as products of blocks.
//!
//! A block of columns is scaled to length 1 and packed once. The blocks of rows that follow are multiplied with it, one
//! on each thread, as positions are multiplied with the weights of a pointwise convolution. For `n` vectors of `d`
//! values, this takes `n²/2 · d` multiply-adds, at the speed of the processor, and reads each vector `n / columns` times.

use std::io;
use std::ops::{ControlFlow, Range};

use rayon::prelude::*;

use super::similarity::similarity;
use super::vectors::Vectors;
use crate::kernels::isa;
use crate::kernels::pointwise::PackedPointwise;
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, Weights, blocks};
use crate::nn::Activation;

/// How many vectors are multiplied at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockSizes {
    /// Vectors that are packed together.
    pub(super) columns: usize,
    /// Vectors that are multiplied with the packed ones, on one thread.
    pub(super) rows: usize,
    /// Blocks of eight columns whose products are examined together.
    pub(super) slice: usize,
}

impl BlockSizes {
    /// Columns take 32 MiB, so that vectors are seldom read; rows of 1 MiB and slices of 512 columns stay in a cache.
    pub(super) fn of(dimension: usize) -> Self {
        let of_bytes = |bytes: usize| bytes / (dimension.max(1) * size_of::<f32>());
        Self {
            columns: of_bytes(32 << 20).clamp(1, 1 << 15),
            rows: of_bytes(1 << 20).clamp(1, 1 << 10),
            slice: 512 / CHANNEL_BLOCK,
        }
    }
}

/// The products of some vectors with some others.
pub(super) struct Products<'a> {
    vectors: &'a Vectors,
    columns: Block<'a>,
    rows: Block<'a>,
    /// The part of the columns whose products are here.
    slice: Range<usize>,
    /// `[slice / 8, rows, 8]`
    values: &'a [f32],
}

/// Vectors as they are stored.
#[derive(Clone, Copy)]
struct Block<'a> {
    /// The numbers of the vectors, in ascending order.
    ids: &'a [usize],
    values: &'a [f32],
}

impl<'a> Block<'a> {
    fn vector(&self, index: usize, dimension: usize) -> &'a [f32] {
        &self.values[index * dimension..][..dimension]
    }
}

impl Products<'_> {
    /// Every pair of vectors that have a direction: their positions for [`exact`](Self::exact), and their product in
    /// `f32`.
    pub(super) fn iter(&self) -> impl Iterator<Item = ((usize, usize), f64)> {
        let rows = self.rows.ids.len();
        let columns = self.columns.ids[self.slice.clone()].iter().enumerate();
        columns.flat_map(move |(column, id)| {
            let (block, lane) = (column / CHANNEL_BLOCK, column % CHANNEL_BLOCK);
            let products =
                self.values[block * rows * CHANNEL_BLOCK..].iter().skip(lane).step_by(CHANNEL_BLOCK);
            // Visit each pair once, and no vector with itself.
            let first = self.rows.ids.partition_point(|row| row <= id);
            let has_direction = self.vectors.squared_length(*id) > 0.0;
            let here = (if has_direction { first } else { rows })..rows;
            here.clone()
                .zip(products.skip(here.start))
                .filter(|(row, _)| self.vectors.squared_length(self.rows.ids[*row]) > 0.0)
                .map(move |(row, product)| ((self.slice.start + column, row), f64::from(*product)))
        })
    }

    /// The numbers of the two vectors of a pair.
    pub(super) fn ids(&self, (column, row): (usize, usize)) -> (usize, usize) {
        (self.columns.ids[column], self.rows.ids[row])
    }

    /// The exact similarity of a pair, which its product approximates.
    pub(super) fn exact(&self, (column, row): (usize, usize)) -> f64 {
        let squared_length = |id: usize| self.vectors.squared_length(id);
        let (column_id, row_id) = self.ids((column, row));
        let dimension = self.vectors.dimension();
        similarity(
            (self.columns.vector(column, dimension), squared_length(column_id)),
            (self.rows.vector(row, dimension), squared_length(row_id)),
        )
    }
}

/// Visits all pairs of the vectors `ids`, which are in ascending order, on all threads. `on_progress` is told how many
/// pairs were compared since its last call, and may end the search; then the answer is `None`.
pub(super) fn visit(
    vectors: &Vectors,
    ids: &[usize],
    sizes: BlockSizes,
    visit: impl Fn(&Products) + Sync,
    on_progress: impl Fn(u64) -> ControlFlow<()> + Sync,
) -> io::Result<Option<()>> {
    if vectors.dimension() == 0 {
        return Ok(Some(()));
    }
    let mut columns = Vec::new();
    for start in (0..ids.len()).step_by(sizes.columns) {
        let column_ids = &ids[start..ids.len().min(start + sizes.columns)];
        vectors.read(column_ids, &mut columns)?;
        let scale: Vec<_> = column_ids.iter().map(|id| to_unit_length(vectors, *id)).collect();
        let bias = vec![0.0; column_ids.len()];
        let weights = Weights { values: &columns, scale: &scale, bias: &bias };
        let packed = PackedPointwise::new(&isa::active().kernels.pointwise, weights, vectors.dimension());
        let columns = Block { ids: column_ids, values: &columns };
        let outcome = ids[start..].par_chunks(sizes.rows).map(|row_ids| {
            // The remaining blocks are still visited after one of them has ended the search.
            if on_progress(0).is_break() {
                return Ok(None);
            }
            let mut values = Vec::new();
            vectors.read(row_ids, &mut values)?;
            let rows = Block { ids: row_ids, values: &values };
            multiply(vectors, &packed, columns, rows, sizes.slice, &visit);
            let compared = row_ids.len() * column_ids.len();
            Ok(on_progress(compared as u64).is_continue().then_some(()))
        });
        let outcome: io::Result<Option<()>> = outcome.try_reduce(|| Some(()), |a, b| Ok(a.and(b)));
        if outcome?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(()))
}

fn multiply(
    vectors: &Vectors,
    packed: &PackedPointwise,
    columns: Block,
    rows: Block,
    slice: usize,
    visit: &impl Fn(&Products),
) {
    let count = rows.ids.len();
    let map = positions(vectors, rows);
    let slice = slice.next_multiple_of(packed.panel_blocks());
    let all = blocks(packed.n());
    let mut products = vec![0.0; (2 * slice).min(all) * count * CHANNEL_BLOCK];
    let mut start = 0;
    while start < all {
        // The last panel may be wider than others, so a remainder joins the slice before it.
        let end = if start + 2 * slice <= all { start + slice } else { all };
        let products = &mut products[..(end - start) * count * CHANNEL_BLOCK];
        let job = packed.slice_blocks(start..end, Activation::Linear);
        job.run(FeatureMap::new(&map, count), None, FeatureMapMut::new(products, count));
        let slice = start * CHANNEL_BLOCK..columns.ids.len().min(end * CHANNEL_BLOCK);
        visit(&Products { vectors, columns, rows, slice, values: products });
        start = end;
    }
}

/// Scales the vectors of a block to length 1, as the map of a pointwise convolution: `[dimension / 8, rows, 8]`.
fn positions(vectors: &Vectors, rows: Block) -> Vec<f32> {
    let (count, dimension) = (rows.ids.len(), vectors.dimension());
    let mut map = vec![0.0; blocks(dimension) * count * CHANNEL_BLOCK];
    for (row, (id, values)) in rows.ids.iter().zip(rows.values.chunks_exact(dimension)).enumerate() {
        let scale = to_unit_length(vectors, *id);
        if scale == 0.0 {
            continue;
        }
        for (block, values) in values.chunks(CHANNEL_BLOCK).enumerate() {
            let place = &mut map[(block * count + row) * CHANNEL_BLOCK..];
            for (place, value) in place.iter_mut().zip(values) {
                *place = (f64::from(*value) * scale) as f32;
            }
        }
    }
    map
}

/// The factor that makes a vector's length 1; 0 for a vector without a direction.
fn to_unit_length(vectors: &Vectors, id: usize) -> f64 {
    let squared = vectors.squared_length(id);
    if squared > 0.0 { squared.sqrt().recip() } else { 0.0 }
}
