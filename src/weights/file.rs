//! The bytes of a weight file: mapped from disk, part of the program, or in memory.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use super::error::Fault;

/// The largest file that is opened. The largest MobileNet checkpoint on the hub has 150 MB; the limit bounds
/// the time spent on checking a file.
const MAX_BYTES: u64 = 4 << 30;

/// The bytes of a whole weight file.
pub(super) enum Bytes {
    Mapped(Mmap),
    Static(&'static [u8]),
    Owned(Vec<u8>),
}

impl Bytes {
    /// Maps a regular file into memory.
    pub(super) fn map(path: &Path) -> Result<Self, Fault> {
        // Checked before opening, because opening a pipe waits for a writer, and after, because the path may
        // have been replaced in between.
        check(&fs::metadata(path)?)?;
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        check(&metadata)?;
        if metadata.len() == 0 {
            return Ok(Self::Static(&[]));
        }
        #[expect(unsafe_code, reason = "a mapping saves a copy of every weight")]
        // SAFETY: a mapping is sound as long as the file is not changed in place. Like every reader of mapped
        // weights we rely on files being replaced by renaming, as the hub's caches do; a file that is
        // truncated meanwhile ends the process with SIGBUS. The map is read-only, any byte value is valid,
        // and it is dropped as soon as the network has packed its weights (`Classifier::new` takes the
        // checkpoint).
        let mapped = unsafe { Mmap::map(&file) }?;
        Ok(Self::Mapped(mapped))
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
            Self::Mapped(mapped) => mapped,
            Self::Static(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

fn check(metadata: &Metadata) -> Result<(), Fault> {
    if metadata.is_dir() {
        Err(Fault::NotRegular { found: "a directory" })
    } else if !metadata.is_file() {
        Err(Fault::NotRegular { found: "a pipe, socket or device" })
    } else if metadata.len() > MAX_BYTES {
        Err(Fault::TooLarge { bytes: metadata.len(), limit: MAX_BYTES })
    } else {
        Ok(())
    }
}
