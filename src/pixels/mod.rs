//! Bytes of a picture file to the numbers a network reads.
//!
//! ```text
//! bytes ─ decode() ─► RgbImage, upright ─ Preprocess::run() ─► [C, H, W] f32, normalised
//! ```
//!
//! The reference is Pillow 13 with transformers 5.23 on its PIL backend (for Google's checkpoints), timm 1.0.31 (for
//! timm's) or torchvision 0.29. Their inputs are met bit for bit (`tests/pixels/libraries.rs`), from JPEG too
//! (`tests/references/pixels.rs`); 16-bit gray alone is read otherwise (`decode.rs`).
//!
//! A file is never guessed at: half a JPEG, or a file that is not a picture, is an error that says what was
//! found.

mod bmp;
mod budget;
mod channels;
mod cmyk;
mod decode;
mod describe;
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
mod overrides;
mod oversize;
mod pfm;
mod picture;
mod png;
mod pnm;
mod preprocess;
mod preprocess_memory;
mod qoi;
mod region;
mod resize;
mod resolution;
mod size;
mod sniff;
mod tga;
mod tiff;
mod webp;

pub use budget::DecodeOptions;
pub use channels::Channels;
pub use decode::{decode, decode_at_least, needs};
pub use error::DecodeError;
pub use filter::{Filter, UnknownFilter};
pub use geometry::{CropMode, Geometry, MAX_SIDE};
pub use job::Needs;
pub use overrides::{OverrideError, Overrides};
pub use oversize::Oversize;
pub use picture::Draft;
pub use preprocess::{Planes, Preprocess};
pub use region::Region;
pub use resize::resize;
pub use size::{Resize, Size};
pub use sniff::describe;
