//! A network on our own kernels: one pass over reused buffers, from pixels to logits.

use std::sync::{Mutex, PoisonError};

use candle_core::{CpuStorage, CustomOp1, Layout, Shape};
use rayon::prelude::*;

use super::graph::{Graph, Kind, Layer};
use super::weights::{LayerTensors, LoadError, Parts, Trained};
use crate::kernels::{Activation, Padding};
use crate::ops::Setting;
use crate::ops::cpu::{self, Conv, Convolution, Depthwise, Pointwise, Size};

/// Layers with packed weights.
#[derive(Debug)]
pub(super) struct Body {
    steps: Vec<Step>,
    features: usize,
    classifier: Pointwise,
    classes: usize,
    /// Buffers of runs that have ended: as many as ever ran at once.
    scratch: Mutex<Vec<Scratch>>,
}

#[derive(Debug)]
struct Step {
    convolution: Convolution,
    begins_block: bool,
    /// Whether the input of its block is added to its output.
    adds_shortcut: bool,
}

/// A layer's input, its output, and the input of its block.
#[derive(Debug, Default)]
struct Scratch {
    maps: [Vec<f32>; 3],
    features: Vec<f32>,
}

impl Body {
    /// Reads, folds and packs the weights, layer beside layer.
    pub(super) fn new(graph: &Graph, parts: &Parts, padding: Padding) -> Result<Self, LoadError> {
        let flags = graph.stages.iter().flatten().flat_map(|block| {
            let last = block.layers.len() - 1;
            (0..=last).map(move |index| (index == 0, block.shortcut && index == last))
        });
        let alone = (true, false);
        let flags: Vec<_> =
            std::iter::once(alone).chain(flags).chain(graph.head.iter().map(|_| alone)).collect();
        let layers: Vec<_> = graph.layers().zip(&parts.layers).zip(flags).collect();
        let step = |((layer, tensors), (begins_block, adds_shortcut)): ((&Layer, &LayerTensors), _)| {
            Ok::<_, LoadError>(Step {
                convolution: convolution(layer, tensors.read()?, padding),
                begins_block,
                adds_shortcut,
            })
        };
        let (steps, classifier) = rayon::join(
            // One layer a task: the last ones have most of the weights.
            || layers.into_par_iter().with_max_len(1).map(step).collect::<Vec<_>>(),
            || Ok::<_, LoadError>(Pointwise::new(&parts.classifier()?, Activation::Linear)),
        );
        Ok(Self {
            steps: steps.into_iter().collect::<Result<_, _>>()?,
            features: graph.features,
            classifier: classifier?,
            classes: graph.classes,
            scratch: Mutex::default(),
        })
    }

    /// The logits of one picture `[3, h, w]`, into `output`.
    fn run(&self, picture: &[f32], (h, w): (usize, usize), output: &mut [f32]) {
        let mut scratch = self.lock().pop().unwrap_or_default();
        let (at, size) = self.maps(picture, Size { h, w, c: 3 }, &mut scratch.maps);
        let features = grown(&mut scratch.features, self.features);
        cpu::mean(&scratch.maps[at][..size.values()], features);
        self.classifier.run(features, None, output);
        self.lock().push(scratch);
    }

    /// Runs every step; the last feature map is in the buffer and of the shape returned.
    fn maps(&self, picture: &[f32], mut size: Size, maps: &mut [Vec<f32>; 3]) -> (usize, Size) {
        let (mut input, mut block) = (0, 0);
        for (index, step) in self.steps.iter().enumerate() {
            if step.begins_block {
                block = input;
            }
            // Neither what is read now nor what the block's end will read.
            let output = (0..3).find(|&map| map != input && map != block).unwrap_or_default();
            let shape = step.convolution.output(size);
            let mut buffer = std::mem::take(&mut maps[output]);
            let values = if index == 0 { picture } else { &maps[input][..size.values()] };
            let shortcut = step.adds_shortcut.then(|| &maps[block][..shape.values()]);
            step.convolution.run(values, size, shortcut, grown(&mut buffer, shape.values()));
            maps[output] = buffer;
            (input, size) = (output, shape);
        }
        (input, size)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        // A run that panicked took its buffers with it; the others are as good as ever.
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first `length` values of `buffer`, which grows and never shrinks.
fn grown(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}

fn convolution(layer: &Layer, trained: Trained, padding: Padding) -> Convolution {
    let filter = trained.fold();
    let setting = Setting { stride: layer.stride, padding, activation: layer.activation };
    match layer.kind {
        Kind::Full => Convolution::Full(Conv::new(&filter, setting)),
        Kind::Depthwise => Convolution::Depthwise(Depthwise::new(&filter, setting)),
        Kind::Pointwise => Convolution::Pointwise(Pointwise::new(&filter, layer.activation)),
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
        let pictures = values.chunks_exact(3 * h * w).zip(output.chunks_exact_mut(self.classes));
        // On a thread of the pool: from any other, each layer would hand its work over and wait to be woken.
        rayon::scope(|_| {
            pictures.for_each(|(picture, output)| self.run(picture, (h, w), output));
        });
        Ok((CpuStorage::F32(output), (n, self.classes).into()))
    }
}
