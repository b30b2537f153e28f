//! Runs a network: one pass over reused buffers, from pixels to logits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use candle_core::{Device, Storage, Tensor};
use rayon::prelude::*;

use super::layer_timers::{LayerTimer, LayerTimers};
use super::lower::lower;
use super::lower_block::pointwise;
use super::ops::{AttentionScratch, ExecContext, Input, Pointwise, Size, Team, ThreadScratch, grown};
use super::program::{BUFFERS, Instruction, Slot};
use super::threads::with_team;
use crate::backend::forward::{Extras, Output};
use crate::kernels::isa::Kernels;
use crate::kernels::pool::PoolKernel;
use crate::kernels::{AlignedVec, Element, FeatureMap};
use crate::models::LoadError;
use crate::models::load::NetworkTensors;
use crate::nn::{Activation, Padding};

/// A network with packed weights.
#[derive(Debug)]
pub(in crate::backend) struct CpuNetwork<E: Element> {
    instructions: Vec<Instruction<E>>,
    /// A head that follows the pooling.
    head: Option<Pointwise<E>>,
    classifier: Pointwise<E>,
    pool: &'static PoolKernel<E>,
    /// Channels of a picture.
    in_channels: usize,
    features: usize,
    classes: usize,
    /// Layers of the graph up to the pooling, each with a timer.
    timed_layers: usize,
    /// Buffers of finished runs: as many as ever ran at once.
    scratch: Mutex<Vec<Scratch<E>>>,
}

/// Buffers of one run.
#[derive(Debug, Default)]
struct Scratch<E> {
    maps: [AlignedVec<E>; BUFFERS],
    threads: Vec<Mutex<ThreadScratch<E>>>,
    attention: AttentionScratch,
    pooled: Pooled,
}

/// Buffers of what follows the last feature map.
#[derive(Debug, Default)]
struct Pooled {
    means: AlignedVec<f32>,
    features: AlignedVec<f32>,
    logits: AlignedVec<f32>,
}

/// Time per layer.
#[derive(Clone, Debug)]
pub struct LayerTimes {
    /// In the order of [`Graph::layers`](crate::models::Graph::layers). Anti-aliased downsampling counts for the layer
    /// before it, squeeze-and-excite for its second layer, attention for its output layer.
    pub layers: Vec<Duration>,
    /// Global average pooling.
    pub pool: Duration,
    /// The classifier.
    pub classifier: Duration,
}

/// Where the results for one picture go; a part that is not wanted is empty.
struct Destination<'a> {
    logits: &'a mut [f32],
    features: &'a mut [f32],
    feature_map: &'a mut [f32],
}

impl<E: Element> CpuNetwork<E> {
    /// Reads, folds and packs the weights.
    pub(in crate::backend) fn new(
        kernels: &'static Kernels<E>,
        tensors: &NetworkTensors,
        padding: Padding,
    ) -> Result<Self, LoadError> {
        let graph = &tensors.graph;
        let head = graph.head.as_ref().filter(|head| head.after_pool);
        let (instructions, (head, classifier)) = rayon::join(
            || lower(kernels, graph, padding),
            || {
                rayon::join(
                    || head.map(|head| pointwise(kernels, &head.layer)).transpose(),
                    || {
                        let weights = tensors.classifier()?;
                        Ok::<_, LoadError>(Pointwise::new(kernels, &weights, Activation::Linear))
                    },
                )
            },
        );
        let head = head?;
        Ok(Self {
            instructions: instructions?,
            timed_layers: graph.layers().count() - usize::from(head.is_some()),
            head,
            classifier: classifier?,
            pool: &kernels.pool,
            in_channels: graph.stem.conv.in_channels,
            features: graph.features,
            classes: graph.classes,
            scratch: Mutex::default(),
        })
    }

    /// `pixels` `[N, C, H, W]`, of as many channels as the stem takes, to logits, pictures in parallel if there are as many as threads.
    pub(in crate::backend) fn forward(&self, pixels: &Tensor, extras: Extras) -> candle_core::Result<Output> {
        let (n, channels, h, w) = pixels.dims4()?;
        let in_channels = self.in_channels;
        if channels != in_channels || h == 0 || w == 0 {
            candle_core::bail!("the network takes [N, {in_channels}, H, W], found {:?}", pixels.shape());
        }
        let pixels = pixels.contiguous()?;
        let (storage, layout) = pixels.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else { candle_core::bail!("the pixels are not on the CPU") };
        let pixels = &storage.as_slice::<f32>()?[layout.start_offset()..][..n * channels * h * w];

        let Some(last) = self.last_map(Size { h, w, c: channels }) else {
            candle_core::bail!("the network takes larger pictures than {h} x {w}");
        };
        let (wants_features, wants_map) = (usize::from(extras.features), usize::from(extras.feature_map));
        let mut logits = vec![0.0; n * self.classes];
        let mut features = vec![0.0; wants_features * n * self.features];
        let mut maps = vec![0.0; wants_map * n * last.c * last.positions()];
        self.run_all(pixels, (h, w), [&mut logits, &mut features, &mut maps]);

        let tensor = |values: Vec<f32>, shape: &[usize]| Tensor::from_vec(values, shape, &Device::Cpu);
        Ok(Output {
            logits: tensor(logits, &[n, self.classes])?,
            features: extras.features.then(|| tensor(features, &[n, self.features])).transpose()?,
            feature_map: extras
                .feature_map
                .then(|| tensor(maps, &[n, last.c, last.h, last.w]))
                .transpose()?,
        })
    }

    /// All pictures of a batch; each of `outputs` is cut into one part per picture.
    fn run_all(&self, pixels: &[f32], (h, w): (usize, usize), outputs: [&mut [f32]; 3]) {
        let picture = self.in_channels * h * w;
        let n = pixels.len() / picture;
        let mut parts = outputs.map(|output| {
            let each = output.len() / n.max(1);
            (output, each)
        });
        let mut pictures: Vec<_> = pixels
            .chunks_exact(picture)
            .map(|picture| {
                let [logits, features, feature_map] = parts.each_mut().map(|(rest, each)| {
                    let (part, others) = std::mem::take(rest).split_at_mut(*each);
                    *rest = others;
                    part
                });
                (picture, Destination { logits, features, feature_map })
            })
            .collect();
        let threads = rayon::current_num_threads();
        // On a thread of the pool: from any other, each layer would hand its work over and wait to be woken.
        rayon::scope(|_| {
            if n < threads {
                with_team(threads, |team| {
                    for (picture, destination) in &mut pictures {
                        self.run(team, LayerTimers::OFF, picture, (h, w), destination);
                    }
                });
            } else {
                // One thread a picture: no thread waits for another until the last picture.
                pictures.par_iter_mut().with_max_len(1).for_each(|(picture, destination)| {
                    self.run(&Team::new(1), LayerTimers::OFF, picture, (h, w), destination);
                });
            }
        });
    }

    /// The shape of the feature map before the pooling; `None` if nothing is left of the picture before that.
    fn last_map(&self, picture: Size) -> Option<Size> {
        let mut operations = self.instructions.iter().map(|instruction| &instruction.op);
        operations.try_fold(picture, |size, op| {
            let output = op.output(size);
            (output.positions() > 0).then_some(output)
        })
    }

    /// The time of every layer for one picture `[C, h, w]` on one thread.
    pub(in crate::backend) fn profile(&self, picture: &[f32], sides: (usize, usize)) -> LayerTimes {
        let mut timers = Vec::new();
        timers.resize_with(self.timed_layers + usize::from(self.head.is_some()) + 2, LayerTimer::default);
        let mut logits = vec![0.0; self.classes];
        let mut destination = Destination { logits: &mut logits, features: &mut [], feature_map: &mut [] };
        self.run(&Team::new(1), LayerTimers::on(&timers), picture, sides, &mut destination);
        let mut layers: Vec<_> = timers.iter().map(LayerTimer::elapsed).collect();
        let classifier = layers.pop().unwrap_or_default();
        let pool = layers.pop().unwrap_or_default();
        LayerTimes { layers, pool, classifier }
    }

    /// One picture `[C, h, w]`. Timers: one a layer up to the pooling, then the head after it, the pooling, the classifier.
    fn run(
        &self,
        team: &Team,
        timers: LayerTimers,
        picture: &[f32],
        (h, w): (usize, usize),
        destination: &mut Destination,
    ) {
        let mut scratch = self.lock().pop().unwrap_or_default();
        let Scratch { maps, threads, attention, pooled } = &mut scratch;
        threads.resize_with(team.size().max(threads.len()), Mutex::default);
        let mut size = Size { h, w, c: self.in_channels };
        for Instruction { op, timer, input, shortcut, output } in &self.instructions {
            let mut written = std::mem::take(&mut maps[*output]);
            let read = |slot: Slot| match slot {
                Slot::Picture => Input::Picture(picture),
                Slot::Buffer(buffer) => Input::Map(&maps[buffer]),
            };
            let context = ExecContext { team, scratch: threads, timers: timers.from(*timer) };
            op.run(context, read(*input), size, shortcut.map(read), attention, &mut written);
            size = op.output(size);
            maps[*output] = written;
        }
        // There is an instruction at least: the stem.
        let last = self.instructions.last().map_or(0, |instruction| instruction.output);
        let last = &maps[last][..size.values::<E>()];
        write_planes(last, size.positions(), destination.feature_map);
        self.classify(team, timers.from(self.timed_layers), last, size, pooled, destination);
        self.lock().push(scratch);
    }

    /// What follows the last feature map, `map` of shape `size`.
    fn classify(
        &self,
        team: &Team,
        timers: LayerTimers,
        map: &[E],
        size: Size,
        Pooled { means, features, logits }: &mut Pooled,
        destination: &mut Destination,
    ) {
        let after_head = usize::from(self.head.is_some());
        let mut shape = Size { h: 1, w: 1, ..size };
        let means = grown(means, shape.values::<E>());
        timers.time(after_head, || self.pool.mean(FeatureMap::new(map, size.positions()), means));
        let mut seen: &[f32] = means;
        if let Some(head) = &self.head {
            shape = head.output(shape);
            let values = grown(features, shape.values::<E>());
            timers.time(0, || head.run_vector(team, seen, values));
            seen = values;
        }
        let wanted = destination.features.len();
        destination.features.copy_from_slice(&seen[..wanted]);
        let values = grown(logits, self.classifier.output(shape).values::<E>());
        timers.time(after_head + 1, || self.classifier.run_vector(team, seen, values));
        destination.logits.copy_from_slice(&logits[..self.classes]);
    }

    /// The head that follows the pooling, if there is one, and the classifier.
    pub(super) fn after_pooling(&self) -> (Option<&Pointwise<E>>, &Pointwise<E>) {
        (self.head.as_ref(), &self.classifier)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Scratch<E>>> {
        // A run that panicked lost its own buffers; the others are intact.
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rearranges blocks of channels `[C/B, positions, B]` into planes `[C, positions]`, as many as `planes` has room for.
fn write_planes<E: Element>(blocks: &[E], positions: usize, planes: &mut [f32]) {
    for (channel, plane) in planes.chunks_exact_mut(positions).enumerate() {
        let block = &blocks[channel / E::BLOCK * positions * E::BLOCK..];
        for (value, lanes) in plane.iter_mut().zip(block.chunks_exact(E::BLOCK)) {
            *value = lanes[channel % E::BLOCK].to_f32();
        }
    }
}
