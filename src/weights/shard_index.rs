//! The index of a checkpoint in several files: JSON that maps each tensor to the file beside it that holds
//! it.
//!
//! `huggingface_hub` writes it as `model.safetensors.index.json` or `pytorch_model.bin.index.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::error::{Fault, WeightsError};
use crate::regular_file;
use crate::terminal_text::printable;

/// How the name of an index ends.
const SUFFIX: &str = ".index.json";

/// The largest index that is read; one with 8000 tensors is below 1 MB.
const MAX_BYTES: u64 = 16 << 20;

/// The most files of one model.
const MAX_SHARDS: usize = 256;

#[derive(Deserialize)]
struct ShardIndex {
    /// Tensor name to file name.
    weight_map: BTreeMap<String, String>,
}

/// Whether `path` has the name of an index.
pub fn is_index(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(SUFFIX))
}

/// The name of the index of a file called `model-00001-of-00002.safetensors`: `model.safetensors.index.json`.
pub fn index_of_shard(name: &str) -> Option<String> {
    let (rest, ending) = name.rsplit_once('.')?;
    let (rest, count) = rest.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let is_number = |digits: &str| digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_one_of_several = is_number(number) && is_number(count) && count.parse() != Ok(1);
    is_one_of_several.then(|| format!("{stem}.{ending}{SUFFIX}"))
}

/// The error for one of several files on its own.
pub(super) fn alone(path: &Path) -> Option<Fault> {
    let name = index_of_shard(path.file_name()?.to_str()?).filter(|_| path.is_file())?;
    let index = path.with_file_name(name);
    Some(Fault::Shard { exists: index.exists(), index: index.display().to_string() })
}

/// The names of the files that the index at `path` lists, sorted. Each is a plain file name without a
/// directory.
///
/// # Errors
/// If the file cannot be read or is not a valid index.
pub fn shards(path: &Path) -> Result<BTreeSet<String>, WeightsError> {
    Ok(read(path)?.into_values().collect())
}

/// The file name of each tensor.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, WeightsError> {
    let error = |fault| WeightsError { file: path.display().to_string(), fault };
    let bytes = regular_file::read(path, MAX_BYTES).map_err(|source| error(source.into()))?;
    let ShardIndex { weight_map } =
        serde_json::from_slice(&bytes).map_err(|error| damaged(path, printable(&error.to_string())))?;
    if weight_map.is_empty() {
        return Err(error(Fault::NoTensors));
    }
    let count = weight_map.values().collect::<BTreeSet<_>>().len();
    if count > MAX_SHARDS {
        let reason = format!("it lists {count} files; at most {MAX_SHARDS} are read");
        return Err(error(Fault::Unsupported { reason, remedy: None }));
    }
    match weight_map.values().find(|shard| !is_plain(shard)) {
        Some(shard) => Err(damaged(path, format!("`{}` is not a plain file name", printable(shard)))),
        None => Ok(weight_map),
    }
}

/// Whether a name is safe in a path and in a URL: letters, digits and `-_.`, not hidden, and not an index
/// itself.
fn is_plain(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.bytes().all(is_allowed) && !name.starts_with('.') && !name.is_empty() && !name.ends_with(SUFFIX)
}

/// The error for an index that contradicts itself or its files.
pub(super) fn damaged(path: &Path, reason: String) -> WeightsError {
    let fault = Fault::Damaged { format: "index of weights", reason };
    WeightsError { file: path.display().to_string(), fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_told_by_its_name() {
        let cases = [
            ("model-00001-of-00002.safetensors", Some("model.safetensors.index.json")),
            ("pytorch_model-00002-of-00002.bin", Some("pytorch_model.bin.index.json")),
            ("model.fp16-00001-of-00003.safetensors", Some("model.fp16.safetensors.index.json")),
            ("model-00001-of-00001.safetensors", None),
            ("model.ckpt.data-00000-of-00001", None),
            ("epoch-1-of-3.pth", None),
            ("model.safetensors", None),
        ];
        for (name, index) in cases {
            assert_eq!(index_of_shard(name).as_deref(), index, "{name}");
        }
    }
}
