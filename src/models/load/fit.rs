//! A network with the parts that people replace as a file has them: its head, and its input channels.
//!
//! All else is the table's decision. What a file cannot show is said in words.

use super::head::Order;
use super::outline::Outline;
use super::reader::quoted;
use crate::models::architecture::Architecture;
use crate::models::spec::{Epilogue, Graph};
use crate::models::tensor_names::TensorNames;
use crate::terminal_text::printable;
use crate::weights::WeightFile;

/// Modules that wrap a network and leave its answers as they are: `DataParallel`, `torch.compile`, Lightning and other
/// trainers, timm's wrapper in transformers.
const WRAPPERS: [&str; 7] = ["module", "_orig_mod", "model", "net", "network", "backbone", "timm_model"];

/// Outputs of the classifier in `file`, in any layout; `None` if it has no linear layer.
pub fn classifier_outputs(file: &WeightFile) -> Option<usize> {
    Outline::of_any(file).head.last().map(|layer| layer.shape[0])
}

/// Whether `file` has the first layer of a network, in any layout.
pub fn has_stem(file: &WeightFile) -> bool {
    Outline::of_any(file).has_stem()
}

/// Names that people give to classifiers.
const CLASSIFIERS: [&str; 7] = ["classifier", "fc", "head", "linear", "last_linear", "logits", "output"];

/// The weight of a classifier that is a 1 x 1 convolution, if the file has one.
pub fn convolution_as_classifier(file: &WeightFile) -> Option<String> {
    let is_meant = |name: &&str| {
        let is_convolution = file.get(name).is_some_and(|tensor| matches!(tensor.shape, [_, _, 1, 1]));
        let mut parts = name.split('.');
        is_convolution && name.ends_with(".weight") && parts.any(|part| CLASSIFIERS.contains(&part))
    };
    file.names().find(is_meant).map(printable)
}

/// `architecture` with the head and the input channels of `file`, and what had to be assumed: one clause each.
///
/// A part that the graph cannot express stays as it is, so that loading names the difference.
pub fn fit(mut architecture: Architecture, file: &WeightFile) -> (Architecture, Vec<String>) {
    let outline = Outline::new(file, architecture.names);
    let mut assumptions = dropped(&outline);
    // The loader refuses most numbers of channels by name.
    if let Some(channels) = outline.in_channels(architecture.names).filter(|count| (1..=16).contains(count)) {
        architecture.graph.stem.in_channels = channels;
    }
    assumptions.extend(fit_head(&mut architecture, &outline));
    (architecture, assumptions)
}

/// What is left out of the file.
fn dropped(outline: &Outline) -> Vec<String> {
    let prefix = outline.prefix();
    if let Some((chosen, reason)) = outline.choice {
        let (all, chosen) = (quoted(&outline.prefixes), quoted(&[chosen]));
        let choice = format!("of the networks under the names {all}, {chosen} is used ({reason})");
        return [choice].into_iter().chain(of_loss(outline)).collect();
    }
    let is_wrapper = |part: &str| part.is_empty() || WRAPPERS.contains(&part);
    let unknown = !prefix.split('.').all(is_wrapper);
    let prefix = unknown
        .then(|| format!("`{}` before the names of its tensors is taken for a wrapper", printable(prefix)));
    prefix.into_iter().chain(of_loss(outline)).collect()
}

fn of_loss(outline: &Outline) -> Option<String> {
    let mut of_loss = outline.of_loss();
    of_loss.next().map(|first| match (printable(first), of_loss.count()) {
        (first, 0) => format!("`{first}` is taken for a part of the loss and ignored"),
        (first, more) => format!("`{first}` and {more} more are taken for parts of the loss and ignored"),
    })
}

fn fit_head(architecture: &mut Architecture, outline: &Outline) -> Vec<String> {
    let Some(classifier) = outline.head.last() else { return Vec::new() };
    let place = (!outline.is_classifier(classifier)).then(|| {
        format!("`{}` is taken for its classifier, right after the pooling", printable(&classifier.name))
    });
    let Architecture { graph, names, .. } = architecture;
    let hidden = fit_hidden_layer(graph, names, outline);
    graph.has_bias = classifier.has_bias;
    place.into_iter().chain(hidden).collect()
}

/// Outputs of torchvision's own weights.
const IMAGENET: usize = 1000;

/// Whether torchvision makes a hidden layer of `found` channels for a body like that of `own`: several widths have the same
/// body, and their hidden layers differ by two steps of eight at most.
fn is_own_width(found: usize, own: usize) -> bool {
    found.is_multiple_of(8) && found.abs_diff(own) <= 16
}

/// torchvision's V3, whose hidden layer is a part of the classifier: it may have any width, or be missing.
fn fit_hidden_layer(graph: &mut Graph, names: &TensorNames, outline: &Outline) -> Vec<String> {
    let (Some(own), Some(head)) = (names.linear_head(), graph.head.as_mut()) else { return Vec::new() };
    match &outline.head[..] {
        [layer] => {
            let is_named_hidden = layer.name == outline.name_in_file(&own);
            // The library's own hidden layer gives features: it stays, and loading misses the classifier.
            if is_named_hidden && is_own_width(layer.shape[0], graph.features) {
                head.layer.out_channels = layer.shape[0];
                return Vec::new();
            }
            graph.features = head.layer.in_channels;
            graph.head = None;
            let note = || {
                format!("`{}` is taken for its classifier, right after the pooling", printable(&layer.name))
            };
            is_named_hidden.then(note).into_iter().collect()
        }
        [hidden, classifier] => {
            let is_own = [hidden.shape[0], classifier.shape[0]] == [graph.features, IMAGENET];
            head.layer.epilogue = if hidden.has_bias { Epilogue::Bias } else { Epilogue::None };
            head.layer.out_channels = hidden.shape[0];
            graph.features = hidden.shape[0];
            let activation = || {
                "hard-swish is assumed in the hidden layer of its head: tensors cannot tell it from ReLU"
                    .to_owned()
            };
            let order = || {
                let (hidden, classifier) = (printable(&hidden.name), printable(&classifier.name));
                format!(
                    "`{hidden}` is taken for the hidden layer and `{classifier}` for the classifier: shapes allow both"
                )
            };
            let by_name = (outline.order == Order::ByName).then(order);
            (!is_own).then(activation).into_iter().chain(by_name).collect()
        }
        // As many as loading refuses by name.
        _ => Vec::new(),
    }
}
