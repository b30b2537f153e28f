//! Reading weight files: sound ones give the right tensors, all others an error that says what to do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod assembler;
mod assets;
mod damaged;
mod files;
mod foreign;
mod hostile;
mod sharded;
mod tensors;

use mnet::weights::{WeightFile, WeightsError};

/// Read a weight file given as bytes.
fn read(bytes: &[u8]) -> Result<WeightFile, WeightsError> {
    WeightFile::from_static(Vec::leak(bytes.to_vec()))
}

/// The message of a weight file that must not be readable.
fn message(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(_) => panic!("it was read without an error"),
        Err(error) => match error.hint() {
            Some(hint) => format!("{error}\n  try: {hint}"),
            None => error.to_string(),
        },
    }
}
