//! What each position of the last feature map adds to each logit: the class activation maps of all classes.

use candle_core::{Result, Tensor};

use super::error::RunError;
use super::network::Network;
use crate::nn::Activation;

/// Logits, written as sums over the positions of a feature map.
///
/// The pooling takes the mean over all positions, so a logit is its [`base`](Self::base) plus the mean of its map. That
/// is exact if the classifier follows the pooling directly. A head between them is replaced by its tangent at that mean.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// The classifier's weights times the map's channels at every position, `[N, K, H', W']`.
    pub maps: Tensor,
    /// The logits of a feature map of zeros, `[K]`. They are the classifier's biases if it follows the pooling directly.
    pub base: Tensor,
    /// Whether the logits are linear in the feature map, that is, no head with an activation follows the pooling.
    pub is_exact: bool,
}

impl Network {
    /// How much every position of `feature_map`, `[N, C, H', W']` from [`Output`](super::Output), adds to every logit.
    ///
    /// It is the derivative of the logits at the mean of the map, in the direction of each position's channels.
    ///
    /// # Errors
    /// If the map does not have the network's channels, or the device fails.
    pub fn contributions(&self, feature_map: &Tensor) -> std::result::Result<Contributions, RunError> {
        Ok(self.derive(feature_map)?)
    }

    fn derive(&self, map: &Tensor) -> Result<Contributions> {
        let (_, channels, _, _) = map.dims4()?;
        let nothing = Tensor::zeros((1, channels, 1, 1), map.dtype(), map.device())?;
        let (head_bias, activation) = self.head(&nothing)?;
        let (at_mean, _) = self.head(&map.mean_keepdim((2, 3))?)?;
        let slopes = each(&at_mean, |x| activation.derivative(x))?;
        // The tangent of the head without its bias, or the map itself if there is no head.
        let tangent = self.head(map)?.0.broadcast_sub(&head_bias)?.broadcast_mul(&slopes)?;
        let bias = self.classifier(&head_bias.zeros_like()?)?;
        let maps = self.classifier(&tangent)?.broadcast_sub(&bias)?;
        let base = self.classifier(&each(&head_bias, |x| activation.of(x))?)?.flatten_all()?;
        Ok(Contributions { maps, base, is_exact: activation == Activation::Linear })
    }
}

/// Applies `f` to every value, on the host.
fn each(values: &Tensor, f: impl Fn(f32) -> f32) -> Result<Tensor> {
    let found = values.flatten_all()?.to_vec1()?.into_iter().map(f).collect();
    Tensor::from_vec(found, values.shape(), values.device())
}
