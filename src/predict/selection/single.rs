//! Values of `--model` that name one checkpoint, whatever the other flags say.

use std::fs;
use std::path::Path;

use super::error::SelectionError;
use super::source::Source;
use crate::weights::{is_index, is_weight_name};

/// The checkpoint that `model` names, if it is `builtin`, a path, a repository or the full name of a
/// catalogue row. A path that exists is never a repository, whatever it is called.
///
/// # Errors
/// If it is a path that does not exist.
pub(super) fn single_checkpoint(model: &str) -> Result<Option<Source>, SelectionError> {
    if model.eq_ignore_ascii_case("builtin") {
        return Ok(Some(Source::BuiltIn));
    }
    let path = Path::new(model);
    if path.exists() {
        return Ok(Some(Source::Local(path.into())));
    }
    if is_index(path) || is_weight_name(path) || looks_like_path(model) {
        return Err(SelectionError::NoSuchPath { path: model.into(), near: near(path) });
    }
    if model.contains('/') {
        return Ok(Some(Source::Hub(model.into())));
    }
    Ok(None)
}

/// Whether it cannot be a repository: `owner/name` has one slash, and a revision after `@` may have more.
fn looks_like_path(model: &str) -> bool {
    model.starts_with(['.', '/', '~']) || model.matches('/').count() > 1 && !model.contains('@')
}

/// A path that exists in the same folder and is called the same up to the case of letters and the ending, the first
/// in order.
fn near(path: &Path) -> Option<String> {
    let wanted = stem(path)?;
    let folder = path.parent()?;
    let entries = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let names = entries.ok()?.flatten().map(|entry| folder.join(entry.file_name()));
    let alike = names.filter(|name| stem(name).is_some_and(|stem| stem == wanted));
    alike.min().map(|name| name.display().to_string())
}

/// `model_best` of `runs/Model_Best.pth.tar`.
fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.to_lowercase();
    name.split('.').find(|part| !part.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("mnet-single-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_that_exists_is_local_whatever_its_ending() {
        let folder = folder("exists");
        for name in ["model_best.pth.tar", "last.ckpt", "a.PTH", "m.onnx", "weights", "model.h5"] {
            let path = folder.join(name);
            fs::write(&path, "x").unwrap();
            let source = single_checkpoint(path.to_str().unwrap());
            assert_eq!(source, Ok(Some(Source::Local(path))), "{name}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_with_the_ending_of_weights_is_no_repository() {
        for model in
            ["runs/model_best.pth.tar", "runs/last.CKPT", "a/b.safetensors", "x.onnx", "a/m.keras", "a/b/c"]
        {
            let error = single_checkpoint(model).unwrap_err();
            assert_eq!(error, SelectionError::NoSuchPath { path: model.into(), near: None }, "{model}");
        }
        for model in
            ["timm/mobilenetv3_large_100.ra_in1k", "owner/name@refs/pr/4", "google/mobilenet_v1_1.0_224"]
        {
            assert_eq!(single_checkpoint(model), Ok(Some(Source::Hub(model.into()))), "{model}");
        }
    }

    #[test]
    fn a_path_that_does_not_exist_gets_one_that_is_called_alike() {
        let folder = folder("near");
        let there = folder.join("Best.pth.tar");
        fs::write(&there, "x").unwrap();
        let near = |name: &str| match single_checkpoint(folder.join(name).to_str().unwrap()) {
            Err(SelectionError::NoSuchPath { near, .. }) => near,
            other => panic!("{other:?}"),
        };
        assert_eq!(near("best.pth"), Some(there.display().to_string()));
        assert_eq!(near("other.pth"), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
