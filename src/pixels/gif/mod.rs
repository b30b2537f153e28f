//! GIF: its blocks and its canvas are ours, its first frame the `gif` crate's.
//!
//! As in Pillow, a frame that goes past the screen enlarges the canvas, and what a smaller frame leaves free
//! has the transparent colour, or else colour 0.

mod blocks;

use gif::{ColorOutput, Decoder, DecodingError, MemoryLimit};
use image::RgbImage;
use image::metadata::Orientation;

use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, Needs};
use crate::pixels::picture::Decoded;

/// Decodes the first frame of a GIF.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let error = |error| decode_error(error, job);
    let bytes = first_picture(job)?;
    let mut decoder = open(&bytes, job)?;
    let (frame, width, height) = first_frame(&mut decoder, job)?;
    // Indices beyond the end of the colour table are gray levels.
    let mut colours: [[u8; 3]; 256] = std::array::from_fn(|level| [level as u8; 3]);
    for (colour, entry) in colours.iter_mut().zip(decoder.palette().unwrap_or_default().as_chunks().0) {
        *colour = *entry;
    }
    let mut indices = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut indices).map_err(error)?;

    let row = 3 * width as usize;
    let background = colours[usize::from(frame.transparent.unwrap_or(0))];
    let mut pixels = background.repeat(width as usize * height as usize);
    let rows = pixels.chunks_exact_mut(row).skip(frame.top.into());
    for (pixels, indices) in rows.zip(indices.chunks_exact(frame.width.into())) {
        let pixels = pixels[3 * usize::from(frame.left)..].as_chunks_mut().0;
        for (pixel, &index) in pixels.iter_mut().zip(indices) {
            *pixel = colours[usize::from(index)];
        }
    }
    let image = RgbImage::from_raw(width, height, pixels).ok_or_else(|| job.damaged("pixels are missing"))?;
    Ok(Decoded::new(image, (width, height), Orientation::NoTransforms))
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let bytes = first_picture(job)?;
    let (frame, width, height) = first_frame(&mut open(&bytes, job)?, job)?;
    let indices = u64::from(frame.width) * u64::from(frame.height);
    let pixels = 3 * u64::from(width) * u64::from(height);
    Ok(Needs::new(width, height, indices + pixels + bytes.len() as u64))
}

fn first_picture(job: &Job) -> Result<Vec<u8>, DecodeError> {
    let is_whole = job.bytes.ends_with(b";");
    let missing = || if is_whole { job.damaged("it has no picture") } else { job.ends_early() };
    blocks::first_picture(job.bytes).ok_or_else(missing)
}

fn open<'a>(bytes: &'a [u8], job: &Job) -> Result<Decoder<&'a [u8]>, DecodeError> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // The size of the frame is checked before it is read; nothing else is larger than the file.
    options.set_memory_limit(MemoryLimit::Unlimited);
    options.read_info(bytes).map_err(|error| decode_error(error, job))
}

/// Where the first frame lies, and the size of the canvas.
struct Frame {
    left: u16,
    top: u16,
    width: u16,
    height: u16,
    transparent: Option<u8>,
}

fn first_frame(decoder: &mut Decoder<&[u8]>, job: &Job) -> Result<(Frame, u32, u32), DecodeError> {
    let screen = (decoder.width(), decoder.height());
    let frame = decoder.next_frame_info().map_err(|error| decode_error(error, job))?;
    let frame = frame.ok_or_else(|| job.damaged("it has no picture"))?;
    let &gif::Frame { left, top, width, height, transparent, .. } = frame;
    if width == 0 || height == 0 {
        return Err(job.damaged(format!("a picture of {width} x {height} pixels")));
    }
    let frame = Frame { left, top, width, height, transparent };
    let end =
        |start: u16, length: u16, screen: u16| (u32::from(start) + u32::from(length)).max(screen.into());
    let (width, height) = (end(left, width, screen.0), end(top, height, screen.1));
    job.check_size(width, height)?;
    Ok((frame, width, height))
}

fn decode_error(error: DecodingError, job: &Job) -> DecodeError {
    match error {
        DecodingError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => job.ends_early(),
        error => job.damaged(error.to_string()),
    }
}
