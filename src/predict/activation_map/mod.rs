//! Class activation maps: which parts of a picture speak for a class, and which against it.
//!
//! These networks end with the mean over the positions of their last feature map. If the classifier follows, the logit of a
//! class is its bias and the mean of a map of its own: the classifier's weights times the channels at each position (Zhou et
//! al. 2016, arXiv:1512.04150). That is exact. MobileNetV3 and V4 have a layer with an activation in between; there the
//! weights are the gradient of the logit at the mean (Selvaraju et al. 2017, arXiv:1610.02391, without its `ReLU`), and
//! [`ActivationMap::residual`] says what that leaves out.
//!
//! Several classes count as one whose logit is `log Σ exp(logit)`: its gradient is the mean of their maps, weighted by their
//! probabilities within the group. A temperature changes no map, as it changes no logit.
//!
//! Cells have one size and fill the network's input, as in other implementations. The receptive field of a cell is larger and
//! not centred in it: by up to half a cell it lies further left and up, or with TensorFlow's padding further right and down.
//! Training makes up for most of that.

mod explain;
mod target;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::pixels::Region;
use crate::record::Answer;

/// What a map is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The class with the highest score.
    Best,
    /// A class, or several as one: indices of [`Labels::classes`](super::Labels::classes).
    Classes(BTreeSet<usize>),
}

/// How the values of a map come about.
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

/// What each part of a picture adds to one logit.
///
/// `logit = bias + mean of values + residual`
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationMap {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Contributions to the logit, times `width · height`; row by row from the top. Negative ones speak against the classes.
    pub values: Vec<f32>,
    /// How they come about.
    pub method: Method,
    /// The classes, by index.
    pub classes: Vec<usize>,
    /// The logit of the class; of several the logarithm of the sum of their exponentials.
    pub logit: f64,
    /// The logit of a feature map of zeros: with [`Method::Cam`] the bias of the class.
    pub bias: f64,
    /// What of the logit is in neither: 0, but for rounding, with [`Method::Cam`].
    pub residual: f64,
    /// The score of the class, 0 to 1; of several the sum of their scores, or of a multi-label classifier the highest.
    pub score: f64,
    /// The part of the upright picture that the network sees, which the cells of the map divide evenly.
    pub region: Region,
}

impl ActivationMap {
    /// The mean of its values.
    pub fn mean(&self) -> f64 {
        self.values.iter().copied().map(f64::from).sum::<f64>() / self.values.len() as f64
    }
}

/// The answer to a picture, and maps that explain it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What [`Classifier::classify`](super::Classifier::classify) says.
    pub answer: Answer,
    /// A map for each target, in their order.
    pub maps: Vec<ActivationMap>,
}
