//! Opens a Parquet file, or says why it cannot be read as one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::SchemaDescriptor;

use super::super::reading::{damage, torn};
use super::source::Source;
use crate::record::ItemError;
use crate::{guard, pixels};

const MAGIC: &[u8] = b"PAR1";
const ENCRYPTED: &[u8] = b"PARE";

/// Bytes at the beginning of a file that say what it is, if it is not Parquet.
const START: u64 = 512;

/// A file whose footer has been read.
pub(super) struct ParquetFile {
    file: Arc<File>,
    metadata: ParquetMetaData,
}

impl ParquetFile {
    pub(super) fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    pub(super) fn schema(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    pub(super) fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.row_groups()
    }

    /// The pages of column `leaf` of row group `group`, and what they are read from.
    ///
    /// # Errors
    /// If the footer contradicts itself.
    pub(super) fn pages(&self, group: usize, leaf: usize) -> Result<(SerializedPageReader<Source>, Source)> {
        let group = &self.groups()[group];
        let source = Source::new(Arc::clone(&self.file));
        let rows = usize::try_from(group.num_rows())?;
        let pages = SerializedPageReader::new(Arc::new(source.clone()), group.column(leaf), rows, None)?;
        Ok((pages, source))
    }
}

/// Reads the footer of a file.
///
/// # Errors
/// If it is not a whole Parquet file, or an encrypted one.
pub(super) fn open(path: &Path) -> std::result::Result<ParquetFile, ItemError> {
    let file = File::open(path).and_then(|file| Ok((ends(&file)?, file)));
    let ((first, last), file) = file.map_err(|error| ItemError::from(&error))?;
    check(&first, &last)?;
    let metadata = guard::catch(|| ParquetMetaDataReader::new().parse_and_finish(&file))
        .unwrap_or_else(|panic| Err(ParquetError::General(panic)))
        .map_err(|_| torn("has a damaged footer, so that no row can be read"))?;
    Ok(ParquetFile { file: Arc::new(file), metadata })
}

/// The first bytes of a file, and the last four.
fn ends(mut file: &File) -> io::Result<(Vec<u8>, Vec<u8>)> {
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("is not a regular file; Parquet is read from its end"));
    }
    let (mut first, mut last) = (vec![], vec![]);
    file.take(START).read_to_end(&mut first)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(4)))?;
    file.take(4).read_to_end(&mut last)?;
    Ok((first, last))
}

/// The error for a file that does not begin and end as Parquet does. The footer is at the end, so without the end of a file nothing of it
/// can be found.
fn check(first: &[u8], last: &[u8]) -> std::result::Result<(), ItemError> {
    let is_parquet = first.starts_with(MAGIC);
    if first.starts_with(ENCRYPTED) || last == ENCRYPTED {
        let error = ItemError::io("is encrypted, which mnet cannot read");
        return Err(ItemError { kind: "unsupported", ..error });
    }
    match (first, last) {
        ([], _) => Err(damage("is empty, not a Parquet file")),
        _ if is_parquet && last == MAGIC => Ok(()),
        _ if is_parquet => Err(torn("ends early: its footer is missing, so that no row can be read")),
        _ => {
            let (kind, hint) = pixels::describe(first);
            Err(ItemError { hint, ..damage(format!("is not a Parquet file: {kind}")) })
        }
    }
}
