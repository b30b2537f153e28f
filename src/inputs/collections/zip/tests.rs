//! Zips as they come, and hostile ones.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::reading::MemberOptions;
use super::super::testing::{Found, names};
use crate::inputs::{Patterns, Shard};

const STORED: CompressionMethod = CompressionMethod::Stored;
const DEFLATED: CompressionMethod = CompressionMethod::Deflated;

/// A zip with these members.
fn zip(members: &[(&str, CompressionMethod, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    for (name, method, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(*method);
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn found(content: &[u8], options: MemberOptions) -> Vec<Found> {
    super::super::testing::found("x.zip", content, options)
}

fn found_all(content: &[u8]) -> Vec<Found> {
    found(content, MemberOptions::default())
}

/// A zip of three pictures, and where the bytes `from` begin in it.
fn three() -> Vec<u8> {
    zip(&[("a.jpg", STORED, b"first"), ("b.jpg", DEFLATED, &[b'x'; 1000]), ("c.jpg", STORED, b"third")])
}

/// `bytes` with the last occurrence of `from` replaced; both have the same length.
fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8], which: usize) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut places = (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from));
    let at = places.nth(which).unwrap();
    drop(places);
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn pictures_are_chosen_as_in_a_directory_and_keep_their_order() {
    let members: Vec<_> = [
        "folder/",
        "z.jpg",
        "folder/a.PNG",
        "notes.txt",
        "noending",
        ".hidden.jpg",
        "__MACOSX/._z.jpg",
        "__MACOSX/z.jpg",
    ]
    .map(|name| (name, STORED, name.as_bytes()))
    .into();
    let all = found_all(&zip(&members));
    let expected = ["z.jpg", "folder/a.PNG", "noending"];
    assert_eq!(all.len(), expected.len());
    for ((path, outcome), name) in all.iter().zip(expected) {
        assert_eq!(*path, format!("x.zip/{name}"));
        assert_eq!(outcome.as_ref().unwrap().0, name.as_bytes());
    }
    let patterns = Patterns::new(&["*.txt".to_owned()], &[]).unwrap();
    let notes = found(&zip(&members), MemberOptions { patterns, ..MemberOptions::default() });
    assert_eq!(names(&notes), [("x.zip/notes.txt", None)]);
    let hidden = found(&zip(&members), MemberOptions { hidden: true, ..MemberOptions::default() });
    assert_eq!(hidden.len(), 6);
}

#[test]
fn names_are_only_names() {
    let twice = zip(&[("a.jpg", STORED, b"1"), ("b.jpg", STORED, b"2")]);
    // The crate does not write such names.
    let twice = replaced(replaced(twice, b"b.jpg", b"a.jpg", 0), b"b.jpg", b"a.jpg", 0);
    let found = found_all(&twice);
    assert_eq!(names(&found), [("x.zip/a.jpg", None), ("x.zip/a.jpg", None)]);
    assert_eq!(found[1].1.as_ref().unwrap().0, b"2");
    for (name, shown) in [
        ("../../e.jpg", "x.zip/../../e.jpg"),
        ("/etc/e.jpg", "x.zip/etc/e.jpg"),
        ("a//./b.jpg", "x.zip/a/b.jpg"),
        ("gr\u{fc}n.jpg", "x.zip/gr\u{fc}n.jpg"),
    ] {
        assert_eq!(names(&found_all(&zip(&[(name, STORED, b"1")]))), [(shown, None)]);
    }
    // Names that are not UTF-8 are of code page 437.
    let old = replaced(zip(&[("XX.jpg", STORED, b"1")]), b"XX.jpg", b"\x81\xff.jpg", 1);
    assert_eq!(names(&found_all(&old)), [("x.zip/\u{fc}\u{a0}.jpg", None)]);
}

#[test]
fn one_damaged_member_is_one_error() {
    let found = found_all(&replaced(three(), b"first", b"worst", 0));
    let expected = [
        ("x.zip/a.jpg", Some("is damaged: it has a wrong checksum")),
        ("x.zip/b.jpg", None),
        ("x.zip/c.jpg", None),
    ];
    assert_eq!(names(&found), expected);
    let mut broken = three();
    let at = broken.windows(5).position(|bytes| bytes == b"b.jpg").unwrap() + 5;
    broken[at..at + 4].fill(0xff);
    let found = found_all(&broken);
    assert_eq!(found[1].1.as_ref().unwrap_err(), "is damaged: its compressed data cannot be unpacked");
    assert!(found[0].1.is_ok() && found[2].1.is_ok());
}

/// The general purpose flags and the method lie 8 and 10 bytes after the signature of the directory's entries.
fn with_directory_field(mut zip: Vec<u8>, offset: usize, value: &[u8]) -> Vec<u8> {
    let entry = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    zip[entry + offset..entry + offset + value.len()].copy_from_slice(value);
    zip
}

#[test]
fn what_cannot_be_unpacked_is_one_error() {
    for (offset, value, message) in [
        (8, &[1_u8, 0][..], "is encrypted, which mnet cannot read"),
        (10, &[93, 0], "is compressed with Zstd; mnet reads stored and deflated members"),
        (10, &[12, 0], "is compressed with Bzip2; mnet reads stored and deflated members"),
        (10, &[14, 0], "is compressed with Lzma; mnet reads stored and deflated members"),
        (24, &[0xff, 0xff, 0xff, 0x7f], "has 2147483647 bytes; the limit is 1073741824"),
        (24, &[9, 0, 0, 0], "ends early: it has 5 bytes of 9"),
        (24, &[4, 0, 0, 0], "is damaged: it has more bytes than the zip says"),
        // Where it begins: after the end, and before the beginning of another.
        (42, &[0xff, 0xff, 0, 0], "is damaged: it does not begin as the directory of the zip says"),
        (42, &[1, 0, 0, 0], "is damaged: it does not begin as the directory of the zip says"),
    ] {
        let found = found_all(&with_directory_field(three(), offset, value));
        assert_eq!(found.len(), 3, "{message}: {found:?}");
        assert_eq!(found[0].0, "x.zip/a.jpg");
        let error = found[0].1.as_ref().unwrap_err();
        assert!(error.starts_with(message), "{error}");
        assert!(found[1].1.is_ok() && found[2].1.is_ok());
    }
}

#[test]
fn a_bomb_is_read_no_further_than_it_claims() {
    let bomb = zip(&[("a.jpg", DEFLATED, &vec![0; 1 << 20])]);
    let lies = with_directory_field(bomb, 24, &100_u32.to_le_bytes());
    let found = found_all(&lies);
    assert!(found[0].1.as_ref().unwrap_err().starts_with("is damaged: "), "{found:?}");
}

#[test]
fn a_zip_without_its_end_is_read_from_the_front() {
    let whole = three();
    let directory = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let third = whole.windows(5).position(|bytes| bytes == b"third").unwrap();
    for (length, pictures, message) in [
        (whole.len() - 1, 3, "has no directory at its end"),
        (directory + 10, 3, "has no directory at its end"),
        (directory, 3, "has no directory at its end"),
        (third + 2, 2, "ends early, within a member"),
        (third - 3, 2, "has no directory at its end"),
        (38, 0, "ends early, within a member"),
        (20, 0, "has no directory at its end"),
    ] {
        let found = found_all(&whole[..length]);
        let (last, before) = found.split_last().unwrap();
        assert_eq!(before.len(), pictures, "{length}: {found:?}");
        assert!(before.iter().all(|(_, outcome)| outcome.is_ok()));
        assert_eq!(last.0, "x.zip");
        assert!(last.1.as_ref().unwrap_err().starts_with(message), "{length}: {last:?}");
        assert!(last.1.as_ref().unwrap_err().ends_with(": members may be missing"), "{length}: {last:?}");
    }
    // The number of this part, 4 bytes after the signature of the end; and an entry of the directory without its signature.
    let mut part = whole.clone();
    let end = part.len() - 22;
    part[end + 4] = 3;
    let found = found_all(&part);
    assert_eq!(
        found.last().unwrap().1,
        Err("is one of the files of a zip in several parts: members may be missing".to_owned())
    );
    let mut directory_damaged = whole.clone();
    directory_damaged[whole.windows(5).rposition(|bytes| bytes == b"b.jpg").unwrap() - 46] ^= 1;
    let found = found_all(&directory_damaged);
    assert_eq!(found.last().unwrap().1, Err("has a damaged directory: members may be missing".to_owned()));
}

#[test]
fn what_is_not_a_zip_is_one_error() {
    assert_eq!(names(&found_all(b"")), [("x.zip", Some("is empty, not a zip"))]);
    let found = found_all(b"\xff\xd8\xff\xe0 and so on");
    assert!(found[0].1.as_ref().unwrap_err().starts_with("is not a zip: "), "{found:?}");
    assert_eq!(found_all(&zip(&[])), []);
}

#[test]
fn a_zip_may_follow_a_program() {
    let program = [&b"#!/bin/sh\nexit\n"[..], &three()].concat();
    assert_eq!(names(&found_all(&program)).len(), 3);
    assert!(found_all(&program).iter().all(|(_, outcome)| outcome.is_ok()));
}

#[test]
fn a_hundred_thousand_members_and_sizes_of_64_bits() {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    // More than 65535 members need a directory of 64 bits.
    for number in 0..100_000 {
        let options = SimpleFileOptions::default().compression_method(STORED).large_file(number % 1000 == 0);
        writer.start_file(format!("{number}.jpg"), options).unwrap();
        writer.write_all(b"picture").unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let options = MemberOptions { shard: Shard::new(1, 1000), ..MemberOptions::default() };
    let some = found(&bytes, options);
    assert!((50..200).contains(&some.len()), "{}", some.len());
    assert!(some.iter().all(|(_, outcome)| outcome.as_ref().is_ok_and(|(bytes, _)| bytes == b"picture")));
    assert_eq!(found_all(&bytes).len(), 100_000);
}

#[test]
fn columns_come_from_files_anywhere_in_the_zip() {
    let big = vec![b'1'; 2 << 20];
    let bytes = zip(&[
        ("b.json", DEFLATED, br#"{"label": "dog"}"#),
        ("a.jpg", STORED, b"a"),
        ("b.jpg", STORED, b"b"),
        ("c.jpg", STORED, b"c"),
        ("d.jpg", STORED, b"d"),
        ("a.cls", STORED, b"7"),
        ("a.json", DEFLATED, br#"{"label": "cat", "cls": 1}"#),
        ("d.cls", DEFLATED, &big),
    ]);
    let keep: Vec<_> = ["cls", "label"].map(str::to_owned).into();
    let options = MemberOptions { keep, ..MemberOptions::default() };
    for bytes in [&bytes[..], &bytes[..bytes.len() - 30]] {
        let found = found(bytes, options.clone());
        let kept = |at: usize| found[at].1.as_ref().unwrap().1.clone();
        assert_eq!(kept(0), [json!(7), json!("cat")]);
        assert_eq!(kept(1), [json!(null), json!("dog")]);
        assert_eq!(kept(2), [json!(null), json!(null)]);
        let error = found[3].1.as_ref().unwrap_err();
        assert_eq!(error, "the .cls file beside it has 2097152 bytes; the limit is 1048576");
    }
    let damaged = replaced(bytes, b"a.cls", b"a.cls", 0);
    let damaged = with_directory_field(damaged, 24, &[1, 0, 0, 0]);
    let error = found(&damaged, options)[1].1.clone().unwrap_err();
    assert!(error.starts_with("the .json file beside it is damaged: "), "{error}");
}

#[test]
fn links_name_what_they_stand_for() {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    writer.add_symlink("a.jpg", "../b.jpg", SimpleFileOptions::default()).unwrap();
    writer.add_symlink("folder", "other", SimpleFileOptions::default()).unwrap();
    let found = found_all(&writer.finish().unwrap().into_inner());
    let error = "is a symbolic link to ../b.jpg, which has the bytes";
    assert_eq!(names(&found), [("x.zip/a.jpg", Some(error))]);
}

#[test]
fn one_member_may_be_asked_for_and_names_alone() {
    let only = Some(PathBuf::from("b.jpg"));
    let one = found(&three(), MemberOptions { only, ..MemberOptions::default() });
    assert_eq!(names(&one), [("x.zip/b.jpg", None)]);
    let nameless = zip(&[("", STORED, b"?"), ("b.jpg", STORED, b"B")]);
    assert_eq!(names(&found_all(&nameless))[0], ("x.zip", Some("has a member without a name")));
    let only = Some(PathBuf::from("b.jpg"));
    let one = found(&nameless, MemberOptions { only, ..MemberOptions::default() });
    assert_eq!(names(&one), [("x.zip/b.jpg", None)]);
    let bytes = with_directory_field(three(), 42, &[0xff, 0xff, 0, 0]);
    let all = found(&bytes, MemberOptions { names_only: true, ..MemberOptions::default() });
    assert!(all.len() == 3 && all.iter().all(|(_, outcome)| outcome == &Ok((vec![], vec![]))));
}

#[test]
fn names_come_with_the_values_beside_them() {
    let bytes = zip(&[
        ("a/1.jpg", STORED, b"x"),
        ("a/1.cls", STORED, b"3"),
        ("a/1.json", STORED, br#"{"label": 4}"#),
    ]);
    let keep = ["cls", "label"].map(str::to_owned).to_vec();
    let found = found(&bytes, MemberOptions { keep, names_only: true, ..MemberOptions::default() });
    assert_eq!(found, [("x.zip/a/1.jpg".to_owned(), Ok((vec![], vec![json!(3), json!(4)])))]);
}
