//! Sizes in all their spellings, and those that only claim to be large.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use super::{END, TarFile, entry, header, pax, told, with};
use crate::inputs::MemberOptions;

#[test]
fn a_large_member_is_stepped_over() {
    let size = 10_u64 << 30;
    // A hole in a file takes no space.
    let file = TarFile::new(header(b"large.jpg", tar::EntryType::Regular, size).as_bytes());
    let mut end = File::options().write(true).open(file.path()).unwrap();
    end.seek(SeekFrom::Start(512 + size)).unwrap();
    end.write_all(&entry(b"a.jpg", tar::EntryType::Regular, b"A")).unwrap();
    end.write_all(&END).unwrap();
    let large = "large.jpg!has 10737418240 bytes; the limit is 1073741824";
    assert_eq!(file.told(MemberOptions::default()), [large, "a.jpg=A"]);
    assert_eq!(file.told(with(|options| options.names_only = true)), [large, "a.jpg="]);
}

#[test]
fn a_volume_label_has_no_size() {
    let label = |kind: u8, size: &[u8; 12]| {
        let mut header = header(b"weekly", tar::EntryType::new(kind), 0);
        header.as_old_mut().size = *size;
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    let file = entry(b"a.jpg", tar::EntryType::Regular, b"A");
    for (kind, size) in [(b'V', [0; 12]), (b'V', [b' '; 12]), (b'0', *b"           \0")] {
        let name = if kind == b'V' { &[][..] } else { &["weekly="] };
        let expected = [name, &["a.jpg=A"]].concat();
        assert_eq!(told(&[&label(kind, &size)[..], &file, &END].concat()), expected, "{size:?}");
    }
    let found = told(&[&label(b'0', b"x          \0")[..], &file, &END].concat());
    assert_eq!(found, ["!has a member whose size is not a number"]);
}

#[test]
fn claims_take_no_memory() {
    for (kind, name) in [
        (tar::EntryType::GNULongName, "long name"),
        (tar::EntryType::GNULongLink, "long link"),
        (tar::EntryType::XHeader, "pax"),
        (tar::EntryType::XGlobalHeader, "global pax"),
    ] {
        let found = told(header(b"x", kind, 5 << 30).as_bytes());
        assert_eq!(found, ["!has a header of 5368709120 bytes; the limit is 1048576"], "{name}");
    }
    let found = told(header(b"a.jpg", tar::EntryType::Regular, 1 << 30).as_bytes());
    assert_eq!(found, ["!ends early, after byte 512: members may be missing"]);
    let found = told(header(b"a.txt", tar::EntryType::Regular, u64::MAX >> 1).as_bytes());
    assert_eq!(found, ["!ends early, after byte 512: members may be missing"]);
    let found = told(header(b"a.txt", tar::EntryType::Regular, u64::MAX).as_bytes());
    assert_eq!(found, ["!has a member of an impossible size"]);
    // -1024 in base 256.
    let mut negative = header(b"a.jpg", tar::EntryType::Regular, 0);
    negative.as_old_mut().size = *b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfc\0";
    negative.set_cksum();
    assert_eq!(told(negative.as_bytes()), ["!has a member of an impossible size"]);
}

#[test]
fn sizes_of_pax_and_in_base_256() {
    let small = entry(b"a.jpg", tar::EntryType::Regular, b"A");
    let mut binary = small.clone();
    // 1, with the bit for numbers in base 256.
    binary[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let mut header = tar::Header::from_byte_slice(&binary[..512]).clone();
    header.set_cksum();
    binary[..512].copy_from_slice(header.as_bytes());
    assert_eq!(told(&[&binary, &END[..]].concat()), ["a.jpg=A"]);
    let mut unsized_member = small;
    let mut header = tar::Header::from_byte_slice(&unsized_member[..512]).clone();
    header.set_size(0);
    header.set_cksum();
    unsized_member[..512].copy_from_slice(header.as_bytes());
    let bytes = [&pax(&[("size", "1")]), &unsized_member, &END[..]].concat();
    assert_eq!(told(&bytes), ["a.jpg=A"]);
    let bytes = [&pax(&[("size", "x")]), &unsized_member, &END[..]].concat();
    assert_eq!(told(&bytes), ["!has a member whose `size` is `x`, not a number"]);
}

/// A sparse member in GNU's own format: "AB" at 3, then "C" at 8, of 10 bytes.
fn sparse(size: u64, pieces: &[(u64, u64)], content: &[u8]) -> Vec<u8> {
    let octal = |number: u64| format!("{number:011o}\0");
    let mut bytes = entry(b"s.jpg", tar::EntryType::GNUSparse, content);
    for (place, (offset, length)) in pieces.iter().enumerate() {
        let at = 386 + place * 24;
        bytes[at..at + 12].copy_from_slice(octal(*offset).as_bytes());
        bytes[at + 12..at + 24].copy_from_slice(octal(*length).as_bytes());
    }
    bytes[483..495].copy_from_slice(octal(size).as_bytes());
    let mut header = tar::Header::from_byte_slice(&bytes[..512]).clone();
    header.set_cksum();
    bytes[..512].copy_from_slice(header.as_bytes());
    bytes
}

#[test]
fn sparse_members_get_their_zeros_back() {
    let next = entry(b"a.jpg", tar::EntryType::Regular, b"A");
    let expected = ["s.jpg=\0\0\0AB\0\0\0C\0", "a.jpg=A"];
    let gnu = sparse(10, &[(3, 2), (8, 1), (10, 0)], b"ABC");
    assert_eq!(told(&[&gnu, &next, &END[..]].concat()), expected);
    let stored = entry(b"GNUSparseFile.1/s.jpg", tar::EntryType::Regular, b"ABC");
    let name = ("GNU.sparse.name", "s.jpg");
    let old = pax(&[name, ("GNU.sparse.size", "10"), ("GNU.sparse.map", "3,2,8,1")]);
    assert_eq!(told(&[&old, &stored, &next, &END[..]].concat()), expected);
    let oldest = pax(&[
        ("path", "s.jpg"),
        ("GNU.sparse.size", "10"),
        ("GNU.sparse.offset", "3"),
        ("GNU.sparse.numbytes", "2"),
        ("GNU.sparse.offset", "8"),
        ("GNU.sparse.numbytes", "1"),
    ]);
    assert_eq!(told(&[&oldest, &stored, &next, &END[..]].concat()), expected);
    let newest = pax(&[name, ("GNU.sparse.major", "1"), ("GNU.sparse.realsize", "10")]);
    let mut content = b"2\n3\n2\n8\n1\n".to_vec();
    content.resize(512, 0);
    content.extend(b"ABC");
    let stored = entry(b"GNUSparseFile.1/s.jpg", tar::EntryType::Regular, &content);
    assert_eq!(told(&[&newest, &stored, &next, &END[..]].concat()), expected);
}

#[test]
fn maps_that_do_not_fit_are_refused() {
    let malformed = "!has a sparse member whose map is malformed";
    for pieces in [&[(8, 3)][..], &[(8, 1), (3, 2)], &[(3, 2)], &[(0, 2), (1, 1)]] {
        assert_eq!(told(&sparse(10, pieces, b"ABC")), [malformed], "{pieces:?}");
    }
    let large = told(&[&sparse(5 << 30, &[(0, 3)], b"ABC"), &END[..]].concat());
    assert_eq!(large, ["s.jpg!has 5368709120 bytes; the limit is 1073741824"]);
    let newest = pax(&[("GNU.sparse.major", "1"), ("GNU.sparse.realsize", "10")]);
    let stored = entry(b"s.jpg", tar::EntryType::Regular, &[b'9'; 600]);
    assert_eq!(told(&[newest, stored].concat()), [malformed]);
}
