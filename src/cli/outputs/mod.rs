//! The output of a run: its file, the records that the file already has, progress and the final report.
//!
//! A command that writes a record per picture has a [`Kind`], and flags that name a [`Destination`]; commands share the rest.

pub(super) mod beside;
pub(super) mod check_answers;
mod continuation;
pub(super) mod descriptor;
pub(super) mod destination;
pub(super) mod kept;
pub(super) mod kind;
pub(super) mod lock;
mod npy;
pub(super) mod output;
pub(super) mod overwrite;
pub(super) mod own_files;
mod picture_bar;
mod regular;
mod repair;
pub(super) mod report;
pub(super) mod resume;
mod resume_command;
pub(super) mod run_writer;
pub(super) mod same_file;
