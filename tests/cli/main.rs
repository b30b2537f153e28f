//! The command line: what users type, and what the binary prints, writes and returns.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, reason = "pickles are made elsewhere as well")]
#[path = "../weights/assembler.rs"]
mod assembler;

#[allow(dead_code, clippy::print_stdout, reason = "its `main` asks git and tells cargo")]
#[path = "../../build.rs"]
mod build;

mod alike;
mod answers;
mod bench;
mod bench_grid;
mod calibrate;
mod choose;
mod display;
mod doctor;
mod embed;
mod errors;
mod eval;
mod explain;
mod finetuned;
mod folders;
mod groups;
mod help;
mod hub;
mod ignored;
mod inspect;
mod interrupted;
#[cfg(feature = "tar")]
mod keep;
mod kept_files;
mod labels;
#[cfg(unix)]
mod limits;
mod memory;
mod mistakes;
mod models;
#[cfg(feature = "parquet")]
mod one_name;
mod output;
mod overwrite;
mod paper;
#[cfg(feature = "parquet")]
mod parquet;
mod photos;
mod precision;
mod preprocessing;
#[cfg(unix)]
mod resume;
#[cfg(feature = "parquet")]
mod rows;
#[cfg(unix)]
mod shard;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod stage;
#[cfg(feature = "tar")]
mod tars;
mod temperature;
#[cfg(unix)]
mod timeout;
mod version;
mod wrong_inputs;

use support::program::{Mnet, Run, best, photo};
