//! Flags that change nothing in a run: they are named on stderr, never passed over in silence.

use crate::cli::model_flags::ModelFlags;
use crate::predict::Features;
use crate::record::ModelInfo;

/// What to say of names of classes.
pub(super) fn labels(model: &ModelFlags) -> Option<String> {
    model.labels().map(|_| "--labels changes nothing here: embeddings come before the classes".to_owned())
}

/// What to say of a layer that is the other one by another name.
pub(super) fn layer(asked: Features, model: &ModelInfo) -> Option<String> {
    let is_other = model.embedding.is_some_and(|embedding| embedding.layer != asked.layer);
    let name = &model.name;
    is_other.then(|| {
        format!(
            "--layer {} changes nothing here: in {name} the pooling is right before the classifier",
            asked.layer.name()
        )
    })
}
