//! A pickle machine that builds tensors and nothing else: it reads what `torch.save` writes, and finds the
//! dictionary of tensors that is a network.
//!
//! The code is ours because the libraries (`serde-pickle`, candle's reader) interpret any pickle as general
//! data: this one makes nothing but tensors, and its costs are bounded.
//!
//! A pickle is a program for a stack machine (Python's `pickletools` documents the opcodes). This machine has
//! no opcode that runs anything. Most globals (`argparse.Namespace`, `os.system`) are only remembered by
//! name, and calling one gives an object that knows nothing but this name: what training scripts keep beside
//! the weights is stepped over, and no tensor can come from it.
//!
//! Time and memory are bounded for any program: it ends after `MAX_OPCODES` opcodes and `MAX_NUMBERS` numbers; each adds at most
//! one value, one stack slot and one memo entry, but for copies of entries, which are counted; values refer to
//! each other by number, so none is copied or dropped recursively; strings are slices of the input; and no
//! number in the program decides how much is allocated.

mod global;
mod input;
mod literals;
mod machine;
mod network;
mod path;
mod program;
mod rebuild;
mod search;
mod value;

use machine::Machine;
pub(super) use network::Network;
pub(super) use value::{PickledTensor, Storage};

use super::error::Fault;
use value::{Id, Value};

/// A pickle that has been read.
pub(super) struct Pickle<'a> {
    values: Vec<Value<'a>>,
    result: Id,
    /// How many bytes it has.
    pub(super) len: usize,
}

impl<'a> Pickle<'a> {
    /// Reads the pickle that `bytes` start with.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut machine = Machine::new(bytes);
        let result = machine.run()?;
        Ok(Self { len: machine.input.position(), values: machine.values, result })
    }

    /// The tensors of the network in it.
    pub(super) fn network(&self) -> Result<Network<'a>, Fault> {
        network::choose(&self.values, self.result, &search::search(&self.values, self.result))
    }

    /// The storages that it names, also those of tensors outside the network.
    pub(super) fn storages(&self) -> impl Iterator<Item = &Storage<'a>> {
        self.values.iter().filter_map(|value| match value {
            Value::Storage(storage) => Some(storage),
            _ => None,
        })
    }

    /// The strings of the list that it is.
    pub(super) fn texts(&self) -> Option<Vec<&'a str>> {
        let Value::List(items) = &self.values[self.result] else { return None };
        let text = |item: &Id| if let Value::Text(text) = self.values[*item] { Some(text) } else { None };
        items.iter().map(text).collect()
    }

    /// The boolean under `key` in the dictionary that it is.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let Value::Dict(entries) = &self.values[self.result] else { return None };
        let is_key = |id: Id| matches!(self.values[id], Value::Text(text) if text == key);
        entries.iter().find(|[name, _]| is_key(*name)).and_then(|[_, value]| match self.values[*value] {
            Value::Bool(flag) => Some(flag),
            _ => None,
        })
    }
}
