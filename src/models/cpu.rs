//! A network on our own kernels: one pass over reused buffers, from pixels to logits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use candle_core::{CpuStorage, CustomOp1, Layout, Shape};
use rayon::prelude::*;

use super::graph::{Graph, Kind, Layer};
use super::weights::{LayerTensors, LoadError, Parts, Trained};
use crate::kernels::{Activation, Map, MapMut, Padding};
use crate::ops::Setting;
use crate::ops::cpu::{
    self, Clock, Clocks, Crew, Depthwise, First, Pointwise, Separable, Size, Stem, Strip, Team, grown,
};

/// Layers with packed weights.
#[derive(Debug)]
pub(super) struct Body {
    steps: Vec<Step>,
    classifier: Pointwise,
    classes: usize,
    /// Buffers of runs that have ended: as many as ever ran at once.
    scratch: Mutex<Vec<Scratch>>,
}

#[derive(Debug)]
enum Step {
    /// A block, and whether its input is added to its output. The first block has the stem in it.
    Separable { block: Separable, shortcut: bool },
    /// The head.
    Pointwise(Pointwise),
}

/// A layer with packed weights.
enum Packed {
    Stem(Stem),
    Depthwise(Depthwise),
    Pointwise(Pointwise),
}

/// What one run writes into.
#[derive(Debug, Default)]
struct Scratch {
    /// The input of a step and its output.
    maps: [Vec<f32>; 2],
    strips: Vec<Mutex<Strip>>,
    features: Vec<f32>,
    logits: Vec<f32>,
}

impl Body {
    /// Reads, folds and packs the weights, layer beside layer.
    pub(super) fn new(graph: &Graph, parts: &Parts, padding: Padding) -> Result<Self, LoadError> {
        let layers: Vec<_> = graph.layers().zip(&parts.layers).collect();
        let pack = |(layer, tensors): (&Layer, &LayerTensors)| Ok(packed(layer, tensors.read()?, padding));
        let (layers, classifier) = rayon::join(
            // One layer a task: the last ones have most of the weights.
            || layers.into_par_iter().with_max_len(1).map(pack).collect::<Result<Vec<_>, LoadError>>(),
            || Ok::<_, LoadError>(Pointwise::new(&parts.classifier()?, Activation::Linear)),
        );
        Ok(Self {
            steps: steps(graph, layers?.into_iter()),
            classifier: classifier?,
            classes: graph.classes,
            scratch: Mutex::default(),
        })
    }

    /// Time of every layer, of the pooling and of the classifier, for one picture `[3, h, w]` on one thread.
    pub(super) fn profile(&self, picture: &[f32], sides: (usize, usize)) -> Vec<Duration> {
        let layers: usize = self.steps.iter().map(Step::layers).sum();
        let mut clocks = Vec::new();
        clocks.resize_with(layers + 2, Clock::default);
        self.run(&Team::new(1), Clocks::on(&clocks), picture, sides, &mut vec![0.0; self.classes]);
        clocks.iter().map(Clock::elapsed).collect()
    }

    /// The logits of one picture `[3, h, w]`, into `output`.
    fn run(
        &self,
        team: &Team,
        mut clocks: Clocks,
        picture: &[f32],
        (h, w): (usize, usize),
        output: &mut [f32],
    ) {
        let mut scratch = self.lock().pop().unwrap_or_default();
        let Scratch { maps, strips, features, logits } = &mut scratch;
        strips.resize_with(team.size().max(strips.len()), Mutex::default);
        let mut size = Size { h, w, c: 3 };
        for (index, step) in self.steps.iter().enumerate() {
            let [input, output] = maps;
            let input = if index == 0 { picture } else { &input[..size.values()] };
            size = step.run(Crew { team, strips, clocks }, input, size, output);
            maps.swap(0, 1);
            clocks = clocks.from(step.layers());
        }
        let features = grown(features, Size { h: 1, w: 1, ..size }.values());
        let last = Map::new(&maps[0][..size.values()], size.positions());
        clocks.time(0, || cpu::mean(last, features));
        let shape = self.classifier.output(Size { h: 1, w: 1, ..size });
        let logits = grown(logits, shape.values());
        let (features, classes) = (Map::new(features, 1), MapMut::new(logits, 1));
        clocks.time(1, || self.classifier.run(team, features, None, classes));
        output.copy_from_slice(&logits[..self.classes]);
        self.lock().push(scratch);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        // A run that panicked took its buffers with it; the others are as good as ever.
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Step {
    /// How many layers it is.
    fn layers(&self) -> usize {
        match self {
            Self::Separable { block, .. } => block.layers(),
            Self::Pointwise(_) => 1,
        }
    }

    /// Writes the step's output over the start of `output` and returns its shape.
    fn run(&self, crew: Crew, input: &[f32], size: Size, output: &mut Vec<f32>) -> Size {
        let shape = match self {
            Self::Separable { block, .. } => block.output(size),
            Self::Pointwise(op) => op.output(size),
        };
        let output = MapMut::new(grown(output, shape.values()), shape.positions());
        match self {
            Self::Separable { block, shortcut } => {
                let shortcut = shortcut.then(|| Map::new(input, size.positions()));
                block.run(crew, input, size, shortcut, output);
            }
            Self::Pointwise(op) => {
                let input = Map::new(input, size.positions());
                crew.clocks.time(0, || op.run(crew.team, input, None, output));
            }
        }
        shape
    }
}

fn packed(layer: &Layer, trained: Trained, padding: Padding) -> Packed {
    let filter = trained.fold();
    let setting = Setting { stride: layer.stride, padding, activation: layer.activation };
    match layer.kind {
        Kind::Full => Packed::Stem(Stem::new(&filter, setting)),
        Kind::Depthwise => Packed::Depthwise(Depthwise::new(&filter, setting)),
        Kind::Pointwise => Packed::Pointwise(Pointwise::new(&filter, layer.activation)),
    }
}

/// Groups `layers`, those of `graph`, into steps.
fn steps(graph: &Graph, mut layers: impl Iterator<Item = Packed>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut first = First::Nothing;
    let mut shortcuts = graph.stages.iter().flatten().map(|block| block.shortcut);
    while let Some(layer) = layers.next() {
        match layer {
            Packed::Stem(stem) => first = First::Stem(stem),
            // Of an inverted residual, or the head, which no depthwise layer follows.
            Packed::Pointwise(op) => first = First::Expand(op),
            Packed::Depthwise(depthwise) => {
                let Some(Packed::Pointwise(project)) = layers.next() else {
                    unreachable!("a depthwise layer is followed by a pointwise one")
                };
                let first = std::mem::replace(&mut first, First::Nothing);
                let block = Separable { first, depthwise, gate: None, project };
                steps.push(Step::Separable { block, shortcut: shortcuts.next().unwrap_or_default() });
            }
        }
    }
    if let First::Expand(head) = first {
        steps.push(Step::Pointwise(head));
    }
    steps
}

/// The whole network as one operation: `[N, 3, H, W]` to logits `[N, K]`.
impl CustomOp1 for Body {
    fn name(&self) -> &'static str {
        "network"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let (n, channels, h, w) = layout.shape().dims4()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            candle_core::bail!("the network takes a contiguous tensor");
        };
        if channels != 3 || h == 0 || w == 0 {
            candle_core::bail!("the network takes [N, 3, H, W], found {:?}", layout.shape());
        }
        let values = &storage.as_slice::<f32>()?[start..end];
        let mut output = vec![0.0; n * self.classes];
        let threads = rayon::current_num_threads();
        // On a thread of the pool: from any other, each layer would hand its work over and wait to be woken.
        rayon::scope(|_| {
            if n < threads {
                let pictures = values.chunks_exact(3 * h * w).zip(output.chunks_exact_mut(self.classes));
                cpu::with_team(threads, |team| {
                    pictures
                        .for_each(|(picture, output)| self.run(team, Clocks::OFF, picture, (h, w), output));
                });
            } else {
                // A picture each: nobody waits for anybody until the last.
                let pictures =
                    values.par_chunks_exact(3 * h * w).zip(output.par_chunks_exact_mut(self.classes));
                let pictures = pictures.with_max_len(1);
                pictures.for_each(|(picture, output)| {
                    self.run(&Team::new(1), Clocks::OFF, picture, (h, w), output);
                });
            }
        });
        Ok((CpuStorage::F32(output), (n, self.classes).into()))
    }
}
