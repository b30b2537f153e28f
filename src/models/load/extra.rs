//! Tensors that a network does not have: where they lie tells what they may be.

/// Where they lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extra {
    /// Beside the network, as far as names tell: answers may not need them.
    Aside,
    /// Before or after its layers: a step that is not computed here.
    Step,
    /// Within its layers: this is another network.
    Body,
}

/// Parts of the names of what only training needs.
const OF_TRAINING: [&str; 6] = ["aux", "metric", "criterion", "loss", "accuracy", "confmat"];

impl Extra {
    /// Of the tensor `name`, where `is_layer` says whether a first part is one of the network's, behind the `prefix` of all.
    pub(super) fn of(name: &str, prefix: &str, is_layer: impl Fn(&str) -> bool) -> Self {
        if name.strip_prefix(prefix).is_some_and(|own| is_layer(first_part(own))) {
            return Self::Body;
        }
        let name = name.to_lowercase();
        if OF_TRAINING.iter().any(|word| name.contains(word)) { Self::Aside } else { Self::Step }
    }
}

/// What stands before the first dot.
pub(super) fn first_part(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}
