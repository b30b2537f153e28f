//! How chunks are compressed. To add a method: a row in [`CODECS`].

use std::io::Read;

use flate2::read::ZlibDecoder;
use weezl::BitOrder;
use weezl::decode::Configuration;

use super::fax;
use super::layout::Layout;
use crate::pixels::error::DecodeError;
use crate::pixels::job::unsupported;

/// Decompresses a chunk into the buffer, which has their size; `false` if the data ends early or
/// is damaged.
type Decompress = fn(data: &[u8], layout: &Layout, out: &mut [u8]) -> bool;

/// A method of compression: its number in the tag, its name, and how to undo it. JPEG is not among the
/// functions, because it stores colours rather than bytes.
struct Codec(u64, &'static str, Option<Decompress>);

pub(super) const NONE: u64 = 1;
pub(super) const JPEG: u64 = 7;
pub(super) const ZSTANDARD: u64 = 50000;

/// The largest window of Zstandard that its decoder accepts, bytes.
pub(super) const MAX_WINDOW: u64 = ruzstd::decoding::DEFAULT_MAX_WINDOW_SIZE;

#[rustfmt::skip]
const CODECS: [Codec; 24] = [
    Codec(NONE, "no", Some(copy)), Codec(2, "CCITT RLE", Some(fax::rle)), Codec(3, "CCITT group 3", Some(fax::group_3)),
    Codec(4, "CCITT group 4", Some(fax::group_4)), Codec(5, "LZW", Some(lzw)), Codec(8, "Deflate", Some(deflate)),
    Codec(32946, "Deflate", Some(deflate)), Codec(32773, "PackBits", Some(pack_bits)), Codec(ZSTANDARD, "Zstandard", Some(zstd)),
    Codec(6, "old-style JPEG", None), Codec(9, "JBIG", None), Codec(34661, "JBIG", None), Codec(32766, "NeXT", None),
    Codec(32771, "CCITT RLE of words", None), Codec(32809, "ThunderScan", None), Codec(33003, "JPEG 2000", None),
    Codec(33005, "JPEG 2000", None), Codec(34712, "JPEG 2000", None), Codec(34676, "SGI Log", None),
    Codec(34887, "LERC", None), Codec(34925, "LZMA", None), Codec(50001, "WebP", None), Codec(50002, "JPEG XL", None),
    Codec(52546, "JPEG XL", None),
];

/// An error if chunks compressed this way cannot be read.
pub(super) fn check(compression: u64) -> Result<(), DecodeError> {
    if compression == JPEG {
        return Ok(());
    }
    match CODECS.iter().find(|codec| codec.0 == compression) {
        Some(Codec(.., Some(_))) => Ok(()),
        Some(Codec(_, name, None)) => Err(unsupported(format!("a TIFF with {name} compression"))),
        None => Err(unsupported(format!("a TIFF with compression {compression}"))),
    }
}

/// Decompresses a chunk; `false` as for [`Decompress`].
pub(super) fn decompress(data: &[u8], layout: &Layout, out: &mut [u8]) -> bool {
    let codec = CODECS.iter().find(|codec| codec.0 == layout.compression);
    codec.and_then(|codec| codec.2).is_some_and(|decompress| decompress(data, layout, out))
}

fn copy(data: &[u8], _: &Layout, out: &mut [u8]) -> bool {
    data.get(..out.len()).is_some_and(|data| {
        out.copy_from_slice(data);
        true
    })
}

fn deflate(data: &[u8], _: &Layout, out: &mut [u8]) -> bool {
    ZlibDecoder::new(data).read_exact(out).is_ok()
}

fn zstd(data: &[u8], _: &Layout, out: &mut [u8]) -> bool {
    ruzstd::decoding::StreamingDecoder::new(data).is_ok_and(|mut reader| reader.read_exact(out).is_ok())
}

/// The end code may be missing: what counts is that the chunk is full.
fn lzw(data: &[u8], _: &Layout, out: &mut [u8]) -> bool {
    // Old writers stored the codes from the lowest bit, as a first clear code, 256, shows.
    let is_old = matches!(data, [0, second, ..] if second & 1 == 1);
    let configuration = if is_old {
        Configuration::new(BitOrder::Lsb, 8)
    } else {
        Configuration::with_tiff_size_switch(BitOrder::Msb, 8)
    };
    let mut decoder = configuration.with_yield_on_full_buffer(true).build();
    let (mut read, mut written) = (0, 0);
    while written < out.len() {
        let step = decoder.decode_bytes(&data[read..], &mut out[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        let is_stuck = step.consumed_in == 0 && step.consumed_out == 0;
        if written < out.len() && (is_stuck || !matches!(step.status, Ok(weezl::LzwStatus::Ok))) {
            return false;
        }
    }
    true
}

fn pack_bits(mut data: &[u8], _: &Layout, mut out: &mut [u8]) -> bool {
    while !out.is_empty() {
        let Some((&head, rest)) = data.split_first() else {
            return false;
        };
        // 0 to 127: so many bytes and one more; 129 to 255: a byte 257 - n times; 128: nothing.
        let (used, length) = match head {
            128 => (0, 0),
            0..=127 => (usize::from(head) + 1, usize::from(head) + 1),
            _ => (1, 257 - usize::from(head)),
        };
        let Some(run) = rest.get(..used) else {
            return false;
        };
        let (filled, left) = out.split_at_mut(length.min(out.len()));
        match run {
            &[byte] => filled.fill(byte),
            run => filled.copy_from_slice(&run[..filled.len()]),
        }
        (data, out) = (&rest[used..], left);
    }
    true
}
