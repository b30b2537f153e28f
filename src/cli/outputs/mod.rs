//! Where the answers of a run go: the file, what is known of it already, what is said while it grows and when it ends.
//!
//! A command with a record per picture has a [`Kind`] and flags that name a [`Destination`]; the rest it shares with the others.

pub(super) mod beside;
pub(super) mod check_answers;
mod continuation;
pub(super) mod descriptor;
pub(super) mod destination;
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
