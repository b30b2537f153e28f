//! The members of a tar by their headers, in all dialects: V7, ustar, GNU and pax.

use std::path::PathBuf;

use super::super::reading::damage;
use super::blocks::Blocks;
use super::pax::Pax;
use super::sparse::Map;
use crate::inputs::list;
use crate::record::ItemError;

/// The most bytes of a long name or of pax records. Linux has names of 4 KiB, and attributes of 64 KiB.
const MOST_BYTES: u64 = 1 << 20;

/// One member.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: PathBuf,
    pub(super) kind: Kind,
    /// Its size, once it is unpacked.
    pub(super) size: u64,
    /// Its bytes in the tar.
    stored: u64,
    map: Option<Map>,
}

/// What a member is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// A link to another member or file.
    Link {
        is_symbolic: bool,
        target: PathBuf,
    },
    /// Neither a picture nor a name of one: a directory, a device.
    Other,
}

/// The members of a tar, one after another.
pub(super) struct Entries {
    blocks: Blocks,
    /// The pax records that apply to all later members.
    global: Pax,
}

impl Entries {
    pub(super) fn new(blocks: Blocks) -> Self {
        Self { blocks, global: Pax::default() }
    }

    /// The next member; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, ItemError> {
        let (mut long_name, mut long_target, mut records) = (None, None, None);
        while let Some(header) = self.blocks.header()? {
            match header.entry_type().as_byte() {
                b'L' => long_name = Some(self.text(&header)?),
                b'K' => long_target = Some(self.text(&header)?),
                b'x' => records = Some(self.content(&header)?),
                b'g' => {
                    let content = self.content(&header)?;
                    self.global = extended(std::mem::take(&mut self.global), &content)?.for_all();
                }
                _ => {
                    let pax = extended(self.global.clone(), records.as_deref().unwrap_or_default())?;
                    return self.entry(&header, long_name, long_target, &pax).map(Some);
                }
            }
        }
        if long_name.is_none() && long_target.is_none() && records.is_none() {
            return Ok(None);
        }
        Err(damage("ends after the name of a member: members may be missing"))
    }

    fn entry(
        &mut self,
        header: &tar::Header,
        long_name: Option<Vec<u8>>,
        long_target: Option<Vec<u8>>,
        pax: &Pax,
    ) -> Result<Entry, ItemError> {
        let own = |key: &str| pax.get(key).map(<[u8]>::to_vec);
        let name = own("GNU.sparse.name").or_else(|| own("path")).or(long_name);
        let name = name.unwrap_or_else(|| header.path_bytes().into_owned());
        let target = own("linkpath").or(long_target);
        let target = target.or_else(|| Some(header.link_name_bytes()?.into_owned())).unwrap_or_default();
        let path = |bytes| list::path(bytes).map_err(|error| ItemError::from(&error));
        let kind = match header.entry_type().as_byte() {
            // V7 has no type for directories.
            b'0' | b'\0' if name.ends_with(b"/") => Kind::Other,
            b'0' | b'\0' | b'7' | b'S' => Kind::File,
            b'1' | b'2' => {
                Kind::Link { is_symbolic: header.entry_type().is_symlink(), target: path(target)? }
            }
            _ => Kind::Other,
        };
        // The size of a link is that of its target, and the size of a directory that of a disk.
        let has_content = !b"123456".contains(&header.entry_type().as_byte());
        let size = pax.number("size").map_err(|reason| damage(format!("has a member whose {reason}")))?;
        let mut stored = match size {
            _ if !has_content => 0,
            Some(size) => size,
            None => size_of(header)?,
        };
        self.blocks.begin(stored)?;
        let map = match header.as_gnu().filter(|_| header.entry_type().is_gnu_sparse()) {
            Some(gnu) => Some(Map::of_gnu(gnu, stored, &mut self.blocks)?),
            None if kind == Kind::File => Map::of_pax(pax, &mut stored, &mut self.blocks)?,
            None => None,
        };
        let size = map.as_ref().map_or(stored, |map| map.size);
        Ok(Entry { name: path(name)?, kind, size, stored, map })
    }

    /// The bytes of the last member. If it is sparse, they are more than it stores.
    ///
    /// # Errors
    /// If the tar is damaged.
    pub(super) fn read(&mut self, entry: &Entry) -> Result<Vec<u8>, ItemError> {
        let stored = self.blocks.read(entry.stored)?;
        Ok(match &entry.map {
            Some(map) => map.expanded(&stored),
            None => stored,
        })
    }

    /// Compares the checksum of the compressed data that the last bytes came from, if it has one.
    ///
    /// # Errors
    /// If it is wrong, or cannot be reached.
    pub(super) fn check(&mut self) -> Result<(), ItemError> {
        self.blocks.check()
    }

    /// The content of a long name, without the zero byte at its end.
    fn text(&mut self, header: &tar::Header) -> Result<Vec<u8>, ItemError> {
        let mut text = self.content(header)?;
        text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
        Ok(text)
    }

    /// The content of a header that describes the next member.
    fn content(&mut self, header: &tar::Header) -> Result<Vec<u8>, ItemError> {
        let size = size_of(header)?;
        if size > MOST_BYTES {
            return Err(damage(format!("has a header of {size} bytes; the limit is {MOST_BYTES}")));
        }
        self.blocks.begin(size)?;
        self.blocks.read(size)
    }
}

/// The size in a header. An empty field is 0: `tar --label` leaves it empty.
fn size_of(header: &tar::Header) -> Result<u64, ItemError> {
    if header.as_old().size.iter().all(|byte| b" \0".contains(byte)) {
        return Ok(0);
    }
    header.entry_size().map_err(|_| damage("has a member whose size is not a number"))
}

fn extended(pax: Pax, content: &[u8]) -> Result<Pax, ItemError> {
    pax.extended(content).ok_or_else(|| damage("has pax records that are malformed"))
}
