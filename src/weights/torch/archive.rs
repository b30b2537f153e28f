//! The zip files that `torch.save` writes since version 1.6.
//!
//! `ROOT/data.pkl` is the pickle; `ROOT/data/KEY` holds the elements of storage KEY; `ROOT/byteorder` their
//! byte order. Torch stores entries without compression, so tensors are read where they are; a file that
//! another program has compressed is unpacked first.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufReader;

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::inflate::inflated;
use super::locate::{Stored, check_size, damaged, locate_all};
use crate::terminal_text::printable;
use crate::weights::error::{Fault, Remedy, TORCH_CHECKPOINT};
use crate::weights::foreign;
use crate::weights::format::{Contents, Format};
use crate::weights::pickle::{Pickle, Storage};
use crate::weights::source::{Reader, Source};

/// The row in [`FORMATS`](crate::weights::FORMATS).
pub(in crate::weights) const FORMAT: Format =
    Format { name: TORCH_CHECKPOINT, extensions: &["bin", "pth", "pt", "ckpt"], matches, index };

/// The signature of a zip file's first entry.
fn matches(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04")
}

fn index(source: &Source) -> Result<Contents, Fault> {
    let mut archive = TorchArchive::open(source)?;
    let Some(unpacked) = inflated(&mut archive.zip, source.len())? else { return archive.index() };
    let unpacked = Source::Memory(unpacked);
    let contents = TorchArchive::open(&unpacked)?.index()?;
    Ok(Contents { unpacked: Some(unpacked), ..contents })
}

/// The directory of `data.pkl`, with its slash.
fn root(names: &[impl AsRef<str>]) -> Result<String, Fault> {
    let pickles = names.iter().filter_map(|name| name.as_ref().strip_suffix("data.pkl"));
    let mut roots = pickles.filter(|root| root.ends_with('/'));
    if let (Some(root), None) = (roots.next(), roots.next()) {
        return Ok(root.to_owned());
    }
    let found = "a zip file without exactly one entry `*/data.pkl`".to_owned();
    Err(Fault::Foreign { expected: FORMAT.description(), found, remedy: Remedy::Unpack })
}

/// The zip file, and what has been found in it so far.
struct TorchArchive<'a> {
    source: &'a Source,
    zip: ZipArchive<BufReader<Reader<'a>>>,
    /// The directory that holds every entry, with its slash.
    root: String,
    /// Storages found so far; several tensors may share one.
    storages: HashMap<String, Stored>,
    /// Size of the file less that of the entries read so far.
    unread: usize,
}

impl<'a> TorchArchive<'a> {
    /// Reads the directory of the zip file.
    fn open(source: &'a Source) -> Result<Self, Fault> {
        // Not detected: torch adds a zip64 record even where no size needs one, and detection goes wrong on it if
        // ROOT has 21 characters.
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let reader = BufReader::new(source.reader());
        let zip = ZipArchive::with_config(config, reader).map_err(zip_fault)?;
        if zip.has_duplicate_names() {
            return Err(damaged("two entries of the zip file have the same name"));
        }
        let names = zip.file_names().filter_map(Result::ok).collect::<Vec<_>>();
        if let Some((found, remedy)) = foreign::zip_of(&names) {
            return Err(Fault::Foreign { expected: FORMAT.description(), found, remedy });
        }
        let root = root(&names)?;
        Ok(Self { source, zip, root, storages: HashMap::new(), unread: source.len() })
    }

    fn index(mut self) -> Result<Contents, Fault> {
        self.check_byte_order()?;
        let pickle = self.read("data.pkl")?;
        let network = Pickle::read(&pickle)?.network()?;
        locate_all(network, |storage, is_whole| self.storage(storage, is_whole))
    }

    /// Torch has written this entry since version 2.1. A file without it is taken to be little-endian, as all
    /// but those from big-endian machines are.
    fn check_byte_order(&mut self) -> Result<(), Fault> {
        let name = format!("{}byteorder", self.root);
        if self.zip.index_for_name_raw(name.as_bytes()).is_none() {
            return Ok(());
        }
        match &*self.read("byteorder")? {
            b"little" => Ok(()),
            other => {
                let found = printable(&String::from_utf8_lossy(other));
                let reason = format!("expected byte order `little`, found `{found}`");
                Err(Fault::Unsupported { reason, remedy: Some(Remedy::SaveAgain) })
            }
        }
    }

    /// The contents of an entry, verified.
    fn read(&mut self, name: &str) -> Result<Cow<'a, [u8]>, Fault> {
        let stored = self.entry(name)?;
        self.verify(name, &stored)?;
        Ok(self.source.read(stored.range)?)
    }

    /// Where the contents of an entry are in the file.
    fn entry(&mut self, name: &str) -> Result<Stored, Fault> {
        let shown = printable(name);
        let full_name = format!("{}{name}", self.root);
        let index = self.zip.index_for_name_raw(full_name.as_bytes());
        let index = index.ok_or_else(|| damaged(format!("its zip file has no entry `{shown}`")))?;
        let entry = self.zip.by_index_data(index).map_err(zip_fault)?;
        let (size, stored_size) = (entry.size() as usize, entry.compressed_size() as usize);
        if entry.compression() != CompressionMethod::Stored || entry.encrypted() {
            let reason = format!("expected plain entries in its zip file, found `{shown}` encrypted");
            return Err(Fault::Unsupported { reason, remedy: None });
        }
        // Entries do not overlap, so together they cannot be larger than the file.
        let unread = self.unread.checked_sub(size).filter(|_| size == stored_size);
        self.unread = unread.ok_or_else(|| {
            damaged(format!("entry `{shown}` claims {size} bytes, more than the file has left"))
        })?;
        let entry = self.zip.by_index(index).map_err(zip_fault)?;
        let checksum = Some(entry.crc32());
        let start = entry.data_start().and_then(|start| usize::try_from(start).ok());
        start
            .and_then(|start| Some(start..start.checked_add(size)?))
            .filter(|range| range.end <= self.source.len())
            .map(|range| Stored { range, checksum })
            .ok_or_else(|| damaged(format!("entry `{shown}` ends after the file")))
    }

    /// Compares the contents of an entry with its checksum.
    fn verify(&self, name: &str, stored: &Stored) -> Result<(), Fault> {
        match stored.checksum {
            Some(expected) if self.source.crc32(stored.range.clone())? != expected => {
                Err(damaged(format!("entry `{}` fails its checksum", printable(name))))
            }
            _ => Ok(()),
        }
    }

    /// Where the elements of a storage are in the file. Its checksum is verified here unless all of it is one tensor.
    fn storage(&mut self, storage: &Storage<'_>, is_whole: bool) -> Result<Stored, Fault> {
        let name = format!("data/{}", storage.key);
        let mut stored = match self.storages.remove(storage.key) {
            Some(stored) => stored,
            None => self.entry(&name)?,
        };
        check_size(storage, &stored.range)?;
        if !is_whole {
            self.verify(&name, &stored)?;
            stored.checksum = None;
        }
        self.storages.insert(storage.key.to_owned(), stored.clone());
        Ok(stored)
    }
}

fn zip_fault(error: ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(reason) => {
            let reason = format!("torch does not write such zip files: {reason}");
            Fault::Unsupported { reason, remedy: None }
        }
        error => damaged(format!("its zip directory cannot be read ({error}); it was probably cut off")),
    }
}
