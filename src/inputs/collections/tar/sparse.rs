//! Sparse members: only the bytes that are not zero are stored, after a map of where they belong. GNU tar writes the map in four
//! ways: into the header (its own format), and as versions 0.0, 0.1 and 1.0 of the pax format.

use std::io;

use super::super::reading::damage;
use super::blocks::{BLOCK, Blocks};
use super::pax::Pax;
use crate::record::ItemError;

/// The most pieces of a map.
const MOST_PIECES: usize = 1 << 16;

/// The most bytes of a map in lines: numbers of 20 digits.
const LONGEST_MAP: usize = MOST_PIECES * 2 * 21;

/// Where the stored bytes of a member belong.
#[derive(Debug)]
pub(super) struct Map {
    /// Offset and length of each piece, in order.
    pieces: Vec<(u64, u64)>,
    /// The size of the member.
    pub(super) size: u64,
}

impl Map {
    /// The map in a header of GNU's own format, and in the blocks that continue it.
    pub(super) fn of_gnu(
        header: &tar::GnuHeader,
        stored: u64,
        blocks: &mut Blocks,
    ) -> Result<Self, ItemError> {
        let mut pieces = vec![];
        add(&mut pieces, &header.sparse)?;
        let mut goes_on = header.is_extended();
        while goes_on {
            let mut more = tar::GnuExtSparseHeader::new();
            blocks.prolong();
            more.as_mut_bytes().copy_from_slice(&blocks.read(BLOCK as u64)?);
            add(&mut pieces, &more.sparse)?;
            goes_on = more.is_extended();
        }
        Self::checked(pieces, stored, header.real_size().map_err(|_| malformed())?)
    }

    /// The map of a pax header, or at the beginning of the `stored` bytes, from which it is taken away; `None` if the member is not
    /// sparse.
    pub(super) fn of_pax(
        pax: &Pax,
        stored: &mut u64,
        blocks: &mut Blocks,
    ) -> Result<Option<Self>, ItemError> {
        let number =
            |key| pax.number(key).map_err(|reason| damage(format!("has a sparse member whose {reason}")));
        let size = number("GNU.sparse.realsize")?.or(number("GNU.sparse.size")?);
        let Some(size) = size else { return Ok(None) };
        let numbers = if number("GNU.sparse.major")? == Some(1) {
            numbers_before(stored, blocks)?
        } else if let Some(map) = pax.get("GNU.sparse.map") {
            map.split(|byte| *byte == b',').map(parse).collect::<Result<_, _>>()?
        } else {
            let (offsets, lengths) = (pax.all("GNU.sparse.offset"), pax.all("GNU.sparse.numbytes"));
            let pairs = offsets.zip(lengths).flat_map(|(offset, length)| [parse(offset), parse(length)]);
            pairs.collect::<Result<_, _>>()?
        };
        let pieces = numbers.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(0)));
        Self::checked(pieces.collect(), *stored, size).map(Some)
    }

    /// Pieces are in order, apart from each other, and within the size; together they are what is stored.
    fn checked(pieces: Vec<(u64, u64)>, stored: u64, size: u64) -> Result<Self, ItemError> {
        let mut end = 0;
        for (offset, length) in &pieces {
            let next = offset.checked_add(*length).filter(|next| *offset >= end && *next <= size);
            end = next.ok_or_else(malformed)?;
        }
        let total: u64 = pieces.iter().map(|(_, length)| length).sum();
        if total == stored { Ok(Self { pieces, size }) } else { Err(malformed()) }
    }

    /// The member, of all its `stored` bytes.
    pub(super) fn expanded(&self, stored: &[u8]) -> Vec<u8> {
        let mut whole = vec![0; self.size as usize];
        let mut rest = stored;
        for (offset, length) in &self.pieces {
            let (piece, after) = rest.split_at(*length as usize);
            whole[*offset as usize..][..piece.len()].copy_from_slice(piece);
            rest = after;
        }
        whole
    }
}

fn add(pieces: &mut Vec<(u64, u64)>, headers: &[tar::GnuSparseHeader]) -> Result<(), ItemError> {
    for piece in headers.iter().filter(|piece| !piece.is_empty()) {
        let range = |piece: &tar::GnuSparseHeader| io::Result::Ok((piece.offset()?, piece.length()?));
        pieces.push(range(piece).map_err(|_| malformed())?);
    }
    if pieces.len() > MOST_PIECES { Err(malformed()) } else { Ok(()) }
}

/// Version 1.0: lines before the stored bytes, padded to whole blocks. The first is the number of pieces.
fn numbers_before(stored: &mut u64, blocks: &mut Blocks) -> Result<Vec<u64>, ItemError> {
    let (mut text, mut lines, mut count) = (vec![], 0, None);
    while count.is_none_or(|count| lines <= count) {
        *stored = stored.checked_sub(BLOCK as u64).ok_or_else(malformed)?;
        let block = blocks.read(BLOCK as u64)?;
        lines += memchr::memchr_iter(b'\n', &block).count();
        text.extend(block);
        if count.is_none() {
            // The first line, of one number, lies in the first block.
            let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let pieces = usize::try_from(parse(first)?).ok().filter(|pieces| *pieces <= MOST_PIECES);
            count = Some(pieces.ok_or_else(malformed)? * 2);
        } else if text.len() > LONGEST_MAP {
            return Err(malformed());
        }
    }
    text.split(|byte| *byte == b'\n').skip(1).take(count.unwrap_or(0)).map(parse).collect()
}

fn parse(digits: &[u8]) -> Result<u64, ItemError> {
    str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).ok_or_else(malformed)
}

fn malformed() -> ItemError {
    damage("has a sparse member whose map is malformed")
}
