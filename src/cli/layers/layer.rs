//! One layer of a network at a resolution.

use super::order::in_order;
use crate::backend::cpu::ops::Size;
use crate::models::Graph;
use crate::models::spec::{Conv, LayerPath};

/// A layer, the pooling or the classifier.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Layer {
    /// `block 0 depthwise`
    pub name: String,
    pub operation: Operation,
    pub input: Size,
    /// Before anti-aliased downsampling.
    pub output: Size,
    pub mult_adds: usize,
    /// Weights of the convolution or the classifier alone, as the V1 paper counts parameters.
    pub weights: usize,
    /// All that is learnt: biases, batch norms and layer scales too.
    pub parameters: usize,
}

/// What a layer computes.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Operation {
    Conv(LayerPath, Conv),
    /// The mean of every channel.
    Pool,
    Classifier,
}

/// The layers of `graph`, for one `resolution` x `resolution` picture.
pub(in crate::cli) fn layers(graph: &Graph, resolution: usize) -> Vec<Layer> {
    let costs = graph.costs(resolution);
    let convolutions = graph.layers().zip(costs.layers()).map(|((path, conv), (_, cost))| Layer {
        name: path.to_string(),
        operation: Operation::Conv(path, conv.clone()),
        input: square(cost.input_side, conv.in_channels),
        output: square(cost.side, conv.out_channels),
        mult_adds: cost.mult_adds,
        weights: conv.weights(),
        parameters: conv.parameters(),
    });
    let convolutions: Vec<_> = convolutions.collect();
    in_order(graph, convolutions, pool(graph, resolution), classifier(graph))
}

fn pool(graph: &Graph, resolution: usize) -> Layer {
    let costs = graph.costs(resolution);
    let maps = graph.layers().zip(costs.layers()).filter(|((path, _), _)| is_before_pool(*path));
    // The last layer that is not part of a squeeze-and-excite; a network has a stem at least.
    let last =
        maps.map(|((_, conv), (_, cost))| square(conv.sides(cost.input_side).1, conv.out_channels)).last();
    let input = last.unwrap_or(square(resolution, graph.in_channels()));
    Layer {
        name: "pool".into(),
        operation: Operation::Pool,
        input,
        output: square(1, input.c),
        mult_adds: 0,
        weights: 0,
        parameters: 0,
    }
}

fn is_before_pool(path: LayerPath) -> bool {
    match path {
        LayerPath::Stem => true,
        LayerPath::Block { part, .. } => !part.is_squeeze_excite(),
        LayerPath::Head { after_pool } => !after_pool,
    }
}

fn classifier(graph: &Graph) -> Layer {
    Layer {
        name: "classifier".into(),
        operation: Operation::Classifier,
        input: square(1, graph.features),
        output: square(1, graph.classes),
        mult_adds: graph.features * graph.classes,
        weights: graph.features * graph.classes,
        parameters: graph.classifier_parameters(),
    }
}

fn square(side: usize, channels: usize) -> Size {
    Size { h: side, w: side, c: channels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{FAMILIES, catalogue};

    #[test]
    fn the_rows_are_the_whole_network() {
        for variant in FAMILIES.iter().flat_map(|family| family.timm) {
            let graph = (variant.graph)(10);
            let layers = layers(&graph, 224);
            let pool = layers.iter().find(|layer| matches!(layer.operation, Operation::Pool)).unwrap();
            assert_eq!(pool.input.h, 7, "{}", variant.name);
            assert_eq!((layers[0].input.h, layers[1].input.h), (224, 112), "{}", variant.name);
            let sum = |count: fn(&Layer) -> usize| layers.iter().map(count).sum::<usize>();
            assert_eq!(sum(|layer| layer.mult_adds), graph.mult_adds(224), "{}", variant.name);
            assert_eq!(sum(|layer| layer.parameters), graph.parameters(), "{}", variant.name);
        }
    }

    #[test]
    fn squeeze_excite_works_on_one_position() {
        let graph = (FAMILIES[2].timm[0].graph)(10);
        let layers = layers(&graph, 224);
        let reduce = layers.iter().find(|layer| layer.name.ends_with("reduce")).unwrap();
        assert_eq!((reduce.input.h, reduce.output.h, reduce.mult_adds), (1, 1, reduce.weights));
        assert!(reduce.parameters > reduce.weights);
    }

    #[test]
    fn a_head_may_follow_the_pooling() {
        for (model, last) in [
            ("v2", ["head", "pool", "classifier"]),
            ("v3-large", ["pool", "head", "classifier"]),
            ("v1", ["block 12 pointwise", "pool", "classifier"]),
        ] {
            let (architecture, resolution) = catalogue::architecture(model, None).unwrap();
            let names: Vec<_> =
                layers(&architecture.graph, resolution).into_iter().map(|layer| layer.name).collect();
            assert_eq!(names[names.len() - 3..], last, "{model}");
        }
    }
}
