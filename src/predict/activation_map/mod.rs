//! Class activation maps: which parts of a picture speak for a class, and which against it.
//!
//! These networks end with the mean over the positions of their last feature map. If the classifier follows directly, the
//! logit of a class is its bias plus the mean of a map of its own: the classifier's weights times the channels at each
//! position (Zhou et al. 2016, arXiv:1512.04150). That is exact. MobileNetV3 and V4 have a layer with an activation in
//! between. There, the weights are the gradient of the logit at the mean (Selvaraju et al. 2017, arXiv:1610.02391,
//! without its `ReLU`), and
//! [`ActivationMap::residual`] is the part of the logit that this leaves out.
//!
//! Several classes count as one class whose logit is `log Σ exp(logit)`. Its gradient is the mean of their maps,
//! weighted by their probabilities within the group. A temperature changes no map, because it changes no logit.
//!
//! Cells have equal size and fill the network's input, as in other implementations. The receptive field of a cell is
//! larger and not centred on it: it lies up to half a cell further left and up or, with TensorFlow's padding, further
//! right and down. Training compensates for most of that.

mod explain;
mod target;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::pixels::Region;
use crate::record::Answer;

/// What a map explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The class with the highest score.
    Best,
    /// One class, or several that count as one: indices into [`Labels::classes`](super::Labels::classes).
    Classes(BTreeSet<usize>),
}

/// How the values of a map are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The weights of the classifier: the map's mean is the logit without its bias.
    Cam,
    /// The gradient of the logit.
    GradCam,
}

impl Method {
    /// `cam` or `grad-cam`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cam => "cam",
            Self::GradCam => "grad-cam",
        }
    }
}

/// How much each part of a picture adds to one logit.
///
/// `logit = bias + mean of values + residual`
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationMap {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Contributions to the logit, times `width · height`, row by row from the top. Negative ones speak against the
    /// classes.
    pub values: Vec<f32>,
    /// How the values were computed.
    pub method: Method,
    /// The classes, by index.
    pub classes: Vec<usize>,
    /// The logit of the class; for several classes, the logarithm of the sum of the exponentials of their logits.
    pub logit: f64,
    /// The logit of a feature map of zeros; with [`Method::Cam`], this is the bias of the class.
    pub bias: f64,
    /// The part of the logit that neither `bias` nor `values` explain; with [`Method::Cam`], 0 up to rounding.
    pub residual: f64,
    /// The score of the class, 0 to 1. For several classes, the sum of their scores or, if the classifier is
    /// multi-label, the highest.
    pub score: f64,
    /// The part of the upright picture that the network sees, which the cells of the map divide evenly.
    pub region: Region,
}

impl ActivationMap {
    /// The mean of the values.
    pub fn mean(&self) -> f64 {
        self.values.iter().copied().map(f64::from).sum::<f64>() / self.values.len() as f64
    }
}

/// The answer to a picture, and maps that explain it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer that [`Classifier::classify`](super::Classifier::classify) gives.
    pub answer: Answer,
    /// One map for each target, in the order of the targets.
    pub maps: Vec<ActivationMap>,
}
