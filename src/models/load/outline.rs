//! Where a network lies in a file: what wrappers put before its names, and the linear layers at its end.

use crate::models::spec::LayerPath;
use crate::models::tensor_names::{LAYOUTS, TensorNames};
use crate::weights::WeightFile;

/// Last parts of the names of counters, which inference ignores: steps of batch norms, averaged models, operations as a
/// profiler counted them.
const COUNTERS: [&str; 4] = ["num_batches_tracked", "n_averaged", "total_ops", "total_params"];

/// Modules that compute a loss: their vectors, such as the weights of classes, are no part of the network.
const LOSSES: [&str; 5] = ["criterion", "loss", "loss_fn", "loss_func", "loss_function"];

/// A linear layer.
#[derive(Debug)]
pub(super) struct Linear {
    /// Prefix of weight and bias, without the dot.
    pub(super) name: String,
    /// Channels out and in.
    pub(super) shape: [usize; 2],
    pub(super) has_bias: bool,
}

/// A file as the parts of a network.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    file: &'a WeightFile,
    /// What stands before the network's own names; `None` if no tensor is called like a stem.
    pub(super) prefix: Option<&'a str>,
    /// The linear layers of the classifier, first to last; they are the only ones that a network of convolutions has.
    pub(super) head: Vec<Linear>,
}

impl<'a> Outline<'a> {
    /// The outline of a network in the layout `names`.
    pub(super) fn new(file: &'a WeightFile, names: &TensorNames) -> Self {
        Self::in_layouts(file, &[names])
    }

    /// The outline of a network in any layout.
    pub(super) fn of_any(file: &'a WeightFile) -> Self {
        Self::in_layouts(file, &LAYOUTS)
    }

    fn in_layouts(file: &'a WeightFile, layouts: &[&TensorNames]) -> Self {
        let stems: Vec<_> = layouts.iter().map(|names| (names.convolution)(LayerPath::Stem).weight).collect();
        let prefix = |name: &'a str| stems.iter().find_map(|stem| before(name, stem));
        let prefix = file.names().find_map(prefix);
        let mut head: Vec<_> = file.names().filter_map(|name| linear(file, name)).collect();
        // A layer beside the classifier, such as an auxiliary output, stays unread, which is an error.
        let is_classifier = |layer: &Linear| is_classifier(layer, prefix);
        if head.iter().any(is_classifier) {
            head.retain(is_classifier);
        }
        head.sort_by(|a, b| parts(&a.name).cmp(parts(&b.name)));
        Self { file, prefix, head }
    }

    /// Whether the head is where the libraries have it.
    pub(super) fn has_own_classifier(&self) -> bool {
        self.head.iter().all(|layer| is_classifier(layer, self.prefix))
    }

    /// Names of the tensors that must be the network's.
    pub(super) fn tensors(&self) -> impl Iterator<Item = &'a str> {
        let is_counter = |name: &str| COUNTERS.contains(&name.rsplit('.').next().unwrap_or_default());
        self.file.names().filter(move |name| !is_counter(name) && !is_of_loss(self.file, name))
    }

    /// Names of the tensors that belong to a loss.
    pub(super) fn of_loss(&self) -> impl Iterator<Item = &'a str> {
        self.file.names().filter(|name| is_of_loss(self.file, name))
    }

    /// Channels in of the stem of the layout `names`.
    pub(super) fn in_channels(&self, names: &TensorNames) -> Option<usize> {
        let stem = format!("{}{}", self.prefix?, (names.convolution)(LayerPath::Stem).weight);
        self.file.get(&stem)?.shape.get(1).copied()
    }
}

/// What stands before `own` in `name`: nothing, or a path that ends in a dot.
fn before<'a>(name: &'a str, own: &str) -> Option<&'a str> {
    name.strip_suffix(own).filter(|prefix| prefix.is_empty() || prefix.ends_with('.'))
}

/// Whether a layer is the libraries' `classifier`, or a part of it.
fn is_classifier(layer: &Linear, prefix: Option<&str>) -> bool {
    let own = layer.name.strip_prefix(prefix.unwrap_or_default());
    own.and_then(|own| own.split('.').next()) == Some("classifier")
}

/// The linear layer whose weight is called `name`.
fn linear(file: &WeightFile, name: &str) -> Option<Linear> {
    let layer = name.strip_suffix(".weight").filter(|_| !names_a_loss(name))?;
    let &[outputs, inputs] = file.get(name)?.shape else { return None };
    let has_bias = file.get(&format!("{layer}.bias")).is_some();
    (outputs > 0 && inputs > 0).then(|| Linear { name: layer.into(), shape: [outputs, inputs], has_bias })
}

/// A weight matrix in a loss may be the classifier itself, so only vectors count.
fn is_of_loss(file: &WeightFile, name: &str) -> bool {
    names_a_loss(name) && file.get(name).is_some_and(|tensor| tensor.shape.len() < 2)
}

fn names_a_loss(name: &str) -> bool {
    name.split('.').any(|part| LOSSES.contains(&part))
}

/// The parts of a name, numbers in the order of their values.
fn parts(name: &str) -> impl Iterator<Item = (Option<u64>, &str)> {
    name.split('.').map(|part| (part.parse().ok(), part))
}
