//! A network on our own kernels: one pass over reused buffers, from pixels to logits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use candle_core::{CpuStorage, CustomOp1, Layout, Shape};
use rayon::prelude::*;

use super::layer_timers::{LayerTimer, LayerTimers};
use super::lower::{self, Op, Packed, Step};
use super::ops::{self, AttentionScratch, ExecContext, Pointwise, Size, Team, ThreadScratch, grown};
use super::threads::with_team;
use crate::kernels::{FeatureMap, FeatureMapMut};
use crate::models::LoadError;
use crate::models::load::{LayerTensors, Parts};
use crate::models::spec::{Graph, Layer};
use crate::nn::{Activation, Padding};

/// Layers with packed weights.
#[derive(Debug)]
pub(in crate::backend) struct Body {
    steps: Vec<Step>,
    /// Behind the pooling.
    head: Option<Pointwise>,
    classifier: Pointwise,
    classes: usize,
    /// Buffers of runs that have ended: as many as ever ran at once.
    scratch: Mutex<Vec<Scratch>>,
}

/// What one run writes into.
#[derive(Debug, Default)]
struct Scratch {
    /// The input of a block, that of a step, and its output.
    maps: [Vec<f32>; 3],
    strips: Vec<Mutex<ThreadScratch>>,
    between: AttentionScratch,
    features: [Vec<f32>; 2],
    logits: Vec<f32>,
}

impl Body {
    /// Reads, folds and packs the weights, layer beside layer.
    pub(in crate::backend) fn new(graph: &Graph, parts: &Parts, padding: Padding) -> Result<Self, LoadError> {
        let layers: Vec<_> = graph.layers().zip(&parts.layers).collect();
        let pack =
            |(layer, tensors): (&Layer, &LayerTensors)| Ok(Packed::new(layer, tensors.read()?, padding));
        let (layers, classifier) = rayon::join(
            // One layer a task: the last ones have most of the weights.
            || layers.into_par_iter().with_max_len(1).map(pack).collect::<Result<Vec<_>, LoadError>>(),
            || Ok::<_, LoadError>(Pointwise::new(&parts.classifier()?, Activation::Linear)),
        );
        let mut layers = layers?;
        let is_behind = graph.head.as_ref().is_some_and(|head| head.is_behind_pooling);
        let head = if is_behind { layers.pop() } else { None };
        let head = head.map(|packed| match packed.op {
            Op::Pointwise(head) => head,
            _ => unreachable!("a head is pointwise"),
        });
        let steps = lower::steps(graph, layers);
        Ok(Self { steps, head, classifier: classifier?, classes: graph.classes, scratch: Mutex::default() })
    }

    /// Time of every layer, of the pooling and of the classifier, for one picture `[3, h, w]` on one thread.
    pub(in crate::backend) fn profile(&self, picture: &[f32], sides: (usize, usize)) -> Vec<Duration> {
        let layers: usize = self.steps.iter().map(Step::layers).sum();
        let mut clocks = Vec::new();
        clocks.resize_with(layers + usize::from(self.head.is_some()) + 2, LayerTimer::default);
        self.run(&Team::new(1), LayerTimers::on(&clocks), picture, sides, &mut vec![0.0; self.classes]);
        clocks.iter().map(LayerTimer::elapsed).collect()
    }

    /// The logits of one picture `[3, h, w]`, into `output`.
    fn run(
        &self,
        team: &Team,
        clocks: LayerTimers,
        picture: &[f32],
        (h, w): (usize, usize),
        output: &mut [f32],
    ) {
        let mut scratch = self.lock().pop().unwrap_or_default();
        let Scratch { maps, strips, between, features, logits } = &mut scratch;
        strips.resize_with(team.size().max(strips.len()), Mutex::default);
        let mut size = Size { h, w, c: 3 };
        // Places of the block's input and of the step's among the maps.
        let (mut outer, mut inner) = (0, 0);
        let mut layer = 0;
        for (index, step) in self.steps.iter().enumerate() {
            if step.begins_block {
                outer = inner;
            }
            let place = (0..3).find(|place| *place != outer && *place != inner).unwrap_or_default();
            let mut output = std::mem::take(&mut maps[place]);
            let input = if index == 0 { picture } else { &maps[inner][..size.values()] };
            // What makes a map smaller is no layer of its own: it is part of the one in front.
            let first = if step.layers() == 0 { layer - 1 } else { layer };
            let crew = ExecContext { team, scratch: strips, timers: clocks.from(first) };
            size = step.run(crew, input, size, &maps[outer], between, &mut output);
            maps[place] = output;
            inner = place;
            layer += step.layers();
        }
        let clocks = clocks.from(layer);
        let last = FeatureMap::new(&maps[inner][..size.values()], size.positions());
        let [pooled, features] = features;
        let mut shape = Size { h: 1, w: 1, ..size };
        // In front of the layer that sees the pooled map, but behind it among the clocks.
        let head = usize::from(self.head.is_some());
        let pooled = grown(pooled, shape.values());
        clocks.time(head, || ops::mean(last, pooled));
        let mut seen: &[f32] = pooled;
        if let Some(head) = &self.head {
            let output = head.output(shape);
            let values = grown(features, output.values());
            clocks.time(0, || head.run(team, FeatureMap::new(seen, 1), None, FeatureMapMut::new(values, 1)));
            (seen, shape) = (values, output);
        }
        let values = grown(logits, self.classifier.output(shape).values());
        let (seen, classes) = (FeatureMap::new(seen, 1), FeatureMapMut::new(values, 1));
        clocks.time(head + 1, || self.classifier.run(team, seen, None, classes));
        output.copy_from_slice(&logits[..self.classes]);
        self.lock().push(scratch);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        // A run that panicked took its buffers with it; the others are as good as ever.
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
                with_team(threads, |team| {
                    pictures.for_each(|(picture, output)| {
                        self.run(team, LayerTimers::OFF, picture, (h, w), output)
                    });
                });
            } else {
                // A picture each: nobody waits for anybody until the last.
                let pictures =
                    values.par_chunks_exact(3 * h * w).zip(output.par_chunks_exact_mut(self.classes));
                let pictures = pictures.with_max_len(1);
                pictures.for_each(|(picture, output)| {
                    self.run(&Team::new(1), LayerTimers::OFF, picture, (h, w), output);
                });
            }
        });
        Ok((CpuStorage::F32(output), (n, self.classes).into()))
    }
}
