//! The bodies of the fuzz targets: each reads `data` as one kind of untrusted file and checks what must
//! always hold.
//!
//! Panics, and memory or time without bound, are the failures that a fuzzer finds by itself.

mod jpegs;
mod pictures;
mod scratch;
mod texts;
mod weights;

pub use jpegs::{jpeg, salvage};
pub use pictures::{bitmap, gif, picture, png, tiff, webp};
pub use texts::{answered, config, labels, list};
pub use weights::{pickle, safetensors, shard_index, torch};
