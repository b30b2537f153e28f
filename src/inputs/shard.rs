//! A share of the inputs, for one of several processes.

use std::path::Path;

use sha2::{Digest, Sha256};

/// One of several shares of all inputs. Each input belongs to exactly one of them, by its name alone, on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// Share `index` of `count`, counted from 0; `None` if there is no such share.
    pub fn new(index: u64, count: u64) -> Option<Self> {
        (index < count).then_some(Self { index, count })
    }

    /// Whether the input with this name belongs to the share. The first eight bytes of the SHA-256 of the name's bytes, as a
    /// big-endian number, modulo the count, are the index of its share.
    pub(super) fn includes(self, name: &Path) -> bool {
        let hash = Sha256::digest(name.as_os_str().as_encoded_bytes());
        let first = hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
        first % self.count == self.index
    }
}
