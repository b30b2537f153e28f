//! mnet labels images with MobileNet: the library behind the `mnet` binary, its tests and its benches.
//!
//! It promises no stable interface. The way of an image:
//!
//! ```text
//! path ─► RgbImage ──► [C,H,W] f32 ──► logits [K] ──► top-k ──► Record ──► bytes
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
//! | [`backend`] | what runs a network: on our kernels, or on candle's operations on any device |
//! | [`models`] | what networks are: tables, names of tensors, strict loading |
//! | [`weights`] | weight files to named tensors |
//! | [`pixels`] | bytes to an upright picture to normalised pixels |
//! | [`kernels`] | what the operations compute on a CPU |
//! | [`nn`] | activations, padding and the geometry of convolutions |
//! | [`measure`] | latencies, and what a processor can do at most |
//! | [`record`] | plain data |
//! | [`words`] | lists in sentences |
//! | [`guard`] | panics that become errors |
//! | `encoding` | text in other encodings than UTF-8 |
//! | `atomic_file` | files that appear whole or not at all |
//! | `regular_file` | regular files, opened or read whole, with a limit |
//! | `terminal_text` | text from elsewhere, made safe to print |
//! | `waiting` | which waits for another process are going on |

mod atomic_file;
pub mod backend;
pub mod cli;
mod encoding;
pub mod guard;
pub mod hub;
pub mod inputs;
pub mod kernels;
pub mod measure;
pub mod models;
pub mod nn;
pub mod pipeline;
pub mod pixels;
pub mod predict;
pub mod record;
mod regular_file;
pub mod sink;
mod terminal_text;
mod waiting;
pub mod weights;
pub mod words;
