//! Blocks as operations of our kernels: layers that are neighbours become one where that keeps a map in cache.

use super::ops::{
    Attention, AttentionScratch, Conv2d, DenseConv, Depthwise, ExecContext, Expansion, FusedBottleneck,
    KvProjection, Pointwise, Separable, Size, SqueezeExcite, Stem, grown,
};
use crate::backend::conv::{ConvParams, window};
use crate::kernels::{FeatureMap, FeatureMapMut};
use crate::models::load::Trained;
use crate::models::spec::{Block, BlockKind, Graph, Kind, Layer, Role};
use crate::nn::Padding;

/// A layer with packed weights.
#[derive(Debug)]
pub(super) struct Packed {
    role: Role,
    pub(super) op: Op,
    antialias: Option<Depthwise>,
}

/// What a layer or several are.
#[derive(Debug)]
pub(super) enum Op {
    Stem(Stem),
    Conv2d(Conv2d),
    Depthwise(Depthwise),
    Pointwise(Pointwise),
    Separable(Box<Separable>),
    Fused(Box<FusedBottleneck>),
    Attention(Box<Attention>),
}

/// An operation and its place in its block.
#[derive(Debug)]
pub(super) struct Step {
    op: Op,
    /// Layers of the graph that it is.
    layers: usize,
    /// Whether its input is the block's.
    pub(super) begins_block: bool,
    /// Whether the block's input is added to its output.
    shortcut: bool,
}

impl Packed {
    /// Folds and packs the weights of `layer`.
    pub(super) fn new(layer: &Layer, trained: Trained, padding: Padding) -> Self {
        let filter = trained.fold();
        let setting = ConvParams { stride: layer.conv_stride(), padding, activation: layer.activation };
        let op = match layer.kind {
            Kind::Full if layer.role == Role::Stem => Op::Stem(Stem::new(&filter, setting)),
            Kind::Full => Op::Conv2d(Conv2d::new(&filter, layer.groups, setting)),
            Kind::Depthwise | Kind::Norm => Op::Depthwise(Depthwise::new(&filter, setting)),
            Kind::Pointwise => Op::Pointwise(Pointwise::new(&filter, layer.activation)),
        };
        let antialias = layer.antialias.map(|antialias| {
            let (filter, setting) = window(antialias, layer.out_channels, layer.stride);
            Depthwise::new(&filter, setting)
        });
        Self { role: layer.role, op, antialias }
    }
}

impl Step {
    /// How many layers it is.
    pub(super) fn layers(&self) -> usize {
        self.layers
    }

    /// Writes the step's output over the start of `output` and returns its shape. `outer` is the block's input.
    pub(super) fn run(
        &self,
        context: ExecContext,
        input: &[f32],
        size: Size,
        outer: &[f32],
        between: &mut AttentionScratch,
        output: &mut Vec<f32>,
    ) -> Size {
        let shape = self.op.output(size);
        let output = FeatureMapMut::new(grown(output, shape.values()), shape.positions());
        let shortcut = self.shortcut.then(|| FeatureMap::new(&outer[..shape.values()], shape.positions()));
        let map = || FeatureMap::new(input, size.positions());
        let timers = context.timers;
        match &self.op {
            Op::Separable(op) => op.run(context, input, size, shortcut, output),
            Op::Fused(op) => op.run(context, input, size, shortcut, output),
            Op::Stem(op) => timers.time(0, || op.run(context, input, size, output)),
            Op::Pointwise(op) => timers.time(0, || op.run(context.team, map(), shortcut, output)),
            Op::Depthwise(op) => timers.time(0, || op.run(context.team, map(), size, output)),
            Op::Attention(op) => {
                timers.time(self.layers - 1, || op.run(context, input, size, shortcut, between, output));
            }
            Op::Conv2d(_) => unreachable!("a convolution over all channels is part of a fused one"),
        }
        shape
    }
}

impl Op {
    fn output(&self, input: Size) -> Size {
        match self {
            Self::Stem(op) => op.output(input),
            Self::Conv2d(op) => op.output(input),
            Self::Depthwise(op) => op.output(input),
            Self::Pointwise(op) => op.output(input),
            Self::Separable(op) => op.output(input),
            Self::Fused(op) => op.output(input),
            Self::Attention(_) => input,
        }
    }
}

/// Groups `layers`, those of `graph` up to the pooling, into steps.
pub(super) fn steps(graph: &Graph, layers: Vec<Packed>) -> Vec<Step> {
    let mut layers = layers.into_iter();
    let mut steps = Vec::new();
    let mut stem = layers.next();
    for block in graph.stages.iter().flatten() {
        let mut builder = Builder { steps: Vec::new(), expand: None, stem: None };
        if let Some(stem) = stem.take() {
            match stem.op {
                Op::Stem(stem) if takes_stem(block) => builder.stem = Some(stem),
                op => steps.push(Step { op, layers: 1, begins_block: true, shortcut: false }),
            }
        }
        let mut of_block: Vec<_> = layers.by_ref().take(block.layers.len()).collect();
        if block.kind == BlockKind::Conv && of_block.len() == 1 {
            let layer = of_block.remove(0);
            let layer = match steps.last_mut() {
                Some(last) => behind(last, layer),
                None => Some(layer),
            };
            let Some(layer) = layer else { continue };
            of_block.push(layer);
        }
        let mut made = if let BlockKind::Attention { .. } = block.kind {
            attention(of_block)
        } else {
            builder.build(of_block)
        };
        if let Some(first) = made.first_mut() {
            first.begins_block = true;
        }
        if let Some(last) = made.last_mut() {
            last.shortcut = block.shortcut;
        }
        steps.extend(made);
    }
    let head = layers.map(|head| Step { op: head.op, layers: 1, begins_block: true, shortcut: false });
    steps.extend(head);
    steps
}

/// Makes a pointwise convolution the projection of a 3 x 3 one in the block in front of it; `layer` again if it is none.
fn behind(last: &mut Step, layer: Packed) -> Option<Packed> {
    let Step { op: Op::Fused(fused), layers, shortcut: false, .. } = last else { return Some(layer) };
    match layer.op {
        Op::Pointwise(op) if fused.project.is_none() => {
            fused.project = Some(op);
            *layers += 1;
            None
        }
        op => Some(Packed { op, ..layer }),
    }
}

/// Whether a block begins with a filter that can take its input from the stem row by row, and has no other use for it.
fn takes_stem(block: &Block) -> bool {
    let plain = |layer: &Layer| layer.antialias.is_none();
    let is_separable = block.kind == BlockKind::DepthwiseSeparable;
    let is_full = block.layers.first().is_some_and(|first| first.kind == Kind::Full && first.groups == 1);
    let row_by_row = is_full || is_separable && !block.is_gated() && block.layers.iter().all(plain);
    !block.shortcut && row_by_row
}

/// The steps of one block.
struct Builder {
    steps: Vec<Step>,
    /// A layer that waits for what comes behind it.
    expand: Option<Pointwise>,
    stem: Option<Stem>,
}

impl Builder {
    fn push(&mut self, op: Op, layers: usize) {
        self.steps.push(Step { op, layers, begins_block: false, shortcut: false });
    }

    /// As [`push`](Self::push), and what makes the map smaller behind it.
    fn push_smaller(&mut self, op: Op, layers: usize, antialias: Option<Depthwise>) {
        self.push(op, layers);
        if let Some(antialias) = antialias {
            self.push(Op::Depthwise(antialias), 0);
        }
    }

    fn build(mut self, layers: Vec<Packed>) -> Vec<Step> {
        let mut layers = layers.into_iter().peekable();
        while let Some(Packed { role, op, antialias }) = layers.next() {
            match op {
                _ if matches!(role, Role::Reduce | Role::Excite) => {
                    unreachable!("squeeze-and-excite stands behind a depthwise filter alone")
                }
                Op::Pointwise(op) if role == Role::Expand => self.expand = Some(op),
                Op::Pointwise(op) => match self.expand.take() {
                    Some(expand) => {
                        let fused = FusedBottleneck { conv: DenseConv::Pointwise(expand), project: Some(op) };
                        self.push(Op::Fused(Box::new(fused)), 2);
                    }
                    None => self.push(Op::Pointwise(op), 1),
                },
                Op::Conv2d(op) => {
                    let project = layers.next_if(|next| antialias.is_none() && next.role == Role::Project);
                    let project = project.and_then(|packed| packed.op.pointwise());
                    let first = match self.stem.take() {
                        Some(stem) => DenseConv::AfterStem(stem, op),
                        None => DenseConv::Conv2d(op),
                    };
                    let fused = FusedBottleneck { conv: first, project };
                    let count = fused.layers();
                    self.push_smaller(Op::Fused(Box::new(fused)), count, antialias);
                }
                Op::Depthwise(op) if role == Role::Depthwise && antialias.is_none() => {
                    let gate = layers.next_if(|next| next.role == Role::Reduce).map(|reduce| {
                        let excite = layers.next().and_then(|packed| packed.op.pointwise());
                        (reduce.op.pointwise(), excite)
                    });
                    let project = layers.next().and_then(|packed| packed.op.pointwise());
                    self.separable(op, gate, project);
                }
                op => {
                    if let Some(expand) = self.expand.take() {
                        self.push(Op::Pointwise(expand), 1);
                    }
                    self.push_smaller(op, 1, antialias);
                }
            }
        }
        self.steps
    }

    fn separable(
        &mut self,
        depthwise: Depthwise,
        gate: Option<(Option<Pointwise>, Option<Pointwise>)>,
        project: Option<Pointwise>,
    ) {
        let first = match (self.expand.take(), self.stem.take()) {
            (Some(expand), _) => Expansion::Pointwise(expand),
            (None, Some(stem)) => Expansion::Stem(stem),
            (None, None) => Expansion::None,
        };
        let gate = gate.map(|gate| match gate {
            (Some(reduce), Some(expand)) => SqueezeExcite { reduce, expand },
            _ => unreachable!("squeeze-and-excite has two pointwise layers"),
        });
        let Some(project) = project else {
            unreachable!("a depthwise filter is followed by a pointwise one")
        };
        let block = Separable { expansion: first, depthwise, squeeze_excite: gate, project };
        let layers = block.layers();
        self.push(Op::Separable(Box::new(block)), layers);
    }
}

impl Op {
    fn pointwise(self) -> Option<Pointwise> {
        if let Self::Pointwise(op) = self { Some(op) } else { None }
    }

    fn depthwise(self) -> Option<Depthwise> {
        if let Self::Depthwise(op) = self { Some(op) } else { None }
    }
}

fn attention(layers: Vec<Packed>) -> Vec<Step> {
    let count = layers.len();
    let mut layers: Vec<_> = layers.into_iter().map(|packed| (packed.role, Some(packed.op))).collect();
    let mut take =
        |wanted: Role| layers.iter_mut().find(|(role, _)| *role == wanted).and_then(|(_, op)| op.take());
    let mut pointwise = |role: Role| {
        take(role).and_then(Op::pointwise).unwrap_or_else(|| unreachable!("an attention has a layer {role}"))
    };
    let (query, output) = (pointwise(Role::Query), pointwise(Role::Output));
    let (key, value) = (pointwise(Role::Key), pointwise(Role::Value));
    let mut depthwise = |role: Role| take(role).and_then(Op::depthwise);
    let Some(norm) = depthwise(Role::Norm) else { unreachable!("an attention begins with a norm") };
    let key = KvProjection { downsample: depthwise(Role::KeyDown), project: key };
    let value = KvProjection { downsample: depthwise(Role::ValueDown), project: value };
    let op = Op::Attention(Box::new(Attention { norm, query, key, value, output }));
    vec![Step { op, layers: count, begins_block: true, shortcut: false }]
}
