//! The bf16 matrix products: tiles of positions times panels of weights.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use half::bf16;

use super::epilogue::Epilogue;
use super::pending::Pending;
use super::product::Product;
use super::tile::{GROUP, GROUPS, Multiplier, PANELS, tiles};
use crate::kernels::conv2d::{Conv2d, TAPS};
use crate::kernels::element::Element;
use crate::kernels::feature_map::{FeatureMap, FeatureMapMut};
use crate::kernels::layout::blocks_of;
use crate::kernels::pointwise::Pointwise;

/// How many input values stay in the L2 cache while all panels pass over them.
const RESIDENT: usize = 256 << 10;

/// The pointwise convolution.
///
/// # Safety
/// As for [`PointwiseKernel::run`](crate::kernels::pointwise::PointwiseKernel), with the instructions of `M`.
#[inline(always)]
pub(in crate::kernels) unsafe fn pointwise<M: Multiplier>(
    job: &Pointwise<bf16>,
    input: FeatureMap<bf16>,
    shortcut: Option<FeatureMap<bf16>>,
    mut output: FeatureMapMut<bf16>,
) {
    let m = output.positions();
    let resident = (RESIDENT / job.depth.max(1)).max(M::TILE_ROWS);
    let mut pending = Pending::new();
    let runs = job.depth / bf16::BLOCK;
    let last_groups = job.k.div_ceil(GROUP) - runs.saturating_sub(1) * GROUPS;
    for start in (0..m).step_by(resident) {
        let count = m.min(start + resident) - start;
        let (height, _) = tiles(count, M::TILE_ROWS);
        // SAFETY: `Pointwise::run` asserted that input, output and shortcut have all `m` positions, the input has
        // `depth` channels and the others have those of the job; `slice_blocks` cut whole panels for these. Every
        // `begin` has its `end` below.
        unsafe {
            M::begin(height);
            for channels in PANELS.panels(job.channels) {
                let at = |stride: usize| channels.start / bf16::BLOCK * stride + start * bf16::BLOCK;
                let product = Product {
                    runs,
                    steps: 1,
                    last_groups,
                    input: input.as_ptr().add(start * bf16::BLOCK),
                    run_stride: input.block_stride(),
                    position_stride: bf16::BLOCK,
                    panel: job.panels.as_ptr().add(channels.start * job.depth),
                    turn: (0, 1),
                    channels: job.n - channels.start,
                    epilogue: Epilogue {
                        bias: job.bias.as_ptr().add(channels.start),
                        activation: job.activation,
                        shortcut: shortcut.map(|map| map.as_ptr().add(at(map.block_stride()))),
                        output: output.as_mut_ptr().add(at(output.block_stride())),
                    },
                };
                product.run::<M>(count, &mut pending);
            }
            M::end();
        }
    }
    // SAFETY: the epilogue of the last tile, which has the pointers of a product above.
    unsafe { pending.finish::<M::Lanes>() };
}

/// The 3 x 3 convolution over all channels: computes all output rows for one panel of weights, then for the next.
///
/// # Safety
/// As for [`Conv2dKernel::run`](crate::kernels::conv2d::Conv2dKernel), with the instructions of `M`.
#[inline(always)]
pub(in crate::kernels) unsafe fn conv2d<M: Multiplier>(
    job: &Conv2d<bf16>,
    padded_rows: &[bf16],
    shortcut: Option<FeatureMap<bf16>>,
    mut output: FeatureMapMut<bf16>,
) {
    let matrix = &job.packed.matrix;
    let width = job.geometry.columns.output;
    let stride = job.geometry.rows.stride;
    let (height, _) = tiles(width, M::TILE_ROWS);
    let rows = output.positions() / width;
    let mut pending = Pending::new();
    // SAFETY: `Conv2d::run` asserted that the three padded rows of every output row are there, and that output and shortcut
    // have the channels of the weights. `with_geometry` asserted narrow padding, so the last tap of the last output is
    // within its padded row. `begin` has its `end` below.
    unsafe {
        M::begin(height);
        for channels in PANELS.panels(matrix.channels()) {
            for row in 0..rows {
                let at = |map: usize| channels.start / bf16::BLOCK * map + row * width * bf16::BLOCK;
                let product = Product {
                    runs: TAPS * blocks_of::<bf16>(job.packed.c),
                    steps: TAPS,
                    last_groups: GROUPS,
                    input: padded_rows.as_ptr().add(row * stride * job.row_len()),
                    run_stride: job.row_stride() * bf16::BLOCK,
                    position_stride: stride * bf16::BLOCK,
                    panel: matrix.panels.as_ptr().add(channels.start * matrix.depth),
                    turn: (row, rows),
                    channels: matrix.n() - channels.start,
                    epilogue: Epilogue {
                        bias: matrix.bias.as_ptr().add(channels.start),
                        activation: job.activation,
                        shortcut: shortcut.map(|map| map.as_ptr().add(at(map.block_stride()))),
                        output: output.as_mut_ptr().add(at(output.block_stride())),
                    },
                };
                product.run::<M>(width, &mut pending);
            }
        }
        M::end();
        pending.finish::<M::Lanes>();
    }
}
