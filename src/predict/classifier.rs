//! Pictures to predictions.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};
use image::RgbImage;
use thiserror::Error;

use super::answer_options::AnswerOptions;
use super::checkpoint::Checkpoint;
use super::choice::{Limits, Picked};
use super::classes::UnknownClass;
use super::config::CheckpointConfig;
use super::features::{Features, Widths};
use super::labels::Labels;
use super::top_k::Scores;
use crate::backend::{BuildError, Extras, Network, Output, RunError};
use crate::pixels::{Oversize, Planes, Preprocess, Region, Size};
use crate::record::{Answer, EmbeddingInfo, ModelInfo, Precision, Prediction, Timing};

/// A checkpoint loaded onto a device.
#[derive(Debug)]
pub struct Classifier {
    name: String,
    preprocess: Preprocess,
    pub(super) labels: Labels,
    pub(super) scores: Scores,
    temperature: Option<f64>,
    /// Whether a precision was asked for.
    says_precision: bool,
    widths: Widths,
    pub(super) network: Network,
    device: Device,
}

/// A picture as the network's input.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Width of the upright picture, px.
    pub width: u32,
    /// Height of the upright picture, px.
    pub height: u32,
    /// What is wrong with the file, if it was decoded nevertheless.
    pub damage: Option<String>,
    /// The size of the picture that was preprocessed; for a JPEG, possibly a fraction of its full size.
    decoded: Size,
    /// What the network reads.
    planes: Planes,
    /// The time spent on it so far.
    pub timing: Timing,
}

/// One run of the network.
#[derive(Debug)]
pub(super) struct Run {
    /// The logits of each picture.
    pub(super) logits: Vec<Vec<f32>>,
    pub(super) output: Output,
    /// The run's time divided by the number of pictures.
    pub(super) infer: Duration,
}

/// Why a picture has no answer.
#[derive(Debug, Error)]
pub enum ClassifyError {
    /// The picture is so long or so high that it would become too large.
    #[error(transparent)]
    Oversize(#[from] Oversize),
    /// The network failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The logits or the features contain NaN or infinity.
    #[error("the network's output is not finite")]
    NotFinite,
}

impl Prepared {
    /// Prepares a picture, as [`Classifier::prepare`] does, for those who do not have the classifier.
    ///
    /// # Errors
    /// If the picture is so long or so high that it would become too large.
    ///
    /// # Panics
    /// If `picture` has no pixels.
    pub fn new(preprocess: &Preprocess, picture: &RgbImage) -> Result<Self, Oversize> {
        let start = Instant::now();
        let planes = preprocess.run(picture)?;
        let timing = Timing { preprocess: start.elapsed(), ..Timing::default() };
        let (width, height) = picture.dimensions();
        Ok(Self { width, height, damage: None, decoded: (width, height).into(), planes, timing })
    }

    /// Whether both can be in one run of the network.
    pub fn has_size_of(&self, other: &Self) -> bool {
        self.planes.size == other.planes.size
    }
}

impl Classifier {
    /// Loads the weights of `checkpoint` onto `device`.
    ///
    /// # Errors
    /// If the tensors are not exactly those of the network.
    pub fn new(checkpoint: Checkpoint, device: Device) -> Result<Self, BuildError> {
        Self::at(None, checkpoint, device)
    }

    /// Like [`new`](Self::new), but in `precision` if one is asked for and the device has a unit for it, and otherwise
    /// in `f32`. If one is asked for, answers say which one was used: [`precision`](Self::precision).
    ///
    /// # Errors
    /// The same as for [`new`](Self::new).
    pub fn at(
        precision: Option<Precision>,
        checkpoint: Checkpoint,
        device: Device,
    ) -> Result<Self, BuildError> {
        let Checkpoint { name, config, weights } = checkpoint;
        let (architecture, wanted) = (&config.architecture, precision.unwrap_or_default());
        let network = Network::load_at(wanted, architecture, &weights, &device)?;
        let widths = Widths::of(&config.architecture.graph);
        let CheckpointConfig { preprocess, labels, scores, .. } = config;
        let says_precision = precision.is_some();
        Ok(Self {
            name,
            preprocess,
            labels,
            scores,
            temperature: None,
            says_precision,
            widths,
            network,
            device,
        })
    }

    /// The same, with scores at `temperature`: logits are divided by it before the softmax. Their order stays.
    #[must_use]
    pub fn with_temperature(self, temperature: f64) -> Self {
        Self { temperature: Some(temperature), ..self }
    }

    /// What answers, as reported with the answers.
    pub fn info(&self) -> ModelInfo {
        let resolution = self.preprocess.resolution() as usize;
        let precision = self.says_precision.then(|| self.precision());
        let (name, temperature) = (self.name.clone(), self.temperature);
        ModelInfo { name, resolution, temperature, precision, embedding: None }
    }

    /// Describes the embeddings that `features` asks for. A temperature does not change them.
    pub fn embedding_info(&self, features: Features) -> ModelInfo {
        let (layer, dimension) = self.widths.of_layer(features.layer);
        let embedding = EmbeddingInfo { layer, normalised: features.normalised, dimension };
        ModelInfo { temperature: None, embedding: Some(embedding), ..self.info() }
    }

    /// The precision that the network runs in.
    pub fn precision(&self) -> Precision {
        self.network.precision()
    }

    /// Whether the network runs on the CPU.
    pub fn is_on_cpu(&self) -> bool {
        self.device.is_cpu()
    }

    /// How pictures become pixels.
    pub fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// Whether scores are independent of each other, so that they do not sum to 1.
    pub fn is_multi_label(&self) -> bool {
        self.scores == Scores::Sigmoid
    }

    /// Whether any class has a WordNet id.
    pub fn has_wnids(&self) -> bool {
        self.labels.classes().iter().any(|label| label.wnid.is_some())
    }

    /// The classes that answers are about.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The classes that `words` name.
    ///
    /// # Errors
    /// If a word does not name a class.
    pub fn classes(&self, words: &[String]) -> Result<BTreeSet<usize>, UnknownClass> {
        self.labels.find(words)
    }

    /// The pixels of one upright picture; `timing.decode` is left at zero.
    ///
    /// # Errors
    /// If the picture is so long or so high that it would become too large.
    ///
    /// # Panics
    /// If `picture` has no pixels.
    pub fn prepare(&self, picture: &RgbImage) -> Result<Prepared, Oversize> {
        Prepared::new(&self.preprocess, picture)
    }

    /// Classifies one upright picture, such as [`decode`](crate::pixels::decode()) gives.
    ///
    /// # Errors
    /// If the picture is so long or so high that it would become too large, or if the network fails.
    ///
    /// # Panics
    /// If `picture` has no pixels.
    pub fn classify_picture(
        &self,
        picture: &RgbImage,
        options: &AnswerOptions,
    ) -> Result<Answer, ClassifyError> {
        let answer = self.classify(&mut [self.prepare(picture)?], options)?.pop();
        answer.unwrap_or_else(|| unreachable!("an answer for each picture"))
    }

    /// Classifies pictures of one input size in one run of the network; `timing.infer` is the run's time divided
    /// by their number. The pixels of a batch of one are moved out of it, not copied.
    ///
    /// # Errors
    /// If the network fails. A picture whose own logits are not finite does not affect the others.
    ///
    /// # Panics
    /// If the pictures do not have [one input size](Prepared::has_size_of).
    pub fn classify(
        &self,
        batch: &mut [Prepared],
        options: &AnswerOptions,
    ) -> Result<Vec<Result<Answer, ClassifyError>>, ClassifyError> {
        if batch.is_empty() {
            return Ok(vec![]);
        }
        let extras =
            options.features.map_or(Extras::default(), |features| self.widths.extras(features.layer));
        let Run { logits, output, infer } = self.forward(batch, extras)?;
        let mut features = match options.features {
            Some(features) => features.of(&output).map_err(RunError::from)?.into_iter(),
            None => vec![].into_iter(),
        };
        let answer = |(picture, logits)| self.answer(picture, logits, features.next(), infer, options);
        Ok(batch.iter().zip(logits).map(answer).collect())
    }

    /// Runs the network once, for one or more pictures. Their pixels may be moved out of them.
    pub(super) fn forward(&self, batch: &mut [Prepared], extras: Extras) -> Result<Run, ClassifyError> {
        let start = Instant::now();
        let (first, others) = batch.split_first().unwrap_or_else(|| unreachable!("a picture"));
        assert!(others.iter().all(|picture| picture.has_size_of(first)), "one input size");
        let Size { width, height } = first.planes.size;
        let shape = (batch.len(), self.preprocess.channels.count(), height as usize, width as usize);
        let values = match &mut *batch {
            [picture] => std::mem::take(&mut picture.planes.values),
            pictures => pictures.iter().flat_map(|picture| &picture.planes.values).copied().collect(),
        };
        let pixels = Tensor::from_vec(values, shape, &self.device).map_err(RunError::from)?;
        let output = self.network.forward(&pixels, extras)?;
        let logits = output.logits.to_vec2().map_err(RunError::from)?;
        Ok(Run { logits, output, infer: start.elapsed() / batch.len() as u32 })
    }

    /// The part of the whole picture that the network sees.
    pub(super) fn seen(&self, picture: &Prepared) -> Result<Region, Oversize> {
        let whole = Size { width: picture.width, height: picture.height };
        Ok(self.preprocess.region(picture.decoded)?.scaled(picture.decoded, whole))
    }

    /// Makes the answer from `logits`.
    pub(super) fn answer(
        &self,
        picture: &Prepared,
        logits: Vec<f32>,
        features: Option<Vec<f32>>,
        infer: Duration,
        options: &AnswerOptions,
    ) -> Result<Answer, ClassifyError> {
        if !logits.iter().chain(features.iter().flatten()).all(|value| value.is_finite()) {
            return Err(ClassifyError::NotFinite);
        }
        let (top, groups, is_selected) = self.reported(&logits, options);
        let Prepared { width, height, .. } = *picture;
        let damaged = picture.damage.clone();
        let timing = Timing { infer, ..picture.timing };
        let logits = options.logits.then_some(logits);
        Ok(Answer { width, height, top, groups, is_selected, logits, features, damaged, timing })
    }

    /// The scores of the classes, computed from their logits without the logit of a background class.
    pub(super) fn scores_of(&self, logits: &[f32]) -> Vec<f32> {
        self.scores.of(logits, self.temperature.unwrap_or(1.0))
    }

    /// The best classes, and the scores of the groups that are asked for.
    fn reported(&self, logits: &[f32], options: &AnswerOptions) -> (Vec<Prediction>, Vec<f32>, bool) {
        let logits = self.labels.without_background(logits);
        let scores = self.scores_of(logits);
        let limits = Limits { top: options.top, min_score: options.min_score };
        let Picked { top, groups, is_selected } = options.classes.pick(&scores, logits, self.scores, limits);
        let prediction = |(index, score): (usize, f32)| {
            if let Some(groups) = options.classes.listed_groups() {
                let group = &groups[index];
                return Prediction { index, wnid: group.wnid.clone(), label: group.name.clone(), score };
            }
            let label = self.labels.get(index);
            Prediction { index, wnid: label.wnid.clone(), label: label.name.clone(), score }
        };
        (top.into_iter().map(prediction).collect(), groups, is_selected)
    }
}
