//! mnet labels images with MobileNet: the library behind the `mnet` binary.
//!
//! ```
//! use mnet::backend::device::DeviceChoice;
//! use mnet::pixels::{self, DecodeOptions};
//! use mnet::predict::{AnswerOptions, Checkpoint, Classifier};
//!
//! let classifier = Classifier::new(Checkpoint::built_in()?, DeviceChoice::Auto.open()?)?;
//! let file = std::fs::read("assets/photos/cat_720p.jpg")?;
//! let picture = pixels::decode(&file, &DecodeOptions::default())?;
//! let answer = classifier.classify_picture(&picture, &AnswerOptions::default())?;
//! assert_eq!(&*answer.top[0].label, "Egyptian cat");
//! assert!(answer.top[0].score > 0.45);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/classify.rs` opens any other checkpoint too: from the hub, from a folder, by a name of the catalogue.
//! [`pipeline::Pipeline`] labels many pictures, on all cores and in bounded memory.
//!
//! The interface is not stable: it may change with every version. The way of an image:
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
//! | [`neighbours`] | which vectors are alike |
//! | [`plot`] | figures as SVG and PNG files |
//! | [`heat`] | maps of numbers over pictures |
//! | [`sheet`] | pictures on a page, as HTML files |
//! | [`measure`] | latencies, and what a processor can do at most |
//! | [`record`] | plain data |
//! | [`statistics`] | what figures say together: fronts, intervals, tests, calibration |
//! | [`words`] | lists in sentences |
//! | [`guard`] | panics that become errors |
//! | `encoding` | text in other encodings than UTF-8 |
//! | `atomic_file` | files that appear whole or not at all |
//! | [`marked_file`] | files that replace only files of their kind |
//! | `regular_file` | regular files, opened or read whole, with a limit |
//! | `terminal_text` | text from elsewhere, made safe to print |
//! | `waiting` | which waits for another process are going on |

mod atomic_file;
pub mod backend;
pub mod cli;
mod encoding;
pub mod guard;
pub mod heat;
pub mod hub;
pub mod inputs;
pub mod kernels;
pub mod marked_file;
pub mod measure;
pub mod models;
pub mod neighbours;
pub mod nn;
pub mod pipeline;
pub mod pixels;
pub mod plot;
pub mod predict;
pub mod record;
mod regular_file;
pub mod sheet;
pub mod sink;
pub mod statistics;
mod terminal_text;
mod waiting;
pub mod weights;
pub mod words;
