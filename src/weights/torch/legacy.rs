//! What `torch.save` wrote before version 1.6, and still writes with `_use_new_zipfile_serialization=False`.
//!
//! Five pickles, one after the other: a magic number, the version of the format, facts about the machine, the
//! checkpoint, and the keys of its storages. The storages follow in the order of these keys: the number of
//! elements (i64), then the elements. There are no checksums.

use std::collections::HashMap;
use std::ops::Range;

use super::locate::{Stored, check_size, damaged, locate_all};
use crate::terminal_text::printable;
use crate::weights::dtype::Dtype;
use crate::weights::error::{Fault, Remedy, TORCH_CHECKPOINT};
use crate::weights::format::{Contents, Format};
use crate::weights::pickle::Pickle;
use crate::weights::source::Source;

/// The row in [`FORMATS`](crate::weights::FORMATS).
pub(in crate::weights) const FORMAT: Format =
    Format { name: TORCH_CHECKPOINT, extensions: &[], matches, index };

/// The number 0x1950a86a20f9469cfc6c (torch/serialization.py, `MAGIC_NUMBER`) as pickles spell it: LONG1, or
/// LONG in protocols 0 and 1.
const MAGIC_NUMBERS: [&[u8]; 2] =
    [b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", b"L119547037146038801333356L\n."];

/// PROTO with its number, and FRAME with its length, which protocols 4 and 5 write.
const PROTO: usize = 2;
const FRAME: usize = 9;

fn matches(start: &[u8]) -> bool {
    let is_magic = |at: usize| {
        start.get(at..).is_some_and(|rest| MAGIC_NUMBERS.iter().any(|magic| rest.starts_with(magic)))
    };
    is_magic(0) || start.first() == Some(&0x80) && (is_magic(PROTO) || is_magic(PROTO + FRAME))
}

/// Reads the whole file: the pickles do not say how long they are, and newer files come as zip files.
fn index(source: &Source) -> Result<Contents, Fault> {
    index_bytes(&source.read(0..source.len())?)
}

fn index_bytes(bytes: &[u8]) -> Result<Contents, Fault> {
    let mut rest = Rest { bytes, position: 0 };
    let [_magic, _version, machine] = [rest.pickle()?, rest.pickle()?, rest.pickle()?];
    if machine.flag("little_endian") == Some(false) {
        let reason = "expected little-endian numbers, found big-endian ones".to_owned();
        return Err(Fault::Unsupported { reason, remedy: Some(Remedy::SaveAgain) });
    }
    let checkpoint = rest.pickle()?;
    let keys = rest.pickle()?;
    let keys = keys.texts().ok_or_else(|| damaged("expected a list of the keys of its storages"))?;
    let dtypes: HashMap<&str, Dtype> =
        checkpoint.storages().map(|storage| (storage.key, storage.dtype)).collect();
    let mut storages = HashMap::new();
    for key in keys {
        let dtype = dtypes.get(key).ok_or_else(|| {
            let reason = format!("storage `{}` has a type of elements that is not read", printable(key));
            Fault::Unsupported { reason, remedy: Some(Remedy::SaveStateDict) }
        })?;
        storages.insert(key, rest.storage(key, *dtype)?);
    }
    if rest.position != bytes.len() {
        let more = bytes.len() - rest.position;
        return Err(damaged(format!("{more} bytes follow its last storage")));
    }
    locate_all(checkpoint.network()?, |storage, _| {
        let range = storages.get(storage.key);
        let range =
            range.ok_or_else(|| damaged(format!("it has no storage `{}`", printable(storage.key))))?;
        check_size(storage, range)?;
        Ok(Stored { range: range.clone(), checksum: None })
    })
}

/// The part of the file that has not been read.
struct Rest<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Rest<'a> {
    fn pickle(&mut self) -> Result<Pickle<'a>, Fault> {
        let pickle = Pickle::read(&self.bytes[self.position..])?;
        self.position += pickle.len;
        Ok(pickle)
    }

    /// Where the elements of the next storage are.
    fn storage(&mut self, key: &str, dtype: Dtype) -> Result<Range<usize>, Fault> {
        let cut = || damaged(format!("it ends within storage `{}`", printable(key)));
        let (count, rest) = self.bytes[self.position..].split_first_chunk().ok_or_else(cut)?;
        let count = usize::try_from(i64::from_le_bytes(*count)).ok();
        let len = count.and_then(|count| count.checked_mul(dtype.size())).filter(|len| *len <= rest.len());
        let start = self.position + size_of::<i64>();
        self.position = start + len.ok_or_else(cut)?;
        Ok(start..self.position)
    }
}
