//! The embedding of a picture: values of the network before its classifier.

use candle_core::{Result, Tensor};

use crate::backend::{Extras, Output};
use crate::models::spec::Graph;
use crate::record::FeatureLayer;

/// Which embedding to report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// The layer whose values make up the embedding.
    pub layer: FeatureLayer,
    /// Whether to divide the values by their length. If all of them are zero, they stay zero.
    pub normalised: bool,
}

/// How many values the layers of a network have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Widths {
    pre_logits: usize,
    /// `None` if no layer stands between the pooling and the classifier.
    pooled: Option<usize>,
}

impl Widths {
    pub(super) fn of(graph: &Graph) -> Self {
        let head = graph.head.as_ref().filter(|head| head.after_pool);
        Self { pre_logits: graph.features, pooled: head.map(|head| head.layer.in_channels) }
    }

    /// The layer and how many values it has. If both layers are the same, it is called [`FeatureLayer::PreLogits`].
    pub(super) fn of_layer(self, layer: FeatureLayer) -> (FeatureLayer, usize) {
        match (layer, self.pooled) {
            (FeatureLayer::Pooled, Some(pooled)) => (layer, pooled),
            _ => (FeatureLayer::PreLogits, self.pre_logits),
        }
    }

    /// What the network has to output for a layer.
    pub(super) fn extras(self, layer: FeatureLayer) -> Extras {
        match self.of_layer(layer).0 {
            FeatureLayer::PreLogits => Extras { features: true, ..Extras::default() },
            FeatureLayer::Pooled => Extras { feature_map: true, ..Extras::default() },
        }
    }
}

impl Features {
    /// The embedding of each picture, from an `output` with the [extras](Widths::extras) of the layer.
    pub(super) fn of(self, output: &Output) -> Result<Vec<Vec<f32>>> {
        let values = match (&output.features, &output.feature_map) {
            (Some(features), _) => features.to_vec2()?,
            (None, Some(map)) => pooled(map)?.to_vec2()?,
            (None, None) => candle_core::bail!("a run without features"),
        };
        let length_one = |mut values: Vec<f32>| {
            normalise(&mut values);
            values
        };
        Ok(if self.normalised { values.into_iter().map(length_one).collect() } else { values })
    }
}

/// The means `[N, C]` of `[N, C, H, W]`, on the device that holds the map.
fn pooled(map: &Tensor) -> Result<Tensor> {
    map.flatten_from(2)?.mean(2)
}

/// Divides `values` by their length, unless that is zero.
fn normalise(values: &mut [f32]) {
    let squares: f64 = values.iter().map(|value| f64::from(*value).powi(2)).sum();
    if squares > 0.0 {
        let length = squares.sqrt();
        for value in values {
            *value = (f64::from(*value) / length) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn lengths_become_one_and_zeros_stay() {
        for scale in [1e-25, 1.0, 1e25] {
            let mut values = [3.0 * scale, 0.0, -4.0 * scale];
            normalise(&mut values);
            assert!(values.iter().zip([0.6, 0.0, -0.8]).all(|(a, b)| (a - b).abs() < 1e-6), "{values:?}");
        }
        let mut zeros = [0.0; 3];
        normalise(&mut zeros);
        assert_eq!(zeros, [0.0; 3]);
    }

    #[test]
    fn the_pooled_features_are_the_means_of_the_map() {
        let map = Tensor::arange(0f32, 24., &Device::Cpu).unwrap().reshape((2, 3, 2, 2)).unwrap();
        let output = Output { logits: map.clone(), features: None, feature_map: Some(map) };
        let features = Features { layer: FeatureLayer::Pooled, normalised: false };
        assert_eq!(features.of(&output).unwrap(), [[1.5, 5.5, 9.5], [13.5, 17.5, 21.5]]);
    }

    #[test]
    fn a_layer_that_is_another_has_its_name() {
        let widths = |pooled| Widths { pre_logits: 1280, pooled };
        let of = |pooled, layer| widths(pooled).of_layer(layer);
        assert_eq!(of(Some(960), FeatureLayer::Pooled), (FeatureLayer::Pooled, 960));
        assert_eq!(of(Some(960), FeatureLayer::PreLogits), (FeatureLayer::PreLogits, 1280));
        assert_eq!(of(None, FeatureLayer::Pooled), (FeatureLayer::PreLogits, 1280));
    }
}
