//! Which layers become one operation.
//!
//! Neighbours are fused where that keeps the feature map between them in a cache: the depthwise filter of a block with the
//! pointwise convolutions around it, a dense convolution with its projection, the stem with the block after it.

use rayon::prelude::*;

use super::lower_block::{BlockLowering, Result, antialias, pointwise};
use super::program::{Instruction, LoweredBlock, Op, lay_out};
use crate::kernels::Element;
use crate::kernels::isa::Kernels;
use crate::models::load::LayerTensors;
use crate::models::spec::{Block, ConvKind, Graph};
use crate::nn::Padding;

/// Reads, folds and packs the weights of all layers up to the pooling, blocks in parallel.
pub(super) fn lower<E: Element>(
    kernels: &'static Kernels<E>,
    graph: &Graph<LayerTensors>,
    padding: Padding,
) -> Result<Vec<Instruction<E>>> {
    let blocks: Vec<_> = graph.blocks().collect();
    let is_stem_fused = blocks.first().is_some_and(|block| takes_stem(&graph.stem, block));
    let lower_block = |(index, block): (usize, &&Block<LayerTensors>)| {
        let mut lowering = BlockLowering::new(kernels, padding);
        if index == 0 && is_stem_fused {
            lowering.stem = Some(lowering.stem(&graph.stem)?);
        }
        lowering.block(block)
    };
    let head = graph.head.as_ref().filter(|head| !head.after_pool);
    let (blocks, head) = rayon::join(
        // A block a task: the last ones have most of the weights.
        || blocks.par_iter().enumerate().with_max_len(1).map(lower_block).collect::<Result<Vec<_>>>(),
        || head.map(|head| pointwise(kernels, &head.layer)).transpose(),
    );
    let blocks = blocks?;
    let mut lowered = Vec::new();
    if !is_stem_fused {
        let mut lowering = BlockLowering::new(kernels, padding);
        let stem = lowering.stem(&graph.stem)?;
        lowering.push(Op::Stem(stem), 1);
        lowering.downsample(antialias(kernels, graph.stem.conv));
        lowered.push(lowering.finish(false));
    }
    lowered.extend(merged(blocks));
    if let Some(head) = head? {
        let mut lowering = BlockLowering::new(kernels, padding);
        lowering.push(Op::Pointwise(head), 1);
        lowered.push(lowering.finish(false));
    }
    Ok(lay_out(lowered))
}

/// A block that is one pointwise convolution becomes the projection of a dense convolution that ends the block before it.
fn merged<E: Element>(blocks: Vec<LoweredBlock<E>>) -> Vec<LoweredBlock<E>> {
    let mut merged: Vec<LoweredBlock<E>> = Vec::new();
    for block in blocks {
        let Some((before, fused)) = merged.last_mut().and_then(LoweredBlock::unprojected) else {
            merged.push(block);
            continue;
        };
        match block.into_pointwise() {
            Ok((project, layers)) => {
                fused.project = Some(project);
                *before += layers;
            }
            Err(block) => merged.push(block),
        }
    }
    merged
}

/// Whether a block begins with a convolution that can take its input from the stem row by row, and needs it only once.
fn takes_stem(stem: &LayerTensors, block: &Block<LayerTensors>) -> bool {
    if stem.conv.antialias.is_some() {
        return false;
    }
    match block {
        Block::DepthwiseSeparable { depthwise, squeeze_excite: None, shortcut: false, .. } => {
            depthwise.conv.antialias.is_none()
        }
        Block::Conv(first) | Block::EdgeResidual { expand: first, shortcut: false, .. } => {
            first.conv.kind == ConvKind::Dense && first.conv.groups == 1
        }
        Block::DepthwiseSeparable { .. }
        | Block::InvertedResidual { .. }
        | Block::EdgeResidual { .. }
        | Block::UniversalInvertedBottleneck { .. }
        | Block::Attention(_) => false,
    }
}
