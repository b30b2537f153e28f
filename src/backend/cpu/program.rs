//! A network as instructions: operations in order, and the buffers that each reads and writes.

use super::ops::{
    Attention, AttentionScratch, Depthwise, ExecContext, FusedBottleneck, Input, Pointwise, Separable, Size,
    Stem, grown,
};
use crate::kernels::{AlignedVec, Element, FeatureMapMut};

/// An operation on feature maps: one layer, or several that run as one.
#[derive(Debug)]
pub(super) enum Op<E: Element> {
    Stem(Stem<E>),
    Depthwise(Depthwise<E>),
    Pointwise(Pointwise<E>),
    Separable(Box<Separable<E>>),
    Fused(Box<FusedBottleneck<E>>),
    Attention(Box<Attention>),
}

/// The operations of one block, the stem included where it is fused with the first.
#[derive(Debug)]
pub(super) struct LoweredBlock<E: Element> {
    pub(super) steps: Vec<Step<E>>,
    /// Layers of the graph in it.
    pub(super) layers: usize,
    /// Whether the block's input is added to its output.
    pub(super) shortcut: bool,
}

/// An operation of a block.
#[derive(Debug)]
pub(super) struct Step<E: Element> {
    pub(super) op: Op<E>,
    /// The timer of its first layer, counted from the first layer of the block.
    pub(super) timer: usize,
}

impl<E: Element> LoweredBlock<E> {
    /// Its number of layers and the dense convolution at its end, if nothing projects or adds to its output.
    pub(super) fn unprojected(&mut self) -> Option<(&mut usize, &mut FusedBottleneck<E>)> {
        match self.steps.last_mut() {
            Some(Step { op: Op::Fused(fused), .. }) if fused.project.is_none() && !self.shortcut => {
                Some((&mut self.layers, fused))
            }
            _ => None,
        }
    }

    /// The pointwise convolution that it is, and its number of layers; the block again if it is something else.
    pub(super) fn into_pointwise(mut self) -> Result<(Pointwise<E>, usize), Self> {
        match (self.steps.pop(), self.steps.is_empty(), self.shortcut) {
            (Some(Step { op: Op::Pointwise(project), .. }), true, false) => Ok((project, self.layers)),
            (last, ..) => {
                self.steps.extend(last);
                Err(self)
            }
        }
    }
}

/// Where a feature map lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The picture itself, `[C, h, w]`.
    Picture,
    /// One of the [`BUFFERS`].
    Buffer(usize),
}

/// Buffers that a network needs: the input of a block, which a shortcut may add, and the input and output of an operation.
pub(super) const BUFFERS: usize = 3;

/// An operation, and where its maps lie.
#[derive(Debug)]
pub(super) struct Instruction<E: Element> {
    pub(super) op: Op<E>,
    /// The timer of its first layer.
    pub(super) timer: usize,
    pub(super) input: Slot,
    /// The map that is added to the output.
    pub(super) shortcut: Option<Slot>,
    /// The buffer of the output.
    pub(super) output: usize,
}

/// Lays out `blocks` one after the other: numbers timers, and gives each operation a buffer that no later one still needs.
pub(super) fn lay_out<E: Element>(blocks: Vec<LoweredBlock<E>>) -> Vec<Instruction<E>> {
    let mut instructions = Vec::new();
    let mut current = Slot::Picture;
    let mut first_timer = 0;
    for LoweredBlock { steps, layers, shortcut } in blocks {
        let block_input = current;
        let last = steps.len().saturating_sub(1);
        for (index, step) in steps.into_iter().enumerate() {
            let is_taken = |buffer: &usize| [block_input, current].contains(&Slot::Buffer(*buffer));
            let free = (0..BUFFERS).find(|buffer| !is_taken(buffer));
            let output = free.expect("of three buffers two are taken at most");
            instructions.push(Instruction {
                op: step.op,
                timer: first_timer + step.timer,
                input: current,
                shortcut: (shortcut && index == last).then_some(block_input),
                output,
            });
            current = Slot::Buffer(output);
        }
        first_timer += layers;
    }
    instructions
}

impl<E: Element> Op<E> {
    /// The shape of its output.
    pub(super) fn output(&self, input: Size) -> Size {
        match self {
            Self::Stem(op) => op.output(input),
            Self::Depthwise(op) => op.output(input),
            Self::Pointwise(op) => op.output(input),
            Self::Separable(op) => op.output(input),
            Self::Fused(op) => op.output(input),
            Self::Attention(op) => op.output.output(input),
        }
    }

    /// Writes its output, of shape [`output`](Self::output), over the start of `output`. The timers of `context` begin with
    /// that of its first layer.
    pub(super) fn run(
        &self,
        context: ExecContext<E>,
        input: Input<E>,
        size: Size,
        shortcut: Option<Input<E>>,
        scratch: &mut AttentionScratch,
        output: &mut AlignedVec<E>,
    ) {
        let shape = self.output(size);
        let output = FeatureMapMut::new(grown(output, shape.values::<E>()), shape.positions());
        let shortcut = shortcut.map(|input| input.map(shape));
        let map = || input.map(size);
        let timers = context.timers;
        let adds = !matches!(self, Self::Stem(_) | Self::Depthwise(_));
        assert!(adds || shortcut.is_none(), "a shortcut to an operation that adds none");
        match self {
            Self::Separable(op) => op.run(context, input, size, shortcut, output),
            Self::Fused(op) => op.run(context, input, size, shortcut, output),
            Self::Stem(op) => timers.time(0, || op.run(context, input.picture(), size, output)),
            Self::Pointwise(op) => timers.time(0, || op.run(context.team, map(), shortcut, output)),
            Self::Depthwise(op) => timers.time(0, || op.run(context.team, map(), size, output)),
            Self::Attention(op) => {
                timers.time(0, || op.run(context, input, size, shortcut, scratch, output));
            }
        }
    }
}
