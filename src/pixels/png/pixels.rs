//! The pixels of a PNG, by the `png` crate.

use std::io::{Cursor, ErrorKind};

use image::RgbImage;
use png::{Decoder, DecodingError, Limits, Transformations};

use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// Decodes a PNG without alpha in its palette: `file`, which is made of chunks of the job's.
pub(super) fn decode(job: &Job, file: &[u8]) -> Result<RgbImage, DecodeError> {
    let error = |error| decode_error(error, job);
    // As Pillow: the pixels are as good as their own checksum, whatever those of the chunks around them say.
    let mut options = png::DecodeOptions::default();
    options.set_ignore_adler32(false);
    options.set_ignore_crc(true);
    let mut decoder = Decoder::new_with_options(Cursor::new(file), options);
    decoder.set_limits(Limits { bytes: usize::try_from(job.budget.max_alloc).unwrap_or(usize::MAX) });
    // Of 16 bits the high byte is kept, as Pillow does for RGB.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let (width, height) = decoder.read_header_info().map_err(error)?.size();
    job.check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(error)?;
    let length = reader.output_buffer_size().filter(|length| *length as u64 <= job.budget.max_alloc);
    let mut samples = vec![0; length.ok_or_else(|| job.too_much_memory())?];
    let channels = reader.next_frame(&mut samples).map_err(error)?.color_type.samples();
    let pixels = match channels {
        3 => samples,
        4 => samples
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|[red, green, blue, _]| [*red, *green, *blue])
            .collect(),
        gray => samples.iter().step_by(gray).flat_map(|level| [*level; 3]).collect(),
    };
    RgbImage::from_raw(width, height, pixels).ok_or_else(|| job.ends_early())
}

/// How messages of the crate begin, and what they mean. Others are passed on.
const WORDS: [(&str, &str); 6] = [
    ("Corrupt deflate stream. WrongChecksum", "its pixels fail their checksum"),
    ("Corrupt deflate stream. InsufficientInput", "its compressed pixels end early"),
    ("Corrupt deflate stream", "its compressed pixels are damaged"),
    ("IDAT or fDAT chunk does not have enough data", "it has fewer pixels than its header says"),
    ("IDAT or fdAT chunk is missing", "it has no pixels"),
    ("Missing palette", "it has no palette"),
];

fn decode_error(error: DecodingError, job: &Job) -> DecodeError {
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => job.ends_early(),
        DecodingError::LimitsExceeded => job.too_much_memory(),
        error => {
            let message = error.to_string();
            let plain = WORDS.iter().find(|(start, _)| message.starts_with(start)).map(|(_, plain)| *plain);
            job.damaged(plain.map_or_else(|| message.trim_end_matches('.').to_lowercase(), str::to_owned))
        }
    }
}
