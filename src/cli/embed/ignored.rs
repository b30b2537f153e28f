//! Flags that change nothing in a run: they are named on stderr, never passed over in silence.

use crate::cli::command_line::CommandLine;
use crate::cli::model_flags::ModelFlags;
use crate::predict::Features;
use crate::record::ModelInfo;
use crate::words::and_list;

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

/// What to say of flags of pictures and networks, in a search among saved embeddings. `has_query` if it embeds photos.
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
