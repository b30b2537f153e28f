//! Weights in several files: an index in JSON says which of the files beside it holds which tensor.
//!
//! `huggingface_hub` writes `model.safetensors.index.json` and `pytorch_model.bin.index.json` so.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::file::Bytes;
use super::{Fault, WeightFile, WeightsError};
use crate::terminal_text::printable;

/// How the names of such files end.
const ENDING: &str = ".index.json";

/// The largest index that is read; one of 8000 tensors has less than 1 MB.
const MAX_BYTES: u64 = 16 << 20;

/// The most files of one model.
const MAX_SHARDS: usize = 256;

#[derive(Deserialize)]
struct Index {
    /// Tensor to file.
    weight_map: BTreeMap<String, String>,
}

/// Whether `path` is named as an index is.
pub fn is_index(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(ENDING))
}

/// Names of the files that the index at `path` lists, sorted. Each is a plain name, no way out of the folder.
///
/// # Errors
/// If it is no index.
pub fn shards(path: &Path) -> Result<BTreeSet<String>, WeightsError> {
    Ok(read(path)?.into_values().collect())
}

/// Opens every file of the index at `path`. The tensors in them are those of the index, each where it says.
pub(super) fn open(path: &Path) -> Result<WeightFile, WeightsError> {
    let places = read(path)?;
    let shards: BTreeSet<_> = places.values().collect();
    let mut whole = WeightFile { parts: vec![], index: BTreeMap::new() };
    for shard in shards {
        let file = WeightFile::open_one(&path.with_file_name(shard)).map_err(|error| missing(error, path))?;
        for (tensor, (_, entry)) in file.index {
            let place = places.get(&tensor);
            if place != Some(shard) {
                let (tensor, shard) = (printable(&tensor), printable(shard));
                let instead = place.map_or("nowhere".into(), |place| format!("in `{}`", printable(place)));
                return Err(damaged(path, format!("`{shard}` holds `{tensor}`, which it places {instead}")));
            }
            whole.index.insert(tensor, (whole.parts.len(), entry));
        }
        whole.parts.extend(file.parts);
    }
    match places.iter().find(|(tensor, _)| !whole.index.contains_key(*tensor)) {
        None => Ok(whole),
        Some((tensor, shard)) => {
            let (tensor, shard) = (printable(tensor), printable(shard));
            Err(damaged(path, format!("it places `{tensor}` in `{shard}`, which does not hold it")))
        }
    }
}

/// File of each tensor.
fn read(path: &Path) -> Result<BTreeMap<String, String>, WeightsError> {
    let error = |fault| WeightsError { file: path.display().to_string(), fault };
    let bytes = Bytes::map(path).map_err(error)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(error(Fault::TooLarge { bytes: bytes.len() as u64, limit: MAX_BYTES }));
    }
    let Index { weight_map } =
        serde_json::from_slice(&bytes).map_err(|error| damaged(path, printable(&error.to_string())))?;
    if weight_map.is_empty() {
        return Err(error(Fault::NoTensors));
    }
    let count = weight_map.values().collect::<BTreeSet<_>>().len();
    if count > MAX_SHARDS {
        let reason = format!("it lists {count} files; at most {MAX_SHARDS} are read");
        return Err(error(Fault::Unsupported { reason }));
    }
    match weight_map.values().find(|shard| !is_plain(shard)) {
        Some(shard) => Err(damaged(path, format!("`{}` is no plain name of a file", printable(shard)))),
        None => Ok(weight_map),
    }
}

/// A name fit for a path and an address: of letters, digits and `-_.`, not hidden, and no index itself.
fn is_plain(name: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.bytes().all(is_fit) && !name.starts_with('.') && !name.is_empty() && !name.ends_with(ENDING)
}

/// Says of a file that is not there who wants it.
fn missing(error: WeightsError, index: &Path) -> WeightsError {
    match error.fault {
        Fault::Io(source) if source.kind() == ErrorKind::NotFound => {
            let index = index.file_name().unwrap_or_default().to_string_lossy().into_owned();
            WeightsError { file: error.file, fault: Fault::MissingShard { index } }
        }
        fault => WeightsError { file: error.file, fault },
    }
}

fn damaged(path: &Path, reason: String) -> WeightsError {
    let fault = Fault::Damaged { format: "index of weights", reason };
    WeightsError { file: path.display().to_string(), fault }
}
