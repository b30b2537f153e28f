//! The strict reader: every tensor of a network named, shaped and used; nothing left over.

use std::borrow::Cow;
use std::collections::BTreeSet;

use thiserror::Error;

use super::Architecture;
use super::naming::places;
use crate::ops::Filter;
use crate::weights::{WeightFile, WeightsError};

/// Weights that do not fit their network.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The network needs a tensor that the file lacks.
    #[error(
        "tensor `{name}` is missing: expected {expected:?}, the file holds {count} tensors such as `{example}`"
    )]
    Missing {
        /// Its name.
        name: String,
        /// Its shape.
        expected: Vec<usize>,
        /// How many tensors there are.
        count: usize,
        /// One of them.
        example: String,
    },
    /// A tensor has another shape than the network's.
    #[error("tensor `{name}`: expected {expected:?}, found {found:?}")]
    Shape {
        /// Its name.
        name: String,
        /// The network's shape.
        expected: Vec<usize>,
        /// The file's shape.
        found: Vec<usize>,
    },
    /// The file holds tensors that the network does not have.
    #[error("{count} tensors are not part of the network, the first is `{example}`")]
    Unread {
        /// How many.
        count: usize,
        /// The first by name.
        example: String,
    },
    /// A tensor holds NaN or an infinity.
    #[error("tensor `{name}` holds values that are not finite")]
    NotFinite {
        /// Its name.
        name: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] WeightsError),
    /// The device cannot hold the weights.
    #[error("the device does not take the weights: {0}")]
    Device(#[from] candle_core::Error),
}

impl LoadError {
    /// The next thing to do, if there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint().map(str::to_owned),
            Self::Missing { .. } | Self::Shape { .. } | Self::Unread { .. } => {
                Some("check that config.json is the one these weights were saved with".to_owned())
            }
            Self::NotFinite { .. } | Self::Device(_) => None,
        }
    }
}

/// Prefixes that wrappers put in front of every name: timm's transformers wrapper, `DataParallel`, `torch.compile`, Lightning.
const WRAPPERS: [&str; 4] = ["timm_model.", "module.", "_orig_mod.", "model."];

/// A convolution and its batch norm as trained.
pub(super) struct Trained<'a> {
    /// `[out, in / groups, k, k]`
    pub weight: Cow<'a, [f32]>,
    pub shape: [usize; 4],
    pub norm: BatchNorm,
}

impl<'a> Trained<'a> {
    /// The norm folded into scale and bias.
    pub(super) fn fold(self) -> Filter<'a> {
        let (scale, bias) = self.norm.fold();
        Filter { weight: self.weight, scale, shape: self.shape, bias }
    }
}

/// One tensor whose name and shape are the network's.
struct Claim<'a> {
    file: &'a WeightFile,
    name: String,
}

impl<'a> Claim<'a> {
    /// Its values, row-major.
    fn values(&self) -> Result<Cow<'a, [f32]>, LoadError> {
        let values = self.file.f32(&self.name).transpose()?.unwrap_or_default();
        // Without a way out in the middle, so that it vectorises.
        if values.iter().fold(true, |finite, value| finite & value.is_finite()) {
            Ok(values)
        } else {
            Err(LoadError::NotFinite { name: self.name.clone() })
        }
    }
}

/// The tensors of a convolution and its batch norm.
pub(super) struct LayerTensors<'a> {
    weight: Claim<'a>,
    shape: [usize; 4],
    gamma: Claim<'a>,
    beta: Claim<'a>,
    mean: Claim<'a>,
    variance: Claim<'a>,
    epsilon: f64,
}

impl<'a> LayerTensors<'a> {
    /// Reads them.
    pub(super) fn read(&self) -> Result<Trained<'a>, LoadError> {
        let norm = BatchNorm {
            gamma: self.gamma.values()?.into_owned(),
            beta: self.beta.values()?.into_owned(),
            mean: self.mean.values()?.into_owned(),
            variance: self.variance.values()?.into_owned(),
            epsilon: self.epsilon,
        };
        Ok(Trained { weight: self.weight.values()?, shape: self.shape, norm })
    }
}

/// The tensors of a network: every name and shape checked, no value read.
pub(super) struct Parts<'a> {
    /// In the order of [`Graph::layers`](super::Graph::layers).
    pub layers: Vec<LayerTensors<'a>>,
    classifier: [Claim<'a>; 2],
    /// `[classes, features, 1, 1]`
    shape: [usize; 4],
}

impl<'a> Parts<'a> {
    /// Finds the tensors of `architecture` in `file`; nothing may be missing or left.
    pub(super) fn of(architecture: &Architecture, file: &'a WeightFile) -> Result<Self, LoadError> {
        Self::read(architecture, &mut Reader::new(file))
    }

    fn read(architecture: &Architecture, reader: &mut Reader<'a>) -> Result<Self, LoadError> {
        let mut layers = Vec::new();
        for (place, layer) in places(&architecture.graph) {
            let names = (architecture.naming.convolution)(place);
            let shape = layer.weight_shape();
            let mut norm =
                |piece: &str| reader.claim(&format!("{}.{piece}", names.norm), &[layer.out_channels]);
            let (gamma, beta) = (norm("weight")?, norm("bias")?);
            let (mean, variance) = (norm("running_mean")?, norm("running_var")?);
            let weight = reader.claim(&names.weight, &shape)?;
            layers.push(LayerTensors {
                weight,
                shape,
                gamma,
                beta,
                mean,
                variance,
                epsilon: architecture.epsilon,
            });
        }
        let (classes, features) = (architecture.graph.classes, architecture.graph.features);
        let name = architecture.naming.classifier;
        let weight = reader.claim(&format!("{name}.weight"), &[classes, features])?;
        let bias = reader.claim(&format!("{name}.bias"), &[classes])?;
        reader.finish()?;
        Ok(Self { layers, classifier: [weight, bias], shape: [classes, features, 1, 1] })
    }

    /// Reads the classifier.
    pub(super) fn classifier(&self) -> Result<Filter<'a>, LoadError> {
        let [weight, bias] = &self.classifier;
        let scale = vec![1.0; self.shape[0]];
        Ok(Filter { weight: weight.values()?, scale, shape: self.shape, bias: bias.values()?.into_owned() })
    }
}

/// What speaks against a file being an architecture's.
#[derive(Debug)]
pub struct Misfit {
    /// How many tensors had the right name and shape before the first that had not.
    pub matched: usize,
    /// The first difference.
    pub difference: LoadError,
}

/// Whether `file` holds exactly the tensors of `architecture`, by name and shape. No value is read.
///
/// # Errors
/// The first difference, if there is one.
pub fn fit(architecture: &Architecture, file: &WeightFile) -> Result<(), Misfit> {
    let mut reader = Reader::new(file);
    match Parts::read(architecture, &mut reader) {
        Ok(_) => Ok(()),
        Err(difference) => Err(Misfit { matched: reader.claimed.len(), difference }),
    }
}

/// Hands out a file's tensors once each.
struct Reader<'a> {
    file: &'a WeightFile,
    prefix: &'static str,
    claimed: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a WeightFile) -> Self {
        let is_prefix = |prefix: &&str| tensors(file).all(|name| name.starts_with(*prefix));
        let prefix = WRAPPERS.into_iter().find(is_prefix).unwrap_or("");
        Self { file, prefix, claimed: BTreeSet::new() }
    }

    /// The tensor `name`, which has to be of shape `expected`.
    fn claim(&mut self, name: &str, expected: &[usize]) -> Result<Claim<'a>, LoadError> {
        let name = format!("{}{name}", self.prefix);
        let Some(tensor) = self.file.get(&name) else {
            let example = self.file.names().next().unwrap_or_default().to_owned();
            let count = self.file.names().count();
            return Err(LoadError::Missing { name, expected: expected.to_vec(), count, example });
        };
        if tensor.shape != expected {
            let (expected, found) = (expected.to_vec(), tensor.shape.to_vec());
            return Err(LoadError::Shape { name, expected, found });
        }
        self.claimed.insert(name.clone());
        Ok(Claim { file: self.file, name })
    }

    /// Ends the reading; an unread tensor is an error.
    fn finish(&self) -> Result<(), LoadError> {
        let mut unread = tensors(self.file).filter(|name| !self.claimed.contains(*name));
        match unread.next() {
            None => Ok(()),
            Some(example) => {
                let example = example.to_owned();
                Err(LoadError::Unread { count: 1 + unread.count(), example })
            }
        }
    }
}

/// Names of a file's tensors without the counts of training steps, one per batch norm: inference has no use for them.
fn tensors(file: &WeightFile) -> impl Iterator<Item = &str> {
    file.names().filter(|name| !name.ends_with("num_batches_tracked"))
}

/// `gamma · (x - mean) / sqrt(variance + epsilon) + beta`, per channel.
pub(super) struct BatchNorm {
    pub gamma: Vec<f32>,
    pub beta: Vec<f32>,
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
    pub epsilon: f64,
}

impl BatchNorm {
    /// The scales of weights and the biases, `[out]` each, that make the norm superfluous.
    fn fold(&self) -> (Vec<f64>, Vec<f32>) {
        let channel = |channel: usize| {
            let variance = f64::from(self.variance[channel]) + self.epsilon;
            let scale = f64::from(self.gamma[channel]) / variance.sqrt();
            (scale, (f64::from(self.beta[channel]) - f64::from(self.mean[channel]) * scale) as f32)
        };
        (0..self.gamma.len()).map(channel).unzip()
    }
}
