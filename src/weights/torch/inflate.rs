//! Compressed zip files, as they come from unpacking a checkpoint and packing it again. Torch reads them too.

use std::io::{Cursor, Read, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::locate::damaged;
use crate::terminal_text::printable;
use crate::weights::error::Fault;

/// A file may unpack to this many bytes, and to this many times its own size. Weights hardly compress.
const FREE_BYTES: u64 = 64 << 20;
const MAX_RATIO: u64 = 16;

/// The same zip file, which has this many bytes, with every entry stored; `None` if all of them are.
pub(super) fn inflated<R>(zip: &mut ZipArchive<R>, bytes: usize) -> Result<Option<Vec<u8>>, Fault>
where
    R: Read + Seek,
{
    let is_compressed = |method| method != CompressionMethod::Stored;
    let is_stored = (0..zip.len()).all(|index| {
        zip.by_index_data(index).is_ok_and(|entry| !is_compressed(entry.compression()) || entry.encrypted())
    });
    if is_stored {
        return Ok(None);
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut stored = ZipWriter::new(Cursor::new(vec![]));
    let limit = FREE_BYTES + MAX_RATIO * bytes as u64;
    let mut left = limit;
    for index in 0..zip.len() {
        let name = zip.name_for_index(index).and_then(Result::ok).unwrap_or_default().into_owned();
        let reason =
            |error: &dyn std::fmt::Display| damaged(format!("entry `{}`: {error}", printable(&name)));
        let mut entry = zip.by_index(index).map_err(|error| reason(&error))?;
        // The size in the directory may be a lie, so what comes out is counted.
        let mut contents = vec![];
        entry.by_ref().take(left + 1).read_to_end(&mut contents).map_err(|error| reason(&error))?;
        left = left.checked_sub(contents.len() as u64).ok_or_else(|| {
            let reason = format!("expected a zip file that unpacks to at most {limit} bytes, found more");
            Fault::Unsupported { reason, remedy: None }
        })?;
        stored.start_file(name.as_str(), options).map_err(|error| reason(&error))?;
        stored.write_all(&contents).map_err(|error| reason(&error))?;
    }
    let stored = stored.finish().map_err(|error| damaged(error.to_string()))?;
    Ok(Some(stored.into_inner()))
}
