//! A network with the parts that people replace as a file has them: its head, and its input channels.
//!
//! All else is the table's decision. What a file cannot show is said in words.

use super::outline::{Linear, Outline};
use crate::models::architecture::Architecture;
use crate::models::spec::{Epilogue, Head};
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
    let is_wrapper = |part: &str| part.is_empty() || WRAPPERS.contains(&part);
    let unknown = !prefix.split('.').all(is_wrapper);
    let prefix =
        unknown.then(|| format!("`{prefix}` before the names of its tensors is taken for a wrapper"));
    let loss = outline.of_loss().map(|name| format!("`{name}` is taken for a part of the loss and ignored"));
    prefix.into_iter().chain(loss).collect()
}

fn fit_head(architecture: &mut Architecture, outline: &Outline) -> Vec<String> {
    let mut assumptions = Vec::new();
    let Some(classifier) = outline.head.last() else { return assumptions };
    if !outline.is_classifier(classifier) {
        assumptions
            .push(format!("`{}` is taken for its classifier, right after the pooling", classifier.name));
    }
    let graph = &mut architecture.graph;
    if architecture.names.linear_head().is_some() {
        match &outline.head[..] {
            [_] => {
                graph.features = graph.head.take().map_or(graph.features, |head| head.layer.in_channels);
            }
            [hidden, last] => {
                let own = [graph.features, IMAGENET];
                if let Some(head) = &mut graph.head {
                    fit_hidden(head, hidden);
                    graph.features = head.layer.out_channels;
                }
                if [graph.features, last.shape[0]] != own {
                    assumptions.push(HARD_SWISH.into());
                }
            }
            _ => {}
        }
    }
    graph.has_bias = classifier.has_bias;
    assumptions
}

/// Outputs of torchvision's own weights.
const IMAGENET: usize = 1000;

const HARD_SWISH: &str =
    "hard-swish is assumed in the hidden layer of its head: tensors cannot tell it from ReLU";

/// Width and bias of a hidden linear layer.
fn fit_hidden(head: &mut Head, hidden: &Linear) {
    head.layer.out_channels = hidden.shape[0];
    head.layer.epilogue = if hidden.has_bias { Epilogue::Bias } else { Epilogue::None };
}
