//! What the rows are written as.

use clap::ValueEnum;

/// A format of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table for people, row by row, and the front at its end
    #[default]
    Text,
    /// One object per row and line
    #[value(alias = "jsonl")]
    Json,
    /// One line per row
    Csv,
    /// A table for a document, with the command that made it
    #[value(alias = "md")]
    Markdown,
}
