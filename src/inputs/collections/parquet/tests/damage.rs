//! Damaged files: what is read of them, and what is said.

use super::super::super::testing::names;
use super::{error, found, found_all, golden, keeping, written};

#[test]
fn what_comes_before_damage_is_read() {
    let bytes = written(1000, 300, 50);
    // The header of the page that begins with row 450.
    let at = bytes.windows(11).position(|bytes| bytes == b"picture 450").unwrap();
    for length in [8, 30] {
        let mut damaged = bytes.clone();
        damaged[at - length..at].fill(0xff);
        let found = found_all(&damaged);
        let (last, before) = found.split_last().unwrap();
        assert_eq!(before.len(), 450, "{last:?}");
        assert!(before.iter().all(|(_, outcome)| outcome.is_ok()));
        assert_eq!(last.0, "x.parquet");
        let error = last.1.as_ref().unwrap_err();
        assert!(error.starts_with("cannot be read from row 450 on: "), "{error}");
    }
}

#[test]
fn a_flipped_bit_is_told_by_the_checksum_of_its_page() {
    let bytes = golden("checksum");
    assert_eq!(found_all(&bytes).len(), 5);
    // After its length, and not as a bound in a header.
    let stored = b"\t\0\0\0picture 3";
    let at = bytes.windows(stored.len()).position(|bytes| bytes == stored).unwrap();
    for flipped in [at, at + 4, at + 12] {
        let mut damaged = bytes.clone();
        damaged[flipped] ^= 0x10;
        let found = found_all(&damaged);
        let names = names(&found);
        let expected = "cannot be read from row 2 on: a page has a wrong checksum";
        assert_eq!(names[2..], [("x.parquet", Some(expected))]);
    }
}

#[test]
fn libraries_do_not_speak() {
    let mut damaged = golden("gzip");
    let last = damaged.windows(2).rposition(|bytes| bytes == b"\x1f\x8b").unwrap();
    damaged[last] ^= 1;
    let found = found_all(&damaged);
    assert_eq!(
        found.last().unwrap().1,
        Err("cannot be read from row 4 on: a page cannot be unpacked".to_owned())
    );
}

#[test]
fn what_is_not_a_whole_file_is_one_error() {
    let bytes = golden("snappy");
    for (content, message) in [
        (&b""[..], "is empty, not a Parquet file"),
        (&bytes[..bytes.len() - 1], "ends early: its footer is missing, so that no row can be read"),
        (b"PAR1PAR1", "has a damaged footer, so that no row can be read"),
        (b"PAR1", "has a damaged footer, so that no row can be read"),
        (b"PAREetcPARE", "is encrypted, which mnet cannot read"),
        (b"\xff\xd8\xff\xe0 and so on", "is not a Parquet file: "),
    ] {
        let found = found_all(content);
        assert!(error(&found).starts_with(message), "{found:?}");
    }
}

/// Any byte may be wrong: no panic gets out, and a row is a picture or an error.
#[test]
fn hostile_bytes_are_errors() {
    for name in ["snappy", "structs", "types", "dictionary"] {
        let bytes = golden(name);
        for at in (0..bytes.len()).step_by(3) {
            for value in [0x7f, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                let found =
                    found(&damaged, keeping(if name == "types" { &["lists", "map", "price"] } else { &[] }));
                assert!(found.len() < 10, "{name} at {at}: {}", found.len());
            }
        }
    }
}
