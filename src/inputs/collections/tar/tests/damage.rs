//! Members before the damage are read, and the damage is reported once.

use super::{END, THREE, TarFile, entry, gz, header, tar, told, with, zstd};

/// The only line after the pictures of `THREE`.
#[track_caller]
fn after_three(bytes: &[u8]) -> String {
    let mut found = told(bytes);
    assert_eq!(found.len(), 3, "{found:?}");
    let last = found.pop().unwrap();
    assert_eq!(found, ["a.jpg=A", "b/c.png=C"]);
    last
}

#[test]
fn a_tar_may_end_anywhere() {
    // Three members of a header and a block, then the end.
    let whole = tar(&THREE);
    assert_eq!(whole.len(), 3 * 1024 + 1024);
    for (length, pictures, reason) in [
        (100, 0, "is not a tar"),
        (512, 0, "ends early, after byte 512"),
        (513, 1, "ends early, after byte 513"),
        (1024, 1, "has no end marker after byte 1024: members may be missing"),
        (1100, 1, "ends early, after byte 1100"),
        (1536, 1, "ends early, after byte 1536"),
        (2047, 2, "ends early"),
        (2048, 2, "has no end marker after byte 2048"),
        (3072, 2, "has no end marker after byte 3072"),
        (3073, 2, "ends early, after byte 3073"),
    ] {
        let found = told(&whole[..length]);
        let last = found.last().unwrap();
        assert_eq!(found.len(), pictures + 1, "{length}: {found:?}");
        assert!(last.starts_with(&format!("!{reason}")), "{length}: {last}");
    }
    // The same for a member that is not read.
    let large = entry(b"large.txt", tar::EntryType::Regular, &[b'x'; 5000]);
    for bytes in [large[..3000].to_vec(), gz(&large[..3000])] {
        assert_eq!(told(&bytes), ["!ends early, after byte 3000: members may be missing"]);
    }
    // Some programs write one block of zeros, or less than two.
    for length in [3584, 4000, 4096] {
        assert_eq!(told(&whole[..length]), ["a.jpg=A", "b/c.png=C"], "{length}");
    }
}

#[test]
fn a_wrong_checksum_hides_what_follows() {
    let mut bytes = tar(&THREE);
    bytes[1024] ^= 1;
    assert_eq!(told(&bytes), ["a.jpg=A", "!is damaged: the header at byte 1024 has a wrong checksum"]);
}

#[test]
fn old_programs_add_signed_bytes() {
    let mut header = header(b"\xe9.jpg", tar::EntryType::Regular, 0);
    let bytes = header.as_bytes();
    let others = bytes[..148].iter().chain(&bytes[156..]);
    let sum = others.map(|byte| i32::from(byte.cast_signed())).sum::<i32>() + 8 * 32;
    header.as_old_mut().cksum.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(told(&[header.as_bytes(), &END[..]].concat()), ["\u{fffd}.jpg="]);
}

#[test]
fn tars_may_follow_each_other() {
    let both = [tar(&THREE), vec![0; 8192], tar(&[("z.jpg", b"Z")])].concat();
    assert_eq!(told(&both), ["a.jpg=A", "b/c.png=C", "z.jpg=Z"]);
}

#[test]
fn what_follows_the_end_and_is_no_tar_is_told() {
    for garbage in [&b"garbage"[..], &[7; 5000]] {
        let last = after_three(&[&tar(&THREE), garbage].concat());
        assert_eq!(last, "!ends at byte 3072; what follows it at byte 4096 is not a tar");
    }
    let last = after_three(&[tar(&THREE), vec![0; 65 << 20]].concat());
    assert_eq!(last, "!is followed by more than 64 MiB of zeros");
}

#[test]
fn other_files_are_told_apart() {
    for (bytes, expected) in [
        (&b""[..], "!is empty, not a tar"),
        (b"%PDF-1.7", "!is not a tar: a PDF document"),
        (b"PK\x03\x04", "!is not a tar: a ZIP archive"),
        (b"\xff\xd8\xff\xe0", "!is not a tar: a picture (JPEG)"),
        (b"hello", "!is not a tar: text"),
        (&[b'x'; 2000], "!is not a tar: text"),
    ] {
        assert_eq!(told(bytes), [expected]);
    }
}

#[test]
fn a_name_without_its_member_is_told() {
    let name = entry(b"long", tar::EntryType::GNULongName, b"x.jpg");
    let expected = ["!ends after the name of a member: members may be missing"];
    assert_eq!(told(&[&name, &END[..]].concat()), expected);
    let comment = entry(b"global", tar::EntryType::XGlobalHeader, b"13 comment=x\n");
    assert_eq!(told(&[&comment, &END[..]].concat()), [""; 0]);
}

#[test]
fn a_member_without_a_name_hides_no_other() {
    let bytes = [entry(b"./", tar::EntryType::Regular, b"?"), tar(&THREE)].concat();
    let bytes = [entry(b"", tar::EntryType::Regular, b"?"), bytes].concat();
    let nameless = "!has a member without a name";
    assert_eq!(told(&bytes)[..2], [nameless, "a.jpg=A"]);
    assert_eq!(named(&bytes, "b/c.png"), "b/c.png=C");
}

/// What a caller hears about a single member that it asks for.
#[track_caller]
fn named(bytes: &[u8], name: &str) -> String {
    let mut found = TarFile::new(bytes).told(with(|options| options.only = Some(name.into())));
    assert_eq!(found.len(), 1, "{found:?}");
    found.pop().unwrap()
}

#[test]
fn a_member_that_is_named_waits_for_the_checksum_of_its_data() {
    let whole = tar(&THREE);
    // The last bytes are the length of a member of gzip, after its checksum; and the checksum of a frame.
    for (compress, from_end) in [(gz as fn(&[u8]) -> Vec<u8>, 5), (zstd, 1)] {
        let good = compress(&whole);
        let mut wrong = good.clone();
        wrong[good.len() - from_end] ^= 1;
        assert_eq!(named(&good, "a.jpg"), "a.jpg=A");
        let told = named(&wrong, "a.jpg");
        assert!(
            told.starts_with("a.jpg!its file is damaged: its ") && told.contains("wrong checksum"),
            "{told}"
        );
        let cut = named(&good[..good.len() - 1], "a.jpg");
        assert!(cut.starts_with("a.jpg!its file ends early: its compressed data breaks off after"), "{cut}");
        // What follows the data that it came from has a checksum of its own.
        let (first, second) = (compress(&whole[..1024]), compress(&whole[1024..]));
        let cut = [&first[..], &second[..second.len() - 1]].concat();
        assert_eq!(named(&cut, "a.jpg"), "a.jpg=A");
        assert!(named(&cut, "b/c.png").starts_with("b/c.png!its file ends early"));
        // Names do not depend on it.
        let names = TarFile::new(&wrong)
            .told(with(|options| (options.only, options.names_only) = (Some("a.jpg".into()), true)));
        assert_eq!(names, ["a.jpg="]);
    }
    assert_eq!(named(&whole[..1024], "a.jpg"), "a.jpg=A");
}
