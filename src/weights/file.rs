//! The bytes of a weight file: part of the program, or in memory.

use std::fmt;
use std::ops::Deref;
use std::path::Path;

use super::error::Fault;
use crate::small_file;

/// The largest file that is opened. The largest MobileNet checkpoint on the hub has 150 MB; the limit bounds the memory
/// and the time that a file can take.
const MAX_BYTES: u64 = 4 << 30;

/// The bytes of a whole weight file.
pub(super) enum Bytes {
    Static(&'static [u8]),
    Owned(Vec<u8>),
}

impl Bytes {
    /// Reads a regular file. A memory map would save the copy, but a file that is cut short while it is mapped ends the
    /// process with SIGBUS. The copy goes as soon as the network has packed its weights: `Classifier::new` takes the
    /// checkpoint.
    pub(super) fn read(path: &Path) -> Result<Self, Fault> {
        Ok(Self::Owned(small_file::read(path, MAX_BYTES)?))
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}
