//! Tars that are damaged: which answers are given, and what a later run does once they are whole.

use std::fs;
use std::io::Write;

use super::super::support::tars::tar;
use super::{Mnet, folder, picture, told};

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Three pictures, whole and with a wrong checksum at the end.
fn compressed(compress: fn(&[u8]) -> Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let whole = compress(&tar(&[("1.jpg", &picture()), ("2.jpg", &picture()), ("3.jpg", &picture())]));
    let mut wrong = whole.clone();
    // The checksum of gzip lies before four bytes of length.
    let from_end = if whole.starts_with(b"\x1f\x8b") { 5 } else { 1 };
    wrong[whole.len() - from_end] ^= 1;
    (whole, wrong)
}

fn put(mnet: &Mnet, name: &str, bytes: &[u8]) {
    fs::write(mnet.path().join(name), bytes).unwrap();
}

#[test]
fn a_named_member_is_not_answered_before_its_checksum() {
    let mnet = folder();
    for (name, compress) in [("x.tgz", gzip as fn(&[u8]) -> Vec<u8>), ("x.tar.zst", zstd)] {
        let (whole, wrong) = compressed(compress);
        put(&mnet, name, &wrong);
        let run = mnet.run(format!("classify {name}/1.jpg --model model").split(' '));
        let run = run.failed(1, &["wrong checksum", &format!("  try: copy {name}, or download it, again\n")]);
        assert!(run.stderr.contains(&format!("{name}/1.jpg: its file is damaged: its ")), "{}", run.stderr);
        assert_eq!(run.stdout, "");
        let near = format!("embed --near {name}/1.jpg model --model model");
        mnet.run(near.split(' ')).failed(2, &["wrong checksum"]);
        // With the others, it is answered, and the error follows.
        let run = mnet.run(format!("classify {name} --model model --json --glob 1.jpg").split(' '));
        let rows = told(&run.failed(1, &[]));
        assert_eq!((rows.len(), rows[0].as_str()), (2, format!("{name}/1.jpg").as_str()));
        assert!(rows[1].starts_with(&format!("{name}: is damaged: its ")), "{rows:?}");
        put(&mnet, name, &whole);
        mnet.run(format!("classify {name}/1.jpg --model model").split(' ')).succeeded();
    }
}

#[test]
fn a_mended_file_is_read_again_and_each_member_answered_once() {
    let mnet = folder();
    let (whole, wrong) = compressed(gzip);
    let half = whole[..whole.len() / 2].to_vec();
    for (damaged, input, before, after) in [
        (&wrong, "x.tgz", 3, 3),
        (&half, "x.tgz", 1, 3),
        (&wrong, "x.tgz/2.jpg", 0, 1),
        (&half, "x.tgz/1.jpg", 0, 1),
    ] {
        let words = format!("classify {input} --model model --resume out.jsonl");
        let lines = || fs::read_to_string(mnet.path().join("out.jsonl")).unwrap();
        let count = |part: &str| lines().lines().filter(|line| line.contains(part)).count();
        put(&mnet, "x.tgz", damaged);
        mnet.run(words.split(' ')).failed(1, &[]);
        assert_eq!((count("\"top\""), count("\"error\"")), (before, 1), "{}", lines());
        let first = lines();
        mnet.run(words.split(' ')).failed(1, &[]);
        assert_eq!(lines(), first, "the same error is not told twice");
        put(&mnet, "x.tgz", &whole);
        mnet.run(words.split(' ')).succeeded();
        let last = lines();
        assert!(last.starts_with(&first), "{last}");
        assert_eq!((count("\"top\""), count("\"error\"")), (after, 1), "{last}");
        for name in ["1.jpg", "2.jpg", "3.jpg"] {
            assert!(count(&format!("{{\"path\":\"x.tgz/{name}\",\"width\"")) <= 1, "{last}");
        }
        mnet.run(words.split(' ')).succeeded();
        assert_eq!(lines(), last);
        fs::remove_file(mnet.path().join("out.jsonl")).unwrap();
    }
}

#[test]
fn what_follows_the_compressed_data_is_named() {
    let mnet = folder();
    for (name, compress, format) in
        [("x.tgz", gzip as fn(&[u8]) -> Vec<u8>, "gzip"), ("x.tzst", zstd, "zstd")]
    {
        let (whole, _) = compressed(compress);
        put(&mnet, name, &[&whole[..], b"<html>"].concat());
        let run = mnet.run(format!("classify {name} --model model --json").split(' ')).failed(1, &[]);
        let rows = told(&run);
        let end = format!("its {format} data is followed by an HTML page at byte {}", whole.len());
        assert!(rows.len() == 4 && rows[3].starts_with(&format!("{name}: ends at byte ")), "{rows:?}");
        assert!(rows[3].ends_with(&end), "{rows:?}");
        // The picture is whole.
        mnet.run(format!("classify {name}/3.jpg --model model").split(' ')).succeeded();
    }
}
