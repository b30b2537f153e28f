//! Opens a Parquet file, and says what is wrong if it is none.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use parquet::errors::ParquetError;
use parquet::file::reader::SerializedFileReader;

use crate::guard;

const MAGIC: &[u8; 4] = b"PAR1";
const ENCRYPTED: &[u8; 4] = b"PARE";

/// Reads the footer of a file.
///
/// # Errors
/// If it is not a whole Parquet file, or an encrypted one.
pub(super) fn open(path: &Path) -> io::Result<SerializedFileReader<File>> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("is not a regular file; Parquet is read from its end"));
    }
    check_ends(&mut file)?;
    guard::catch(|| SerializedFileReader::new(file))
        .unwrap_or_else(|panic| Err(ParquetError::General(panic)))
        .map_err(|error| io::Error::other(format!("its footer is damaged: {}", text(&error))))
}

/// The footer is at the end, so a file that has been cut off has no columns that can be found.
fn check_ends(file: &mut File) -> io::Result<()> {
    let (mut first, mut last) = ([0; 4], [0; 4]);
    let length = file.seek(SeekFrom::End(0))?;
    if length >= 12 {
        file.rewind()?;
        file.read_exact(&mut first)?;
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut last)?;
    }
    let fault = match (&first, &last) {
        (MAGIC, MAGIC) => return Ok(()),
        (ENCRYPTED, _) | (_, ENCRYPTED) => "is an encrypted Parquet file, which mnet cannot read",
        (MAGIC, _) => "ends early: the footer of the Parquet file is missing",
        _ if length == 0 => "is empty, expected a Parquet file",
        _ => "is not a Parquet file",
    };
    Err(io::Error::other(fault))
}

/// What a fault of the library says, without what kind of fault it is.
pub(super) fn text(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => text.clone(),
        other => other.to_string(),
    }
}
