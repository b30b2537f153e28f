//! Layers, pooling and classifier in the order in which they run.

use crate::models::Graph;

/// What belongs to each layer, to the pooling and to the classifier, in the order in which they run.
pub(super) fn in_order<T>(graph: &Graph, mut layers: Vec<T>, pool: T, classifier: T) -> Vec<T> {
    let after_pool = usize::from(graph.head.as_ref().is_some_and(|head| head.after_pool));
    layers.insert(layers.len() - after_pool, pool);
    layers.push(classifier);
    layers
}
