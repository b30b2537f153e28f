//! Reading weight files: valid ones give the right tensors, all others an error that says what to do.
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test and names the line")]

mod assembler;
mod assets;
mod damaged;
mod files;
mod hostile;
mod magic;
mod networks;
mod opcodes;
mod safetensors;
mod sharded;
mod tensors;
mod training;

use mnet::cli::Hint;
use mnet::weights::{WeightFile, WeightsError};

/// Reads a weight file from bytes.
fn read(bytes: &[u8]) -> Result<WeightFile, WeightsError> {
    WeightFile::from_static(Vec::leak(bytes.to_vec()))
}

/// The error message for a weight file that must be refused.
fn message(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(_) => panic!("expected an error"),
        Err(error) => match error.hint() {
            Some(hint) => format!("{error}\n  try: {hint}"),
            None => error.to_string(),
        },
    }
}
