//! The header of a page: a struct in Thrift's compact protocol.

/// The sizes that the header of a page claims, in bytes: of the page as it is used, and as it lies in the file. `None` if `bytes` do not
/// begin with such a header.
///
/// As in the library, fields may come in any order and in any form, and the last of several counts: a header must not claim one size here
/// and another size there.
pub(super) fn sizes(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut found = Sizes::default();
    // The sizes that were read count, even if a later field is damaged.
    let _ = found.read(bytes);
    Some((found.unpacked?, found.packed?))
}

#[derive(Default)]
struct Sizes {
    unpacked: Option<u64>,
    packed: Option<u64>,
}

impl Sizes {
    fn read(&mut self, mut bytes: &[u8]) -> Option<()> {
        let mut last = 0;
        while let Some((id, kind)) = field(&mut bytes, last)? {
            match id {
                // The type of the page, and a checksum.
                1 | 4 => drop(varint(&mut bytes)?),
                2 => self.unpacked = Some(size(&mut bytes)?),
                3 => self.packed = Some(size(&mut bytes)?),
                _ => pass(&mut bytes, kind, DEEPEST)?,
            }
            last = id;
        }
        Some(())
    }
}

/// How deep structs may lie in each other, as in the library.
const DEEPEST: u8 = 64;

/// A type of the protocol, as its number.
type Kind = u8;

/// The number and the type of the next field, after the field `last`; `Some(None)` at the end of the struct.
#[expect(clippy::option_option, reason = "a struct that ends is not one that is damaged")]
fn field(bytes: &mut &[u8], last: i64) -> Option<Option<(i64, Kind)>> {
    let first = byte(bytes)?;
    let (distance, kind) = (i64::from(first >> 4), first & 15);
    if kind == 0 {
        return Some(None);
    }
    let id = if distance == 0 { zigzag(varint(bytes)?) } else { last.checked_add(distance)? };
    Some(Some((id, kind)))
}

/// A number of bytes, in 32 bits. The library refuses negative ones.
fn size(bytes: &mut &[u8]) -> Option<u64> {
    // The library cuts longer numbers as well.
    let number = zigzag(varint(bytes)?) as i32;
    Some(number.try_into().unwrap_or(0))
}

fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Passes over a value.
fn pass(bytes: &mut &[u8], kind: Kind, depth: u8) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match kind {
        // A Boolean is stored in its type.
        1 | 2 => {}
        3 => drop(byte(bytes)?),
        4..=6 => drop(varint(bytes)?),
        7 => *bytes = bytes.get(8..)?,
        8 => {
            let length = varint(bytes)?;
            *bytes = bytes.get(usize::try_from(length).ok()?..)?;
        }
        12 => {
            while let Some((_, kind)) = field(bytes, 0)? {
                pass(bytes, kind, depth)?;
            }
        }
        // No header of a page has lists or maps.
        _ => return None,
    }
    Some(())
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

/// Takes a number from the front of `bytes`: seven bits in each byte, the lowest first. Like the library, it takes one of any length.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0_u32);
    loop {
        let next = byte(bytes)?;
        number |= u64::from(next & 0x7f).wrapping_shl(shift);
        if next & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length() {
        assert_eq!(varint(&mut &b"\x80\x01"[..]), Some(128));
        assert_eq!(varint(&mut &b"\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"[..]), Some(1));
        assert_eq!([varint(&mut &[0xff; 20][..]), varint(&mut &[0x80][..])], [None, None]);
    }

    #[test]
    fn sizes_in_every_form_of_a_header() {
        // A type, 2^31 - 1 bytes of 64, and the rest of a header.
        let usual = b"\x15\x00\x15\xfe\xff\xff\xff\x0f\x15\x80\x01\x2c\x15\x04\x15\x00\x00\x00";
        assert_eq!(sizes(usual), Some((0x7fff_ffff, 64)));
        // The numbers of the fields in full, the last one first.
        assert_eq!(sizes(b"\x05\x06\x80\x01\x05\x04\x08\x05\x02\x00\x00"), Some((4, 64)));
        // A struct with a string and a Boolean in it, then the size once more.
        let again = b"\x15\x00\x15\x08\x15\x80\x01\x2c\x18\x03abc\x11\x00\x05\x04\xfe\xff\xff\xff\x0f\x00";
        assert_eq!(sizes(again), Some((0x7fff_ffff, 64)));
        // What follows a fault changes nothing.
        assert_eq!(sizes(b"\x15\x00\x15\x08\x15\x80\x01\x2c\x18\xff"), Some((4, 64)));
        // Below 0, and one bit more than 32.
        assert_eq!(sizes(b"\x15\x00\x15\x01\x15\x80\x80\x80\x80\x20\x00"), Some((0, 0)));
        // Structs in structs without an end.
        let deep = [&b"\x5c"[..], &[0x1c; 1000]].concat();
        for other in [&b""[..], b"\x15\x00\x15\x08\x00", b"\xff\xd8\xff\xe0", &deep, b"\x59\x8c"] {
            assert_eq!(sizes(other), None, "{other:x?}");
        }
    }
}
