//! `--labels FILE`: names of classes from a user's file.
//!
//! What tools write is recognised by its content ([`forms`]). A file follows a form completely or is refused: a name at
//! the wrong index would look like an answer.

mod columns;
mod encoding;
mod error;
mod forms;
mod indexed;
mod json;
mod lines;
mod numbered;
mod open;
mod pbtxt;
mod python;
mod refused;
#[cfg(test)]
mod tests;
mod wordnet;

pub use error::LabelFileError;
