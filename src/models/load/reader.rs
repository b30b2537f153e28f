//! Tensors of a file by name, each with its shape checked and counted as used.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::error::LoadError;
use crate::weights::WeightFile;

/// Prefixes that wrappers add to every name: timm's transformers wrapper, `DataParallel`, `torch.compile`, Lightning.
const WRAPPERS: [&str; 4] = ["timm_model.", "module.", "_orig_mod.", "model."];

/// A tensor of the file whose name and shape are the network's.
#[derive(Debug)]
pub(super) struct TensorRef<'a> {
    file: &'a WeightFile,
    pub(super) name: String,
}

impl<'a> TensorRef<'a> {
    /// Its values, row-major.
    pub(super) fn values(&self) -> Result<Cow<'a, [f32]>, LoadError> {
        let values = self.file.f32(&self.name).transpose()?.unwrap_or_default();
        // No early exit, so that it vectorises.
        if values.iter().fold(true, |finite, value| finite & value.is_finite()) {
            Ok(values)
        } else {
            Err(LoadError::NotFinite { name: self.name.clone() })
        }
    }
}

/// Finds tensors of a file and remembers which were used.
pub(super) struct Reader<'a> {
    file: &'a WeightFile,
    prefix: &'static str,
    pub(super) claimed: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a WeightFile) -> Self {
        let is_prefix = |prefix: &&str| tensors(file).all(|name| name.starts_with(*prefix));
        let prefix = WRAPPERS.into_iter().find(is_prefix).unwrap_or("");
        Self { file, prefix, claimed: BTreeSet::new() }
    }

    /// The tensor `name`; its shape must be `expected`.
    pub(super) fn claim(&mut self, name: &str, expected: &[usize]) -> Result<TensorRef<'a>, LoadError> {
        let name = format!("{}{name}", self.prefix);
        let Some(tensor) = self.file.get(&name) else {
            let example = self.file.names().next().unwrap_or_default().to_owned();
            let count = self.file.names().count();
            return Err(LoadError::Missing { name, expected: expected.to_vec(), count, example });
        };
        if tensor.shape != expected {
            let (expected, found) = (expected.to_vec(), tensor.shape.to_vec());
            return Err(LoadError::Shape { name, expected, found });
        }
        self.claimed.insert(name.clone());
        Ok(TensorRef { file: self.file, name })
    }

    /// Call last: a tensor that was not used is an error.
    pub(super) fn finish(&self) -> Result<(), LoadError> {
        let mut unread = tensors(self.file).filter(|name| !self.claimed.contains(*name));
        match unread.next() {
            None => Ok(()),
            Some(example) => {
                let example = example.to_owned();
                Err(LoadError::Unread { count: 1 + unread.count(), example })
            }
        }
    }
}

/// Names of a file's tensors, without the counts of training steps that every batch norm has: inference ignores them.
fn tensors(file: &WeightFile) -> impl Iterator<Item = &str> {
    file.names().filter(|name| !name.ends_with("num_batches_tracked"))
}
