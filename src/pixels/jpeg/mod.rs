//! JPEG, through `libjpeg-turbo-rs`: the one pure-Rust decoder whose pixels are those of libjpeg-turbo, and
//! so of Pillow, bit for bit.
//!
//! Measured on the shared photos against Pillow 13 (libjpeg-turbo 3.2), before any resizing: zune-jpeg 0.5.15
//! differs by up to 4 levels, with 88.5 % of the values equal where chroma is subsampled; jpeg-decoder 0.3.2
//! by up to 3, with 93.1 % equal; this one nowhere, not even at 1/2, 1/4 and 1/8 of the size. It also reads
//! arithmetic coding, and scans of one component with subsampled chroma, which zune-jpeg 0.5.15 silently
//! turns green.
//!
//! Three kinds it refuses, or decodes to other pixels than libjpeg's: CMYK with subsampled components, sequential
//! scans of some components, and chroma finer than luminance. Those go from its coefficients through [`unusual`].
//!
//! Where libjpeg warns and goes on (data that ends early, lost restart markers), a file is refused: half a picture
//! would be labelled like a whole one. [`DecodeOptions::salvage`](super::DecodeOptions::salvage) decodes it, those with
//! restart markers through [`unusual`] too, because the library does not look for them.
//!
//! CMYK values (Adobe's, inverted) are libjpeg-turbo's too; zune-jpeg converts CMYK to RGB itself, up to 1
//! level off Pillow, and jpeg-decoder inverts it. All three are MIT or Apache-2.0 and need no C compiler,
//! which Pillow's libjpeg-turbo does.
//!
//! One thread, Zen 4, minimum of 12 runs, ms; zune-jpeg cannot decode at a reduced size:
//!
//! | | this | zune-jpeg | jpeg-decoder | Pillow |
//! |---|--:|--:|--:|--:|
//! | 500 x 375 | 0.8 | 0.8 | 1.5 | 0.9 |
//! | 4032 x 3024, 1.7 MB | 52 | 49 | 57 | 57 |
//! | 4032 x 3024 with noise, 3.1 MB | 67 | 63 | 74 | 68 |
//! | the smooth one at 1/8 | 21; 11 by [`dc_only`] | | 27 | 15 |
//! | the noisy one at 1/8 | 35; 15 by [`dc_only`] | | 42 | 27 |

mod ac_skip;
mod bit_reader;
mod coefficients;
mod component;
mod dc_only;
mod decode;
mod end_marker;
mod header;
mod in_tiff;
mod needs;
mod scans;
mod trailer;
mod unusual;
mod upsample;

pub(super) use decode::decode;
pub(super) use in_tiff::{Chunk, decode_in_tiff};
pub(super) use needs::needs;
