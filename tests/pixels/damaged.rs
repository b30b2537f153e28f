//! What there is of damaged JPEGs.

use mnet::pixels::{DecodeError, DecodeOptions, decode, decode_at_least, needs};

use crate::{golden, read};

const SALVAGE: DecodeOptions = DecodeOptions { max_pixels: 1 << 20, orient: true, salvage: true };

fn file(folder: &str, name: &str) -> Vec<u8> {
    std::fs::read(golden(folder).join(name)).unwrap()
}

/// Bit for bit, whatever the sampling, the scans and the restart markers.
#[test]
fn what_there_is_is_what_pillow_reads() {
    let paths = std::fs::read_dir(golden("damaged")).unwrap().map(|entry| entry.unwrap().path());
    let paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|found| found == "jpg")).collect();
    assert!(paths.len() > 8);
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = file("damaged", name);
        assert!(decode(&bytes, &DecodeOptions::default()).is_err(), "{name} is not damaged");
        let draft = decode_at_least(&bytes, &SALVAGE, None).unwrap();
        assert!(draft.damage.is_some(), "{name}");
        let expected = read(&golden("damaged").join(format!("{name}.ppm")));
        assert!(draft.image == expected, "{name}");
        let needed = needs(&bytes, &SALVAGE, None).unwrap();
        assert_eq!((needed.width, needed.height), draft.image.dimensions(), "{name}");
    }
}

#[test]
fn a_damaged_jpeg_is_decoded_on_request() {
    let bytes = file("decode", "420.jpg");
    let hole = [&bytes[..bytes.len() - 120], &bytes[bytes.len() - 2..]].concat();
    let cut = &bytes[..bytes.len() - 120];
    for damaged in [&hole[..], cut] {
        let draft = decode_at_least(damaged, &SALVAGE, None).unwrap();
        assert_eq!(draft.image.dimensions(), (45, 38));
        assert!(draft.damage.is_some());
    }
    let draft = decode_at_least(&bytes, &SALVAGE, None).unwrap();
    assert_eq!((draft.damage, draft.image), (None, decode(&bytes, &DecodeOptions::default()).unwrap()));
}

/// Of a progressive file, the whole scans are read.
#[test]
fn no_cut_makes_a_panic() {
    for name in
        ["420-progressive.jpg", "chroma-finer.jpg", "scans-0-12.jpg", "cmyk-420.jpg", "420-restarts.jpg"]
    {
        let bytes = file("decode", name);
        let mut read = 0;
        for length in 0..bytes.len() {
            match decode_at_least(&bytes[..length], &SALVAGE, None) {
                Ok(draft) => {
                    assert!(draft.damage.is_some(), "{name} cut to {length}");
                    read += 1;
                }
                Err(error @ DecodeError::Panicked { .. }) => panic!("{name} cut to {length}: {error}"),
                Err(_) => {}
            }
        }
        assert!(read > bytes.len() / 4, "{name}: {read} of {}", bytes.len());
    }
}
