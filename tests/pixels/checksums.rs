//! Checksums of PNG files: Pillow checks those of the chunks before the pixels, and that of the pixels themselves.

use flate2::Crc;
use image::RgbImage;
use mnet::pixels::{DecodeOptions, decode};

use crate::golden;

type Chunk = ([u8; 4], Vec<u8>, u32);

fn checksum(name: [u8; 4], data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(data);
    crc.sum()
}

/// The chunks of a small picture.
fn chunks() -> Vec<Chunk> {
    let file = std::fs::read(golden("decode").join("rgb.png")).unwrap();
    let (mut rest, mut chunks) = (&file[8..], Vec::new());
    while let Some((header, after)) = rest.split_first_chunk::<8>() {
        let [l0, l1, l2, l3, name @ ..] = *header;
        let (data, after) = after.split_at(u32::from_be_bytes([l0, l1, l2, l3]) as usize);
        let (sum, after) = after.split_first_chunk().unwrap();
        chunks.push((name, data.to_vec(), u32::from_be_bytes(*sum)));
        rest = after;
    }
    chunks
}

fn decoded(chunks: &[Chunk]) -> Result<RgbImage, String> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data, sum) in chunks {
        file.extend((data.len() as u32).to_be_bytes());
        file.extend(name);
        file.extend(data);
        file.extend(sum.to_be_bytes());
    }
    decode(&file, &DecodeOptions::default()).map_err(|error| error.to_string())
}

fn place(chunks: &[Chunk], name: [u8; 4]) -> usize {
    chunks.iter().position(|chunk| chunk.0 == name).unwrap()
}

#[test]
fn a_chunk_before_the_pixels_must_pass_its_checksum() {
    let (whole, picture) = (chunks(), decoded(&chunks()).unwrap());
    let mut header = whole.clone();
    header[0].2 ^= 1;
    assert_eq!(decoded(&header).unwrap_err(), "damaged PNG: its IHDR chunk fails its checksum");
    for (before, is_read) in [(*b"IDAT", false), (*b"IEND", true)] {
        let mut text = whole.clone();
        text.insert(place(&whole, before), (*b"tEXt", b"a\0b".to_vec(), 7));
        let expected = if is_read {
            Ok(picture.clone())
        } else {
            Err("damaged PNG: its tEXt chunk fails its checksum".into())
        };
        assert!(decoded(&text) == expected, "{:?}", decoded(&text).err());
    }
}

#[test]
fn pixels_must_pass_their_own_checksum_alone() {
    let (whole, picture) = (chunks(), decoded(&chunks()).unwrap());
    let pixels = place(&whole, *b"IDAT");
    let mut chunk = whole.clone();
    chunk[pixels].2 ^= 1;
    assert!(decoded(&chunk) == Ok(picture));
    for is_chunk_right in [true, false] {
        let mut damaged = whole.clone();
        let (name, data, sum) = &mut damaged[pixels];
        *data.last_mut().unwrap() ^= 1;
        *sum = if is_chunk_right { checksum(*name, data) } else { *sum };
        assert_eq!(decoded(&damaged).unwrap_err(), "damaged PNG: its pixels fail their checksum");
    }
}

#[test]
fn what_is_wrong_with_a_png_is_said_in_plain_words() {
    let whole = chunks();
    let pixels = place(&whole, *b"IDAT");
    let mut none = whole.clone();
    none.retain(|chunk| chunk.0 != *b"IDAT");
    assert_eq!(decoded(&none).unwrap_err(), "damaged PNG: it has no pixels");
    let mut cut = whole.clone();
    cut[pixels].1.truncate(30);
    let message = decoded(&cut).unwrap_err();
    assert!(message.starts_with("damaged PNG: it") && !message.contains("Error"), "{message}");
    let mut palette = whole;
    palette[0].1[9] = 3;
    palette[0].2 = checksum(*b"IHDR", &palette[0].1);
    assert_eq!(decoded(&palette).unwrap_err(), "damaged PNG: it has no palette");
}
