//! Bytes of a picture file to the numbers a network reads.
//!
//! ```text
//! bytes ─ decode() ─► RgbImage, upright ─ Preprocess::run() ─► [3, R, R] f32, normalised
//! ```
//!
//! The reference is Pillow 13 with transformers 5.23 (for Google's checkpoints) or timm 1.0.31 (for timm's).
//! After resizing and cropping, every 8-bit value equals theirs, from JPEG too (`tests/references/pixels.rs`).
//! A file is never guessed at: half a JPEG, or a file that is not a picture, is an error that says what was
//! found.

mod bmp;
mod budget;
mod cmyk;
mod decode;
mod error;
mod filter;
mod formats;
mod geometry;
mod gif;
mod ico;
mod image_crate;
mod job;
mod jpeg;
mod levels;
mod not_image;
mod orientation;
mod pfm;
mod picture;
mod png;
mod preprocess;
mod resize;
mod sniff;
mod tga;
mod tiff;
mod webp;

pub use budget::DecodeOptions;
pub use decode::{decode, decode_at_least, is_decoding, needs};
pub use error::DecodeError;
pub use filter::{Filter, UnknownFilter};
pub use geometry::{CropMode, Geometry, Resize, Size};
pub use job::Needs;
pub use picture::Draft;
pub use preprocess::{Channels, Preprocess};
