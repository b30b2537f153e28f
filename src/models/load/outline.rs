//! Where a network lies in a file: what wrappers put before its names, and the linear layers at its end.

use super::head::{Linear, Order, in_order};
use crate::models::spec::LayerPath;
use crate::models::tensor_names::{LAYOUTS, TensorNames};
use crate::weights::{Candidate, WeightFile, is_average_name, prefer_average};

/// Last parts of the names of counters, which inference ignores: steps of batch norms, averaged models, operations as a
/// profiler counted them.
const COUNTERS: [&str; 4] = ["num_batches_tracked", "n_averaged", "total_ops", "total_params"];

/// Modules that compute a loss: their vectors, such as the weights of classes, are no part of the network.
const LOSSES: [&str; 5] = ["criterion", "loss", "loss_fn", "loss_func", "loss_function"];

/// How the file's names differ from the library's.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    /// What stands before them.
    prefix: &'a str,
    /// What they lack: the body's own name, where the body alone became part of another module.
    cut: &'static str,
}

/// A file as the parts of a network.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    file: &'a WeightFile,
    /// Where its layers are; `None` if no tensor is called like a stem.
    place: Option<Place<'a>>,
    /// What stands before the names of every network in the file.
    pub(super) prefixes: Vec<&'a str>,
    /// Which of them is taken, and why, if they are several and one is the moving average.
    pub(super) choice: Option<(&'a str, &'static str)>,
    /// The linear layers of the classifier, first to last; they are the only ones that a network of convolutions has.
    pub(super) head: Vec<Linear>,
    pub(super) order: Order,
}

impl<'a> Outline<'a> {
    /// The outline of a network in the layout `names`; of other files, nothing.
    pub(super) fn new(file: &'a WeightFile, names: &TensorNames) -> Self {
        let outline = Self::place(file, &[names]);
        if outline.has_stem() { outline.with_head() } else { outline }
    }

    /// The outline of a network in any layout; of other files, all linear layers.
    pub(super) fn of_any(file: &'a WeightFile) -> Self {
        Self::place(file, &LAYOUTS).with_head()
    }

    fn place(file: &'a WeightFile, layouts: &[&TensorNames]) -> Self {
        let prefixes = layouts.iter().map(|names| whole(file, names)).find(|found| !found.is_empty());
        let prefixes = prefixes.unwrap_or_default();
        let choice = if prefixes.len() > 1 { prefer(file, &prefixes) } else { None };
        let prefix = choice.map(|(prefix, _)| prefix).or(prefixes.first().copied());
        let whole = prefix.map(|prefix| Place { prefix, cut: "" });
        let place = whole.or_else(|| layouts.iter().find_map(|names| body(file, names)));
        Self { file, place, prefixes, choice, head: Vec::new(), order: Order::default() }
    }

    fn with_head(mut self) -> Self {
        let own = self.file.names().filter(|name| self.is_own(name));
        let mut head: Vec<_> = own.filter_map(|name| linear(self.file, name)).collect();
        // A layer beside the classifier, such as an auxiliary output, stays unread, which is an error.
        if head.iter().any(|layer| self.is_classifier(layer)) {
            head.retain(|layer| self.is_classifier(layer));
        }
        (self.head, self.order) = in_order(head);
        self
    }

    /// Whether the file has the network's first layer.
    pub(super) fn has_stem(&self) -> bool {
        self.place.is_some()
    }

    /// What stands before the library's names.
    pub(super) fn prefix(&self) -> &'a str {
        self.place.map_or("", |place| place.prefix)
    }

    /// The file's name for what the library calls `own`.
    pub(super) fn name_in_file(&self, own: &str) -> String {
        let Place { prefix, cut } = self.place.unwrap_or(Place { prefix: "", cut: "" });
        format!("{prefix}{}", own.strip_prefix(cut).unwrap_or(own))
    }

    /// Whether a layer is the libraries' `classifier`, or a part of it.
    pub(super) fn is_classifier(&self, layer: &Linear) -> bool {
        let own = layer.name.strip_prefix(self.prefix());
        own.and_then(|own| own.split('.').next()) == Some("classifier")
    }

    /// Names of the tensors that must be the network's.
    pub(super) fn tensors(&self) -> impl Iterator<Item = &'a str> {
        let is_counter = |name: &str| COUNTERS.contains(&name.rsplit('.').next().unwrap_or_default());
        self.file
            .names()
            .filter(move |name| self.is_own(name) && !is_counter(name) && !is_of_loss(self.file, name))
    }

    /// Whether a name is not that of another network, from which this one was chosen.
    fn is_own(&self, name: &str) -> bool {
        self.choice.is_none_or(|(chosen, _)| owner(name, &self.prefixes).is_none_or(|owner| owner == chosen))
    }

    /// Names of the tensors that belong to a loss.
    pub(super) fn of_loss(&self) -> impl Iterator<Item = &'a str> {
        self.file.names().filter(|name| is_of_loss(self.file, name))
    }

    /// Channels in of the stem of the layout `names`.
    pub(super) fn in_channels(&self, names: &TensorNames) -> Option<usize> {
        let stem = self.name_in_file(&(names.convolution)(LayerPath::Stem).weight);
        self.file.get(&stem)?.shape.get(1).copied()
    }
}

/// What stands before the library's names, for every network in the file.
fn whole<'a>(file: &'a WeightFile, names: &TensorNames) -> Vec<&'a str> {
    let stem = (names.convolution)(LayerPath::Stem).weight;
    file.names().filter_map(|name| before(name, &stem)).collect()
}

/// The longest of the prefixes that a name has.
fn owner<'a>(name: &str, prefixes: &[&'a str]) -> Option<&'a str> {
    prefixes.iter().copied().filter(|prefix| name.starts_with(prefix)).max_by_key(|prefix| prefix.len())
}

/// The one to use of several networks.
fn prefer<'a>(file: &WeightFile, prefixes: &[&'a str]) -> Option<(&'a str, &'static str)> {
    // Counters do not make a network larger.
    let is_tensor = |name: &str| file.get(name).is_some_and(|tensor| !tensor.shape.is_empty());
    let is_of = |name: &str, network| owner(name, prefixes) == Some(network) && is_tensor(name);
    let candidate = |&network: &&'a str| Candidate {
        network,
        is_average: is_average_name(network),
        tensors: file.names().filter(|name| is_of(name, network)).count(),
    };
    prefer_average(&prefixes.iter().map(candidate).collect::<Vec<_>>())
}

/// A network whose body has another name: `backbone = mobilenet.features`. The stem has the shortest path.
fn body<'a>(file: &'a WeightFile, names: &TensorNames) -> Option<Place<'a>> {
    let stem = (names.convolution)(LayerPath::Stem).weight;
    let stem = stem.strip_prefix(names.body).filter(|_| !names.body.is_empty())?;
    let prefixes = file.names().filter_map(|name| before(name, stem));
    let prefix = prefixes.min_by_key(|prefix| prefix.matches('.').count())?;
    Some(Place { prefix, cut: names.body })
}

/// What stands before `own` in `name`: nothing, or a path that ends in a dot.
fn before<'a>(name: &'a str, own: &str) -> Option<&'a str> {
    name.strip_suffix(own).filter(|prefix| prefix.is_empty() || prefix.ends_with('.'))
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
