//! A restricted pickle machine: reads the dictionary of tensors that `torch.save` writes, and refuses
//! anything else.
//!
//! The code is ours because the libraries (`serde-pickle`, candle's reader) interpret any pickle as general
//! data: this one refuses by name every global that a dictionary of tensors does not need, and its costs are
//! bounded.
//!
//! A pickle is a program for a stack machine (Python's `pickletools` documents the opcodes). This machine has
//! no opcode that runs anything: a global is one of the few in `value::Global` or an error, and calling one
//! only builds a value.
//!
//! Time and memory are bounded for any program: it ends after `MAX_OPCODES` opcodes; each opcode adds at most
//! one value, one stack slot and one memo entry; values refer to each other by number, so none is copied or
//! dropped recursively; strings are slices of the input; and no number in the program decides how much is
//! allocated.

mod input;
mod machine;
mod rebuild;
mod state_dict;
mod value;

use machine::Machine;
pub(super) use value::{PickledTensor, Storage};

use super::error::Fault;

/// The names and tensors of the dictionary that the pickle builds, or of its entry `state_dict` if it has
/// one.
pub(super) fn read(pickle: &[u8]) -> Result<Vec<(&str, PickledTensor<'_>)>, Fault> {
    let mut machine = Machine::new(pickle);
    let dict = machine.run()?;
    state_dict::tensors(machine.values(), dict)
}
