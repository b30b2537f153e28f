//! What a forward pass is asked for, and what it gives.

use candle_core::Tensor;

/// What a forward pass returns besides logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// The inputs of the classifier.
    pub features: bool,
    /// The feature map before the pooling.
    pub feature_map: bool,
}

/// The result of a forward pass.
#[derive(Clone, Debug)]
pub struct Output {
    /// `[N, K]`
    pub logits: Tensor,
    /// Inputs of the classifier, `[N, F]`, if [`Extras::features`] asked for them.
    pub features: Option<Tensor>,
    /// The feature map before the pooling, `[N, C, H', W']`, if [`Extras::feature_map`] asked for it. In V3 and V4 a
    /// layer stands between the pooling and the classifier: the means of the map are then not the features.
    pub feature_map: Option<Tensor>,
}
