//! What an embedding is: which values of the network, and how they are scaled.

use std::fmt;

/// Which values of the network make up the embedding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FeatureLayer {
    /// The inputs of the classifier: timm's `forward_head(x, pre_logits=True)`.
    #[default]
    PreLogits,
    /// The means of the last feature map. In V3 and V4, a layer stands between them and the classifier.
    Pooled,
}

impl FeatureLayer {
    /// All layers.
    pub const ALL: [Self; 2] = [Self::PreLogits, Self::Pooled];

    /// Its name in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreLogits => "pre-logits",
            Self::Pooled => "pooled",
        }
    }

    /// The layer of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }
}

/// What the embeddings of a run are: the same for every picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingInfo {
    /// Which values of the network.
    pub layer: FeatureLayer,
    /// Whether embeddings have length 1.
    pub normalised: bool,
    /// Values per picture.
    pub dimension: usize,
}

impl fmt::Display for EmbeddingInfo {
    /// `1280 values before the classifier, normalised`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { layer, normalised, dimension } = self;
        let values = match layer {
            FeatureLayer::PreLogits => "values before the classifier",
            FeatureLayer::Pooled => "means of the last feature map",
        };
        let normalised = if *normalised { "normalised" } else { "raw" };
        write!(f, "{dimension} {values}, {normalised}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_is_found_by_its_name() {
        for layer in FeatureLayer::ALL {
            assert_eq!(FeatureLayer::named(layer.name()), Some(layer));
        }
        assert_eq!(FeatureLayer::named("logits"), None);
    }
}
