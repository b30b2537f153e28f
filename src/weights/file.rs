//! The bytes of a weight file: mapped from disk, part of the program, or made.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use super::Fault;

/// The largest file that is opened. The largest MobileNet checkpoint on the hub has 150 MB; the limit bounds the time
/// that checking a file can take.
const MAX_BYTES: u64 = 4 << 30;

/// The bytes of a whole weight file.
pub(super) enum Bytes {
    Mapped(Mmap),
    Static(&'static [u8]),
    Owned(Vec<u8>),
}

impl Bytes {
    /// Map a regular file into memory.
    pub(super) fn map(path: &Path) -> Result<Self, Fault> {
        // Before opening, as opening a pipe waits for a writer; and after, as the path may have got another file.
        check(&fs::metadata(path)?)?;
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        check(&metadata)?;
        if metadata.len() == 0 {
            return Ok(Self::Static(&[]));
        }
        #[expect(unsafe_code, reason = "a mapping saves a copy of every weight")]
        // SAFETY: a mapping is sound while nobody shortens or rewrites the file. Like every reader of weights we rely on
        // files being replaced by renaming, as the hub's caches do, and not changed in place. It is read-only, and holds
        // plain bytes, of which every value is valid.
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
