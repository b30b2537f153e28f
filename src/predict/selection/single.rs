//! Values of `--model` that name one checkpoint, whatever the other flags say.

use std::path::Path;

use super::error::SelectionError;
use super::source::Source;
use crate::models::catalogue;
use crate::weights::{FORMATS, is_index};

/// The checkpoint that `model` names, if it is `builtin`, a path, a repository or the full name of a
/// catalogue row.
///
/// # Errors
/// If it is a path that does not exist.
pub(super) fn single_checkpoint(model: &str) -> Result<Option<Source>, SelectionError> {
    if model == "builtin" {
        return Ok(Some(Source::BuiltIn));
    }
    let path = Path::new(model);
    let is_weights = is_weight_file(path);
    if path.is_dir() || is_weights && path.exists() {
        return Ok(Some(Source::Local(path.into())));
    }
    if is_weights || looks_like_path(model) {
        return Err(SelectionError::NoSuchPath(model.into()));
    }
    if model.contains('/') {
        return Ok(Some(Source::Hub(model.into())));
    }
    Ok(catalogue::checkpoints().find(|(_, row)| row.name() == model).map(|(_, row)| row.into()))
}

/// Whether the name is that of a weight file or of an index of weights.
fn is_weight_file(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_known = |extension| FORMATS.iter().any(|format| format.extensions.contains(&extension));
    is_index(path) || extension.is_some_and(is_known)
}

/// Whether it cannot be a repository: `owner/name` has one slash, and a revision after `@` may have more.
fn looks_like_path(model: &str) -> bool {
    model.starts_with(['.', '/', '~']) || model.matches('/').count() > 1 && !model.contains('@')
}
