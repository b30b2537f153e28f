//! One block to operations.

use super::ops::{
    Attention, Conv2d, DenseConv, Depthwise, Expansion, FusedBottleneck, KvProjection, Pointwise, Separable,
    SqueezeExcite, Stem,
};
use super::program::{LoweredBlock, Op, Step};
use crate::backend::conv::{ConvParams, window};
use crate::kernels::Element;
use crate::kernels::isa::{self, Kernels};
use crate::models::LoadError;
use crate::models::load::LayerTensors;
use crate::models::spec::{self, Block, Conv, ConvKind, KeyValue};
use crate::nn::Padding;

/// What reading weights gives.
pub(super) type Result<T> = std::result::Result<T, LoadError>;

/// One block on its way to operations.
pub(super) struct BlockLowering<E: Element> {
    kernels: &'static Kernels<E>,
    padding: Padding,
    steps: Vec<Step<E>>,
    /// Layers of the graph so far.
    layers: usize,
    /// A stem that waits for the layer to be fused with.
    pub(super) stem: Option<Stem<E>>,
}

impl<E: Element> BlockLowering<E> {
    pub(super) fn new(kernels: &'static Kernels<E>, padding: Padding) -> Self {
        Self { kernels, padding, steps: Vec::new(), layers: 0, stem: None }
    }

    pub(super) fn finish(self, shortcut: bool) -> LoweredBlock<E> {
        LoweredBlock { steps: self.steps, layers: self.layers, shortcut }
    }

    fn params(&self, conv: &Conv) -> ConvParams {
        ConvParams { stride: conv.conv_stride(), padding: self.padding, activation: conv.activation }
    }

    pub(super) fn stem(&self, tensors: &LayerTensors) -> Result<Stem<E>> {
        Ok(Stem::new(self.kernels, &tensors.read()?.fold(), self.params(tensors.conv)))
    }

    fn depthwise(&self, tensors: &LayerTensors) -> Result<Depthwise<E>> {
        Ok(Depthwise::new(self.kernels, &tensors.read()?.fold(), self.params(tensors.conv)))
    }

    /// Adds an operation that is `layers` layers of the graph.
    pub(super) fn push(&mut self, op: Op<E>, layers: usize) {
        self.steps.push(Step { op, timer: self.layers });
        self.layers += layers;
    }

    /// Adds the downsampling of the last layer, whose time counts for that layer.
    pub(super) fn downsample(&mut self, antialias: Option<Depthwise<E>>) {
        if let Some(antialias) = antialias {
            self.steps.push(Step { op: Op::Depthwise(antialias), timer: self.layers - 1 });
        }
    }

    pub(super) fn block(mut self, block: &Block<LayerTensors>) -> Result<LoweredBlock<E>> {
        let shortcut = match block {
            Block::Conv(conv) => {
                self.dense(conv, None)?;
                false
            }
            Block::DepthwiseSeparable { depthwise, squeeze_excite, pointwise, shortcut } => {
                self.separable(None, depthwise, squeeze_excite.as_ref(), pointwise)?;
                *shortcut
            }
            Block::InvertedResidual { expand, depthwise, squeeze_excite, project, shortcut } => {
                self.separable(Some(expand), depthwise, squeeze_excite.as_ref(), project)?;
                *shortcut
            }
            Block::EdgeResidual { expand, project, shortcut } => {
                self.dense(expand, Some(project))?;
                *shortcut
            }
            Block::UniversalInvertedBottleneck { start, expand, depthwise, project, shortcut } => {
                if let Some(start) = start {
                    self.filter(start)?;
                }
                match depthwise {
                    Some(depthwise) => self.separable(Some(expand), depthwise, None, project)?,
                    None => self.dense(expand, Some(project))?,
                }
                *shortcut
            }
            Block::Attention(attention) => {
                self.attention(attention)?;
                attention.shortcut
            }
        };
        Ok(self.finish(shortcut))
    }

    /// A depthwise filter on its own.
    fn filter(&mut self, tensors: &LayerTensors) -> Result<()> {
        let filter = self.depthwise(tensors)?;
        self.push(Op::Depthwise(filter), 1);
        self.downsample(antialias(self.kernels, tensors.conv));
        Ok(())
    }

    /// A convolution over all channels, fused with the stem before it and the projection after it.
    fn dense(&mut self, tensors: &LayerTensors, project: Option<&LayerTensors>) -> Result<()> {
        let conv = tensors.conv;
        let project = project.map(|project| pointwise(self.kernels, project)).transpose()?;
        let first = match conv.kind {
            ConvKind::Dense => {
                let conv2d =
                    Conv2d::new(self.kernels, &tensors.read()?.fold(), conv.groups, self.params(conv));
                match self.stem.take() {
                    Some(stem) => DenseConv::AfterStem(stem, conv2d),
                    None => DenseConv::Conv2d(conv2d),
                }
            }
            ConvKind::Pointwise => match project {
                None => {
                    self.push(Op::Pointwise(pointwise(self.kernels, tensors)?), 1);
                    return Ok(());
                }
                Some(_) => DenseConv::Pointwise(pointwise(self.kernels, tensors)?),
            },
            ConvKind::Depthwise | ConvKind::Norm => {
                self.filter(tensors)?;
                if let Some(project) = project {
                    self.push(Op::Pointwise(project), 1);
                }
                return Ok(());
            }
        };
        match (antialias(self.kernels, conv), project) {
            (None, project) => self.fused(FusedBottleneck { conv: first, project }),
            (antialias, project) => {
                self.fused(FusedBottleneck { conv: first, project: None });
                self.downsample(antialias);
                if let Some(project) = project {
                    self.push(Op::Pointwise(project), 1);
                }
            }
        }
        Ok(())
    }

    fn fused(&mut self, fused: FusedBottleneck<E>) {
        let layers = fused.layers();
        self.push(Op::Fused(Box::new(fused)), layers);
    }

    /// A depthwise filter, fused with the expansion or stem before it and with all that follows it in its block.
    fn separable(
        &mut self,
        expand: Option<&LayerTensors>,
        depthwise: &LayerTensors,
        squeeze_excite: Option<&spec::SqueezeExcite<LayerTensors>>,
        project: &LayerTensors,
    ) -> Result<()> {
        // The two pointwise convolutions have nearly all of a block's weights.
        let kernels = self.kernels;
        let (expand, project) = rayon::join(
            || expand.map(|expand| pointwise(kernels, expand)).transpose(),
            || pointwise(kernels, project),
        );
        let (expand, project) = (expand?, project?);
        let first = match (expand, self.stem.take()) {
            (Some(expand), _) => Expansion::Pointwise(expand),
            (None, Some(stem)) => Expansion::Stem(stem),
            (None, None) => Expansion::None,
        };
        let filter = self.depthwise(depthwise)?;
        let gate = squeeze_excite.map(|spec::SqueezeExcite { reduce, expand }| {
            Result::Ok(SqueezeExcite {
                reduce: pointwise(kernels, reduce)?,
                expand: pointwise(kernels, expand)?,
                pool: &kernels.pool,
            })
        });
        let gate = gate.transpose()?;
        match antialias(kernels, depthwise.conv) {
            None => {
                let op = Separable { expansion: first, depthwise: filter, squeeze_excite: gate, project };
                let layers = op.layers();
                self.push(Op::Separable(Box::new(op)), layers);
            }
            Some(antialias) => {
                self.separate(first, filter);
                // The downsampling is the filter of the rest; its time counts for the layer before.
                let op = Separable {
                    expansion: Expansion::None,
                    depthwise: antialias,
                    squeeze_excite: gate,
                    project,
                };
                let layers = op.layers();
                self.steps.push(Step { op: Op::Separable(Box::new(op)), timer: self.layers - 1 });
                self.layers += layers - 1;
            }
        }
        Ok(())
    }

    /// A depthwise filter and what comes before it, each on its own.
    fn separate(&mut self, expansion: Expansion<E>, filter: Depthwise<E>) {
        match expansion {
            Expansion::None => {}
            Expansion::Pointwise(expand) => self.push(Op::Pointwise(expand), 1),
            Expansion::Stem(stem) => self.push(Op::Stem(stem), 1),
        }
        self.push(Op::Depthwise(filter), 1);
    }

    fn attention(&mut self, tensors: &spec::Attention<LayerTensors>) -> Result<()> {
        let spec::Attention { norm, query, key, value, output, .. } = tensors;
        // Attention runs in `f32` in every network.
        let kernels = &isa::active().kernels;
        let depthwise = |tensors: &LayerTensors| {
            Result::Ok(Depthwise::new(kernels, &tensors.read()?.fold(), self.params(tensors.conv)))
        };
        let source = |tensors: &KeyValue<LayerTensors>| {
            let down = tensors.down.as_ref().map(depthwise).transpose()?;
            Result::Ok(KvProjection { downsample: down, project: pointwise(kernels, &tensors.project)? })
        };
        let op = Attention {
            norm: depthwise(norm)?,
            query: pointwise(kernels, query)?,
            key: source(key)?,
            value: source(value)?,
            output: pointwise(kernels, output)?,
        };
        // All of it is timed as its output layer.
        let layers =
            5 + usize::from(op.key.downsample.is_some()) + usize::from(op.value.downsample.is_some());
        self.layers += layers - 1;
        self.push(Op::Attention(Box::new(op)), 1);
        Ok(())
    }
}

/// A 1 x 1 convolution with packed weights.
pub(super) fn pointwise<E: Element>(
    kernels: &'static Kernels<E>,
    tensors: &LayerTensors,
) -> Result<Pointwise<E>> {
    Ok(Pointwise::new(kernels, &tensors.read()?.fold(), tensors.conv.activation))
}

/// Anti-aliased downsampling after a convolution.
pub(super) fn antialias<E: Element>(kernels: &'static Kernels<E>, conv: &Conv) -> Option<Depthwise<E>> {
    let (weights, params) = window(conv.antialias?, conv.out_channels, conv.stride);
    Some(Depthwise::new(kernels, &weights, params))
}
