//! What to try next after an error. The floors below know nothing of commands and flags: their errors carry
//! the facts, and this folder puts them into words, one file per floor.
//!
//! A new error type gets an `impl Hint` here; then `or_fail` ends a command with it.

mod again;
mod backend;
mod data;
mod data_file;
mod foreign_file;
mod free_name;
mod groups;
mod hub;
mod input;
mod labelled;
mod member;
mod missing;
mod near;
mod pixels;
pub(super) mod plot;
mod predict;
mod quote;
mod shards;
mod sink;
mod stream;
mod system;
mod temperature;
mod weights;
mod with_input;

use std::fmt::Display;

use anyhow::Result;

use super::console::Failure;
pub(super) use again::{free_json, with_file, with_near_file};
pub(super) use data::{instead_of_several, with_shards};
pub(super) use input::{input_hint, instead_of_missing};
pub(super) use missing::without_quotes;
pub(super) use near::{missing_folder, near_path};
pub(super) use quote::{quoted, quoted_word};
pub(super) use shards::glob as glob_of_shards;
pub(super) use with_input::command as picture_command;

/// An error that may know what the user should do next.
pub trait Hint {
    /// The next step, without the leading "try:"; `None` where nothing general helps.
    fn hint(&self) -> Option<String>;
}

impl<T: Hint> Hint for Option<T> {
    fn hint(&self) -> Option<String> {
        self.as_ref().and_then(Hint::hint)
    }
}

/// Turns an error of a lower floor into one that ends the command: its message, and its hint.
pub(super) trait OrFail<T> {
    /// With the error's own message.
    fn or_fail(self) -> Result<T>;

    /// With the subject in front of the message: `subject: message`.
    fn or_fail_about(self, subject: &str) -> Result<T>;

    /// With an alternative after the hint: `hint, or alternative`. A hint that has it already is left alone.
    fn or_fail_suggesting(self, alternative: &str) -> Result<T>;
}

impl<T, E: Hint + Display> OrFail<T> for std::result::Result<T, E> {
    fn or_fail(self) -> Result<T> {
        self.map_err(|error| Failure::error(&error, error.hint()))
    }

    fn or_fail_about(self, subject: &str) -> Result<T> {
        self.map_err(|error| Failure::error(format_args!("{subject}: {error}"), error.hint()))
    }

    fn or_fail_suggesting(self, alternative: &str) -> Result<T> {
        self.map_err(|error| {
            let hint = match error.hint() {
                Some(hint) if hint.contains(alternative) => hint,
                Some(hint) => format!("{hint}, or {alternative}"),
                None => alternative.into(),
            };
            Failure::error(&error, Some(hint))
        })
    }
}
