//! Tensors of a file by name, each with its shape checked and counted as used.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::error::LoadError;
use super::extra::{Extra, first_part};
use super::head::Order;
use super::outline::Outline;
use crate::models::architecture::Architecture;
use crate::terminal_text::printable;
use crate::weights::WeightFile;

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

/// Zeros at the end of a weight that no training leaves there: as many as fill several blocks of a disk.
const TRAILING_ZEROS: usize = 4096;

impl<'a> TensorRef<'a> {
    /// The [`values`](Self::values) of a filter or a matrix.
    ///
    /// A download that was cut, or a disk that lost its last blocks, leaves a file of the right length that ends in zeros,
    /// and safetensors has no checksum. Such a network would answer, wrongly.
    pub(super) fn weights(&self) -> Result<Cow<'a, [f32]>, LoadError> {
        let values = self.values()?;
        let zeros = values.iter().rev().take_while(|value| **value == 0.0).count();
        if zeros > 0 && (zeros == values.len() || zeros >= TRAILING_ZEROS) {
            return Err(LoadError::Zeros { name: self.name.clone(), zeros, count: values.len() });
        }
        Ok(values)
    }
}

/// Finds tensors of a file and remembers which were used.
pub(super) struct Reader<'a> {
    file: &'a WeightFile,
    outline: Outline<'a>,
    /// The library's names of the head's linear layers, the classifier last.
    head: Vec<String>,
    pub(super) claimed: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(architecture: &Architecture, file: &'a WeightFile) -> Self {
        let Architecture { graph, names, .. } = architecture;
        let hidden = graph.head.as_ref().and_then(|_| names.linear_head());
        let head = hidden.into_iter().chain([names.classifier.to_owned()]).collect();
        Self { file, outline: Outline::new(file, names), head, claimed: BTreeSet::new() }
    }

    /// The tensor that the library calls `name`; its shape must be `expected`.
    pub(super) fn claim(&mut self, name: &str, expected: &[usize]) -> Result<TensorRef<'a>, LoadError> {
        let name = self.name_in_file(name)?;
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

    /// The library's names behind the file's prefix; the head's linear layers, which people nest, in their order.
    fn name_in_file(&self, name: &str) -> Result<String, LoadError> {
        let (own, found) = (&self.head, &self.outline.head);
        let (layer, piece) = name.rsplit_once('.').unwrap_or((name, ""));
        let Some(index) = own.iter().position(|own| own == layer) else {
            return Ok(self.outline.name_in_file(name));
        };
        let names: Vec<_> = found.iter().map(|layer| layer.name.as_str()).collect();
        if found.len() < own.len() {
            return match &found[..] {
                [hidden] if index == 1 => {
                    Err(LoadError::Headless { layer: hidden.name.clone(), features: hidden.shape[0] })
                }
                _ => Ok(self.outline.name_in_file(name)),
            };
        }
        if self.outline.order == Order::SideBySide {
            return Err(LoadError::SeveralClassifiers { layers: quoted(&names) });
        }
        if found.len() > own.len() {
            let (layers, expected) = (quoted(&names), own.len());
            return Err(LoadError::HiddenLayers { count: found.len(), layers, expected });
        }
        Ok(format!("{}.{piece}", found[index].name))
    }

    /// Call last: a tensor that was not used is an error.
    pub(super) fn finish(&self) -> Result<(), LoadError> {
        let unread = || self.outline.tensors().filter(|name| !self.claimed.contains(*name));
        let layers = self.body();
        let place = |name: &str| Extra::of(name, self.outline.prefix(), |part| layers.contains(part));
        let Some(worst) = unread().map(place).max() else { return Ok(()) };
        if self.outline.prefixes.len() > 1 && self.outline.choice.is_none() {
            return Err(LoadError::SeveralNetworks { prefixes: quoted(&self.outline.prefixes) });
        }
        let example = unread().find(|name| place(name) == worst).unwrap_or_default().to_owned();
        Err(LoadError::Unread { count: unread().count(), example, place: worst })
    }

    /// First parts of the names of all layers but the head's linear ones.
    fn body(&self) -> BTreeSet<&str> {
        let (prefix, head) = (self.outline.prefix(), &self.outline.head);
        let is_of_head = |name: &str| {
            head.iter().any(|layer| name.strip_prefix(&layer.name).is_some_and(|rest| rest.starts_with('.')))
        };
        let body = self.claimed.iter().filter(|name| !is_of_head(name));
        body.filter_map(|name| name.strip_prefix(prefix)).map(first_part).collect()
    }
}

/// The most names that a message lists.
const SHOWN: usize = 4;

/// `a`, `b`, …
pub(super) fn quoted(names: &[&str]) -> String {
    let more = if names.len() > SHOWN { ", …" } else { "" };
    let quote = |name: &&str| if name.is_empty() { "none".into() } else { format!("`{}`", printable(name)) };
    let shown: Vec<_> = names.iter().take(SHOWN).map(quote).collect();
    shown.join(", ") + more
}
