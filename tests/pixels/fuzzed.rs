//! Kinds of files that the fuzz targets found.

use mnet::pixels::{DecodeOptions, Draft, decode, decode_at_least, needs};

use crate::golden;

const OPTIONS: DecodeOptions = DecodeOptions { max_pixels: 1 << 20, orient: false, salvage: false };

fn file(name: &str) -> Vec<u8> {
    std::fs::read(golden("decode").join(name)).unwrap()
}

fn salvaged(bytes: &[u8]) -> Draft {
    decode_at_least(bytes, &DecodeOptions { salvage: true, ..OPTIONS }, None).unwrap()
}

/// A chunk of a PNG.
fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&name);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes()[..], &name, data, &crc.sum().to_be_bytes()].concat()
}

/// What a PNG needs was read from where the header is in most files: a chunk before it could claim any size.
#[test]
fn the_header_of_a_png_need_not_be_its_first_chunk() {
    let plain = file("rgb.png");
    let (signature, rest) = plain.split_at(8);
    for first in [chunk(*b"tEXt", b"Comment\0hello"), chunk(*b"prVt", &[0; 40]), chunk(*b"prVt", b"")] {
        let bytes = [signature, &first, rest].concat();
        let needs = needs(&bytes, &OPTIONS, None).unwrap();
        assert_eq!((needs.width, needs.height), (12, 7));
        assert_eq!(decode(&bytes, &OPTIONS).unwrap(), decode(&plain, &OPTIONS).unwrap());
    }
    let apple = [signature, &chunk(*b"CgBI", &[0; 4]), rest].concat();
    assert!(needs(&apple, &OPTIONS, None).is_ok(), "it is for decode to refuse it by its name");
    assert!(needs(signature, &OPTIONS, None).is_err());
}

/// Those that the library does not decode: it panicked, or would have given other pixels.
#[test]
fn what_there_is_of_an_unusual_jpeg_is_decoded() {
    for name in ["cmyk-420.jpg", "cmyk-422.jpg", "chroma-finer.jpg", "scans-0-12.jpg", "scans-01-2.jpg"] {
        let bytes = file(name);
        let whole = decode(&bytes, &OPTIONS).unwrap();
        let end = bytes.len() - 2;
        let hole = [&bytes[..end - 40], &bytes[end..]].concat();
        for damaged in [&bytes[..end - 40], &hole[..]] {
            assert!(decode(damaged, &OPTIONS).is_err(), "{name}");
            let draft = salvaged(damaged);
            assert_eq!(draft.image.dimensions(), whole.dimensions(), "{name}");
            assert!(draft.damage.is_some(), "{name}");
            if !name.starts_with("scans") {
                let row = 3 * whole.width() as usize;
                assert_eq!(draft.image.as_raw()[..row], whole.as_raw()[..row], "{name}");
            }
        }
    }
}

/// Zeros in place of the last scans: they may be the end of the pixels, but of a progressive file they are not.
#[test]
fn what_there_is_of_a_progressive_jpeg_before_zeros_is_decoded() {
    let bytes = file("420-progressive.jpg");
    let scans = || bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"\xff\xda").map(|(at, _)| at);
    let last = scans().next_back().unwrap();
    let cut = [&bytes[..last], &[0; 300]].concat();
    let error = decode(&cut, &OPTIONS).unwrap_err();
    assert_eq!(error.to_string(), format!("JPEG ends early at byte {}", cut.len()));
    let draft = salvaged(&cut);
    assert_eq!((draft.image.dimensions(), draft.damage), ((45, 38), Some(error.to_string())));
}
