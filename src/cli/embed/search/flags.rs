//! What is searched for: `--near`, `--duplicates`, `--embeddings`.

use std::path::{Path, PathBuf};

use clap::ArgGroup;

use crate::cli::values::{matches, similarity};

/// A search among the pictures, in place of their embeddings.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Search", group = ArgGroup::new("search").args(["near", "duplicates"]).multiple(false))]
pub(in crate::cli) struct SearchFlags {
    /// Print the pictures that are most like this photo
    ///
    /// Best first, with the cosine similarity of their embeddings: 1 for the same, near 0 for unlike. It may be given several times. A
    /// photo that is among the pictures is not its own answer.
    #[arg(long, value_name = "PHOTO", conflicts_with = "resume", action = clap::ArgAction::Append)]
    near: Vec<PathBuf>,
    /// How many pictures --near prints
    #[arg(short = 'k', long, value_name = "K", value_parser = matches, default_value_t = 10, requires = "near")]
    top: usize,
    /// Print groups of pictures this similar, such as 0.9
    ///
    /// Pictures are in one group if their similarity is this or more, or if a chain of such pairs links them. The first of a group has the
    /// most pixels, then the most bytes; so the others may go. The number of comparisons grows with the square of the number of
    /// pictures.
    #[arg(long, value_name = "SIM", value_parser = similarity, conflicts_with = "resume")]
    duplicates: Option<f64>,
    /// Search in saved embeddings, in place of pictures
    ///
    /// JSON Lines or npy. Pictures are embedded once, and searched often.
    #[arg(
        long,
        value_name = "FILE",
        group = "inputs",
        requires = "search",
        conflicts_with_all = ["paths", "files_from", "recursive"]
    )]
    embeddings: Option<PathBuf>,
}

/// What is searched for.
pub(in crate::cli::embed) enum Search<'a> {
    /// The pictures most like each of these photos; so many.
    Near(&'a [PathBuf], usize),
    /// Groups of pictures of at least this similarity.
    Duplicates(f64),
}

impl SearchFlags {
    /// The search, if there is one.
    pub(in crate::cli::embed) fn search(&self) -> Option<Search<'_>> {
        match self.duplicates {
            Some(threshold) => Some(Search::Duplicates(threshold)),
            None => (!self.near.is_empty()).then_some(Search::Near(&self.near, self.top)),
        }
    }

    /// Saved embeddings to search in.
    pub(in crate::cli::embed) fn embeddings(&self) -> Option<&Path> {
        self.embeddings.as_deref()
    }
}
