//! The tensors of a network in a file: every one named, shaped and used; nothing left over.

use std::borrow::Cow;

use super::error::LoadError;
use super::loaded_conv::{BatchNorm, ConvWeights, LoadedConv};
use super::reader::{Reader, TensorRef};
use crate::models::architecture::Architecture;
use crate::models::spec::{Conv, ConvKind, Epilogue, Graph};
use crate::models::tensor_names::Names;
use crate::weights::WeightFile;

/// The tensors of a layer.
#[derive(Debug)]
pub struct LayerTensors<'a> {
    /// What the layer computes, and the shapes that its tensors must have.
    pub conv: &'a Conv,
    /// `None` for a batch norm on its own.
    weight: Option<TensorRef<'a>>,
    epilogue: EpilogueTensors<'a>,
    layer_scale: Option<TensorRef<'a>>,
}

/// Tensors of an [`Epilogue`].
#[derive(Debug)]
enum EpilogueTensors<'a> {
    Norm {
        gamma: TensorRef<'a>,
        beta: TensorRef<'a>,
        mean: TensorRef<'a>,
        variance: TensorRef<'a>,
        epsilon: f64,
    },
    Bias(TensorRef<'a>),
    None,
}

impl<'a> LayerTensors<'a> {
    /// Finds them.
    fn find(reader: &mut Reader<'a>, names: &Names, conv: &'a Conv, epsilon: f64) -> Result<Self, LoadError> {
        let channels = [conv.out_channels];
        let epilogue = match conv.epilogue {
            Epilogue::BatchNorm => {
                let mut norm = |piece: &str| reader.claim(&format!("{}.{piece}", names.norm), &channels);
                EpilogueTensors::Norm {
                    gamma: norm("weight")?,
                    beta: norm("bias")?,
                    mean: norm("running_mean")?,
                    variance: norm("running_var")?,
                    epsilon,
                }
            }
            Epilogue::Bias => EpilogueTensors::Bias(reader.claim(&names.bias(), &channels)?),
            Epilogue::None => EpilogueTensors::None,
        };
        let has_weight = conv.kind != ConvKind::Norm;
        let stored = names.weight_shape(conv);
        let weight = has_weight.then(|| reader.claim(&names.weight, &stored)).transpose()?;
        let layer_scale =
            conv.has_layer_scale.then(|| reader.claim(&names.layer_scale, &channels)).transpose()?;
        Ok(Self { conv, weight, epilogue, layer_scale })
    }

    /// Reads them. A layer scale becomes part of the batch norm or the weights that it follows.
    ///
    /// # Errors
    /// If a value is not finite, or a variance not positive.
    pub fn read(&self) -> Result<LoadedConv<'a>, LoadError> {
        let channels = self.conv.out_channels;
        let weight = self.weight.as_ref().map_or(Ok(Cow::Owned(vec![1.0; channels])), TensorRef::weights)?;
        let owned = |claim: &TensorRef<'a>| claim.values().map(Cow::into_owned);
        let (mut scale, mut bias, mut norm) = (vec![1.0; channels], vec![0.0; channels], None);
        match &self.epilogue {
            EpilogueTensors::Norm { gamma, beta, mean, variance, epsilon } => {
                let (gamma, beta) = (owned(gamma)?, owned(beta)?);
                let (name, epsilon) = (&variance.name, *epsilon);
                let (mean, variance) = (owned(mean)?, owned(variance)?);
                if variance.iter().any(|variance| f64::from(*variance) + epsilon <= 0.0) {
                    return Err(LoadError::Variance { name: name.clone(), epsilon });
                }
                norm = Some(BatchNorm { gamma, beta, mean, variance, epsilon });
            }
            EpilogueTensors::Bias(claim) => bias = owned(claim)?,
            EpilogueTensors::None => {}
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
        let shape = self.conv.weight_shape();
        Ok(LoadedConv { weights: ConvWeights { weight, scale, shape, bias }, norm })
    }
}

/// The tensors of a network: every name and shape checked, no value read.
#[derive(Debug)]
pub struct NetworkTensors<'a> {
    /// Those of every layer before the classifier.
    pub graph: Graph<LayerTensors<'a>>,
    classifier: ClassifierTensors<'a>,
}

/// Those of the classifier.
#[derive(Debug)]
struct ClassifierTensors<'a> {
    weight: TensorRef<'a>,
    bias: Option<TensorRef<'a>>,
}

impl<'a> NetworkTensors<'a> {
    /// Finds the tensors of `architecture` in `file`.
    ///
    /// # Errors
    /// If a tensor is missing, has another shape, or is not part of the network.
    pub fn find(architecture: &'a Architecture, file: &'a WeightFile) -> Result<Self, LoadError> {
        Self::read(architecture, &mut Reader::new(architecture, file))
    }

    fn read(architecture: &'a Architecture, reader: &mut Reader<'a>) -> Result<Self, LoadError> {
        let Architecture { graph, names, epsilon, .. } = architecture;
        let layers = graph
            .try_map(|path, conv| LayerTensors::find(reader, &(names.convolution)(path), conv, *epsilon))?;
        let name = names.classifier;
        let weight = reader.claim(&format!("{name}.weight"), &[graph.classes, graph.features])?;
        let bias = || reader.claim(&format!("{name}.bias"), &[graph.classes]);
        let bias = graph.has_bias.then(bias).transpose()?;
        reader.finish()?;
        // After all else, so that the file of such a network is still closest to its own architecture.
        match graph.stem.in_channels {
            1 | 3 => Ok(Self { graph: layers, classifier: ClassifierTensors { weight, bias } }),
            found => Err(LoadError::Channels { found }),
        }
    }

    /// Reads the classifier, as a 1 x 1 convolution.
    ///
    /// # Errors
    /// If a value is not finite.
    pub fn classifier(&self) -> Result<ConvWeights<'a>, LoadError> {
        let ClassifierTensors { weight, bias } = &self.classifier;
        let shape = [self.graph.classes, self.graph.features, 1, 1];
        let zeros = || Ok(Cow::Owned(vec![0.0; shape[0]]));
        let bias = bias.as_ref().map_or_else(zeros, TensorRef::values)?.into_owned();
        Ok(ConvWeights { weight: weight.weights()?, scale: vec![1.0; shape[0]], shape, bias })
    }
}

/// Why a file is not an architecture's.
#[derive(Debug)]
pub struct Mismatch {
    /// How many tensors had the right name and shape before the first difference.
    pub matched: usize,
    /// The first difference.
    pub difference: LoadError,
}

/// Whether `file` holds exactly the tensors of `architecture`, by name and shape. No value is read.
///
/// # Errors
/// The first difference, if there is one.
pub fn check(architecture: &Architecture, file: &WeightFile) -> Result<(), Mismatch> {
    let mut reader = Reader::new(architecture, file);
    match NetworkTensors::read(architecture, &mut reader) {
        Ok(_) => Ok(()),
        Err(difference) => Err(Mismatch { matched: reader.claimed.len(), difference }),
    }
}
