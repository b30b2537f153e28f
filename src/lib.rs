//! mnet labels images with MobileNet: the library behind the `mnet` binary, its tests and its benches.
//!
//! It promises no stable interface. The way of an image:
//!
//! ```text
//! path ─► RgbImage ──► [3,R,R] f32 ──► logits [K] ──► top-k ──► Record ──► bytes
//!    decode     preprocess        network       predict   pipeline     sink
//! ```
//!
//! Imports point down only; `tests/floors.rs` holds the table.
//!
//! | module | what |
//! |---|---|
//! | [`cli`] | commands and flags; the only place that prints |
//! | [`pipeline`] | inputs to records, in order, on all cores |
//! | [`inputs`] | what to label: paths, directories, lists, stdin |
//! | [`predict`] | a checkpoint, its configuration and labels; logits to classes |
//! | [`sink`] | records to bytes |
//! | [`hub`] | repositories to local files |
//! | [`models`] | networks as tables, strict weights, forward passes |
//! | [`weights`] | weight files to named tensors |
//! | [`pixels`] | bytes to an upright picture to normalised pixels |
//! | [`ops`] | one operation per kind of layer, on our kernels and on candle's tensors |
//! | [`kernels`] | what the operations compute on a CPU |
//! | [`record`] | plain data |

pub mod cli;
pub mod hub;
pub mod inputs;
pub mod kernels;
pub mod measure;
pub mod models;
pub mod ops;
pub mod pipeline;
pub mod pixels;
pub mod predict;
pub mod record;
pub mod sink;
pub mod weights;
