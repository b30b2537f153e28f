//! The strict reader: every tensor of a network named, shaped and used; nothing left over.

use std::borrow::Cow;
use std::collections::BTreeSet;

use thiserror::Error;

use super::Architecture;
use super::spec::{Follows, Kind, Layer};
use super::tensor_names::{Names, places};
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
    /// A batch norm divides by the root of what is not positive.
    #[error("tensor `{name}` holds a variance that is not positive, {epsilon} added")]
    Variance {
        /// Its name.
        name: String,
        /// Added to variances.
        epsilon: f64,
    },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] WeightsError),
    /// The device cannot hold the weights.
    #[error("the device does not take the weights: {0}")]
    Device(#[from] candle_core::Error),
}

/// Prefixes that wrappers put in front of every name: timm's transformers wrapper, `DataParallel`, `torch.compile`, Lightning.
const WRAPPERS: [&str; 4] = ["timm_model.", "module.", "_orig_mod.", "model."];

/// A convolution as trained, and the batch norm behind it.
pub(crate) struct Trained<'a> {
    pub filter: ConvWeights<'a>,
    pub norm: Option<BatchNorm>,
}

impl<'a> Trained<'a> {
    /// The norm folded into scale and bias.
    pub(crate) fn fold(self) -> ConvWeights<'a> {
        let Self { mut filter, norm } = self;
        if let Some(norm) = norm {
            (filter.scale, filter.bias) = norm.fold();
        }
        filter
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

/// The tensors of a layer.
pub(crate) struct LayerTensors<'a> {
    /// None in a norm by itself.
    weight: Option<Claim<'a>>,
    shape: [usize; 4],
    follows: Following<'a>,
    layer_scale: Option<Claim<'a>>,
}

/// What follows the weights.
enum Following<'a> {
    Norm { gamma: Claim<'a>, beta: Claim<'a>, mean: Claim<'a>, variance: Claim<'a>, epsilon: f64 },
    Bias(Claim<'a>),
    Nothing,
}

impl<'a> LayerTensors<'a> {
    /// Finds them.
    fn find(reader: &mut Reader<'a>, names: &Names, layer: &Layer, epsilon: f64) -> Result<Self, LoadError> {
        let channels = [layer.out_channels];
        let shape = layer.weight_shape();
        let follows = match layer.follows {
            Follows::BatchNorm => {
                let mut norm = |piece: &str| reader.claim(&format!("{}.{piece}", names.norm), &channels);
                Following::Norm {
                    gamma: norm("weight")?,
                    beta: norm("bias")?,
                    mean: norm("running_mean")?,
                    variance: norm("running_var")?,
                    epsilon,
                }
            }
            Follows::Bias => Following::Bias(reader.claim(&names.bias(), &channels)?),
            Follows::Nothing => Following::Nothing,
        };
        let has_weight = layer.kind != Kind::Norm;
        let stored = names.weight_shape(layer);
        let weight = has_weight.then(|| reader.claim(&names.weight, &stored)).transpose()?;
        let layer_scale = layer.is_scaled.then(|| reader.claim(&names.scale, &channels)).transpose()?;
        Ok(Self { weight, shape, follows, layer_scale })
    }

    /// Reads them. A layer scale becomes part of what is in front of it.
    pub(crate) fn read(&self) -> Result<Trained<'a>, LoadError> {
        let channels = self.shape[0];
        let weight = self.weight.as_ref().map_or(Ok(Cow::Owned(vec![1.0; channels])), Claim::values)?;
        let owned = |claim: &Claim<'a>| claim.values().map(Cow::into_owned);
        let (mut scale, mut bias, mut norm) = (vec![1.0; channels], vec![0.0; channels], None);
        match &self.follows {
            Following::Norm { gamma, beta, mean, variance, epsilon } => {
                let (gamma, beta) = (owned(gamma)?, owned(beta)?);
                let (name, epsilon) = (&variance.name, *epsilon);
                let (mean, variance) = (owned(mean)?, owned(variance)?);
                if variance.iter().any(|variance| f64::from(*variance) + epsilon <= 0.0) {
                    return Err(LoadError::Variance { name: name.clone(), epsilon });
                }
                norm = Some(BatchNorm { gamma, beta, mean, variance, epsilon });
            }
            Following::Bias(claim) => bias = owned(claim)?,
            Following::Nothing => {}
        }
        if let Some(layer_scale) = &self.layer_scale {
            let factors = layer_scale.values()?;
            let multiply = |values: &mut [f32]| {
                values.iter_mut().zip(&*factors).for_each(|(value, factor)| *value *= factor);
            };
            if let Some(norm) = &mut norm {
                multiply(&mut norm.gamma);
                multiply(&mut norm.beta);
            } else {
                scale = factors.iter().copied().map(f64::from).collect();
                multiply(&mut bias);
            }
        }
        Ok(Trained { filter: ConvWeights { weight, scale, shape: self.shape, bias }, norm })
    }
}

/// The tensors of a network: every name and shape checked, no value read.
pub(crate) struct Parts<'a> {
    /// In the order of [`Graph::layers`](super::Graph::layers).
    pub layers: Vec<LayerTensors<'a>>,
    classifier: [Claim<'a>; 2],
    /// `[classes, features, 1, 1]`
    shape: [usize; 4],
}

impl<'a> Parts<'a> {
    /// Finds the tensors of `architecture` in `file`; nothing may be missing or left.
    pub(crate) fn of(architecture: &Architecture, file: &'a WeightFile) -> Result<Self, LoadError> {
        Self::read(architecture, &mut Reader::new(file))
    }

    fn read(architecture: &Architecture, reader: &mut Reader<'a>) -> Result<Self, LoadError> {
        let mut layers = Vec::new();
        for (place, layer) in places(&architecture.graph) {
            let names = (architecture.naming.convolution)(place);
            layers.push(LayerTensors::find(reader, &names, layer, architecture.epsilon)?);
        }
        let (classes, features) = (architecture.graph.classes, architecture.graph.features);
        let name = architecture.naming.classifier;
        let weight = reader.claim(&format!("{name}.weight"), &[classes, features])?;
        let bias = reader.claim(&format!("{name}.bias"), &[classes])?;
        reader.finish()?;
        Ok(Self { layers, classifier: [weight, bias], shape: [classes, features, 1, 1] })
    }

    /// Reads the classifier.
    pub(crate) fn classifier(&self) -> Result<ConvWeights<'a>, LoadError> {
        let [weight, bias] = &self.classifier;
        let scale = vec![1.0; self.shape[0]];
        Ok(ConvWeights {
            weight: weight.values()?,
            scale,
            shape: self.shape,
            bias: bias.values()?.into_owned(),
        })
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
pub(crate) struct BatchNorm {
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

/// The weights of one convolution as a checkpoint holds them, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvWeights<'a> {
    /// `[out, in / groups, k, k]`, row-major.
    pub weight: Cow<'a, [f32]>,
    /// What the weights of each channel out are still to be multiplied by, `[out]`: a folded batch norm.
    pub scale: Vec<f64>,
    /// The shape of `weight`.
    pub shape: [usize; 4],
    /// `[out]`
    pub bias: Vec<f32>,
}
