//! TIFFs whose tags promise something else than their strips and tiles hold.

use std::time::{Duration, Instant};

use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use mnet::pixels::{DecodeOptions, decode, needs};

/// A little-endian TIFF of one directory: tags with LONG values, then `data`. A tag whose number is that of offsets has them
/// relative to `data`.
fn tiff(tags: &[(u16, &[u32])], data: &[u8]) -> Vec<u8> {
    let directory = 8 + 2 + 12 * tags.len() + 4;
    let long = |values: &[u32]| if values.len() > 1 { 4 * values.len() } else { 0 };
    let start = directory + tags.iter().map(|(_, values)| long(values)).sum::<usize>();
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    file.extend((tags.len() as u16).to_le_bytes());
    let mut extra = Vec::new();
    for &(tag, values) in tags {
        let offset = if matches!(tag, 273 | 324) { start as u32 } else { 0 };
        let bytes: Vec<u8> = values.iter().flat_map(|value| (value + offset).to_le_bytes()).collect();
        let place = ((directory + extra.len()) as u32).to_le_bytes().to_vec();
        file.extend(
            [&tag.to_le_bytes()[..], &4u16.to_le_bytes(), &(values.len() as u32).to_le_bytes()].concat(),
        );
        if values.len() > 1 {
            file.extend(place);
            extra.extend(bytes);
        } else {
            file.extend(bytes);
        }
    }
    [&file, &[0; 4][..], &extra, data].concat()
}

fn jpeg(width: usize, height: usize, format: PixelFormat, subsampling: Subsampling) -> Vec<u8> {
    let pixels = vec![90; width * height * format.bytes_per_pixel()];
    Encoder::new(&pixels, width, height, format).subsampling(subsampling).encode().unwrap()
}

fn error(bytes: &[u8]) -> String {
    decode(bytes, &DecodeOptions::default()).unwrap_err().to_string()
}

/// A strip may be as high as the others, and filled up to whole blocks; not higher, and never wider.
#[test]
fn a_jpeg_that_is_not_the_strip_is_refused_before_it_is_decoded() {
    let file = |width: usize, height: usize| {
        let strip = jpeg(width, height, PixelFormat::Grayscale, Subsampling::S444);
        let length = strip.len() as u32;
        let tags: [(u16, &[u32]); 9] = [
            (256, &[16]),
            (257, &[20]),
            (258, &[8]),
            (259, &[7]),
            (262, &[1]),
            (273, &[0]),
            (277, &[1]),
            (278, &[20]),
            (279, &[length]),
        ];
        tiff(&tags, &strip)
    };
    for height in [20, 23, 24] {
        let picture = decode(&file(16, height), &DecodeOptions::default()).unwrap();
        assert_eq!(picture.dimensions(), (16, 20));
    }
    for (width, height) in [(16, 19), (16, 25), (16, 4000), (15, 20), (17, 20), (900, 900)] {
        let expected =
            format!("damaged TIFF: a JPEG of {width} x {height} with 1 samples, expected 16 x 20 with 1");
        assert_eq!(error(&file(width, height)), expected);
    }
}

/// libtiff refuses them too: nothing says what subsampled red and blue are.
#[test]
fn only_chroma_may_be_subsampled() {
    let file = |photometric: u32, subsampling: Subsampling| {
        let strip = jpeg(16, 16, PixelFormat::Rgb, subsampling);
        let length = strip.len() as u32;
        let tags: [(u16, &[u32]); 9] = [
            (256, &[16]),
            (257, &[16]),
            (258, &[8, 8, 8]),
            (259, &[7]),
            (262, &[photometric]),
            (273, &[0]),
            (277, &[3]),
            (278, &[16]),
            (279, &[length]),
        ];
        tiff(&tags, &strip)
    };
    for (photometric, subsampling) in [(6, Subsampling::S420), (6, Subsampling::S444), (2, Subsampling::S444)]
    {
        assert!(decode(&file(photometric, subsampling), &DecodeOptions::default()).is_ok());
    }
    let expected = "a TIFF with JPEG whose sampling is 2 x 2, 1 x 1, 1 x 1 is not supported";
    assert_eq!(error(&file(2, Subsampling::S420)), expected);
}

/// All tiles are the same 12 bytes, and each becomes 12 GB if it is decompressed whole.
#[test]
fn tiles_outside_the_picture_are_not_decompressed() {
    // 12 bytes of PackBits: runs of 128 zeros, of which 3 make a row.
    let run = [0x81, 0].repeat(6);
    let tags = |width: u32, height: u32, tile: [u32; 2], count: usize| {
        let (offsets, lengths) = (vec![0; count], vec![run.len() as u32; count]);
        let tags: [(u16, &[u32]); 11] = [
            (256, &[width]),
            (257, &[height]),
            (258, &[8, 8, 8]),
            (259, &[32773]),
            (262, &[2]),
            (277, &[3]),
            (278, &[1]),
            (322, &[tile[0]]),
            (323, &[tile[1]]),
            (324, &offsets),
            (325, &lengths),
        ];
        tiff(&tags, &run)
    };
    let start = Instant::now();
    let high = tags(128 * 500, 1, [128, 30_000_000], 500);
    assert!(decode(&high, &DecodeOptions::default()).is_ok());
    let wide = tags(1, 500, [30_000_000, 1], 500);
    let expected = "damaged TIFF: chunks of 30000000 x 1 px with too many bytes, \
                    expected at most 8 times those of the file and the picture";
    assert_eq!(error(&wide), expected);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

/// A map of one column in tiles of ordinary size.
#[test]
fn a_narrow_picture_may_have_ordinary_tiles() {
    let tile = [&[0x81, 0].repeat(6 * 256)[..]].concat();
    let (offsets, lengths) = (vec![0; 40], vec![tile.len() as u32; 40]);
    let tags: [(u16, &[u32]); 10] = [
        (256, &[1]),
        (257, &[40 * 256]),
        (258, &[8, 8, 8]),
        (259, &[32773]),
        (262, &[2]),
        (277, &[3]),
        (322, &[256]),
        (323, &[256]),
        (324, &offsets),
        (325, &lengths),
    ];
    assert!(decode(&tiff(&tags, &tile), &DecodeOptions::default()).is_ok());
}

#[test]
fn what_a_file_does_not_say_is_not_guessed() {
    let pixels = [7; 48];
    let all: [(u16, &[u32]); 8] = [
        (256, &[4]),
        (257, &[4]),
        (258, &[8, 8, 8]),
        (262, &[2]),
        (273, &[0]),
        (277, &[3]),
        (278, &[4]),
        (279, &[48]),
    ];
    assert!(decode(&tiff(&all, &pixels), &DecodeOptions::default()).is_ok());
    let without = |tag: u16| {
        let tags: Vec<_> = all.into_iter().filter(|(found, _)| *found != tag).collect();
        error(&tiff(&tags, &pixels))
    };
    assert_eq!(without(262), "damaged TIFF: it does not say what its colours are");
    let expected = "a TIFF that does not say how many bits its samples have is not supported";
    assert_eq!(without(258), expected);
    assert_eq!(without(273), "damaged TIFF: 0 chunks, expected 1");
    // An offset of 0 is that of a chunk which a sparse file leaves out.
    let mut sparse = tiff(&all, &pixels);
    let at = sparse.windows(2).position(|bytes| bytes == 273u16.to_le_bytes()).unwrap() + 8;
    sparse[at..at + 4].fill(0);
    assert_eq!(error(&sparse), "damaged TIFF: strip or tile 0 is not in the file");
}

/// The most bytes of a chunk count, not the sum.
#[test]
fn a_copy_of_the_longest_strip_is_counted() {
    let strip = jpeg(16, 16, PixelFormat::Grayscale, Subsampling::S444);
    let file = |fill: usize| {
        let data = [&strip[..], &vec![0; fill]].concat();
        let length = data.len() as u32;
        let tags: [(u16, &[u32]); 9] = [
            (256, &[16]),
            (257, &[16]),
            (258, &[8]),
            (259, &[7]),
            (262, &[1]),
            (273, &[0]),
            (277, &[1]),
            (278, &[16]),
            (279, &[length]),
        ];
        needs(&tiff(&tags, &data), &DecodeOptions::default(), None).unwrap().bytes
    };
    assert_eq!(file(100_000) - file(0), 100_000);
}
