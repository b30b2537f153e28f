//! From the bytes of a picture to the numbers a network reads.
//!
//! ```text
//! bytes ─ decode() ─► RgbImage, upright ─ Preprocess::run() ─► [3, R, R] f32, normalised
//! ```
//!
//! The reference is Pillow 13 with transformers 5.23 (Google's checkpoints) or timm 1.0.31 (timm's). After
//! resizing and cropping, every 8-bit value equals theirs, from JPEG too (`tests/references/pixels.rs`). A picture is refused rather than guessed at: half a JPEG, or a
//! file that is no picture, is an error that says what was found.

mod decode;
mod error;
mod filter;
mod geometry;
mod ico;
mod jpeg;
mod orientation;
mod preprocess;
mod resize;
mod sniff;

pub use decode::{DecodeOptions, Draft, decode, decode_at_least, is_decoding};
pub use error::DecodeError;
pub use filter::{Filter, UnknownFilter};
pub use geometry::{CropMode, Geometry, Resize};
pub use preprocess::Preprocess;
