//! Flags that have no effect in a run. A note on stderr names them, so that they are never ignored in silence.

use crate::cli::command_line::CommandLine;
use crate::cli::model_flags::ModelFlags;
use crate::predict::Features;
use crate::record::ModelInfo;
use crate::words::and_list;

/// The note about class names, which embeddings do not use.
pub(super) fn labels(model: &ModelFlags) -> Option<String> {
    model.labels().map(|_| "--labels changes nothing here: embeddings come before the classes".to_owned())
}

/// The note about a layer that is the same as the other one in this network.
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

/// The note about flags for pictures and networks that have no effect on saved embeddings. With `has_query`, the photos of
/// `--near` are still embedded.
pub(super) fn beside_saved(line: &CommandLine, has_query: bool) -> Option<String> {
    const SEARCHES: [&str; 5] = ["--glob", "--exclude", "--hidden", "--follow", "--max-depth"];
    const EMBEDS: [&str; 16] = [
        "--model",
        "--alpha",
        "--res",
        "--device",
        "--resize",
        "--crop-pct",
        "--interpolation",
        "--mean",
        "--std",
        "--draft",
        "--damaged",
        "--no-orient",
        "--batch",
        "--memory",
        "--timeout",
        "--fail-fast",
    ];
    let embeds = if has_query { &[][..] } else { &EMBEDS };
    let is_given = |flag: &&&str| match **flag {
        "--model" => line.has(&["--model", "-m"]),
        "--batch" => line.has(&["--batch", "-b"]),
        flag => line.has(&[flag]),
    };
    let given: Vec<_> = SEARCHES.iter().chain(embeds).filter(is_given).collect();
    if given.is_empty() {
        return None;
    }
    let verb = if given.len() == 1 { "changes" } else { "change" };
    Some(format!("{} {verb} nothing here: the embeddings are saved", and_list(&given)))
}
