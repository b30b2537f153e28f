//! The flags of a search: `--near`, `--duplicates`, `--embeddings`.

use std::path::{Path, PathBuf};

use clap::ArgGroup;

use crate::cli::values::{matches, similarity};

/// Flags that search among the pictures, instead of printing their embeddings.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Search", group = ArgGroup::new("search").args(["near", "duplicates"]).multiple(false))]
pub(in crate::cli) struct SearchFlags {
    /// Print the pictures that are most like this photo
    ///
    /// Best first, with the cosine similarity of their embeddings: 1 for the same picture, near 0 for unrelated ones. The flag may be given
    /// several times. A photo that is among the pictures is not listed as similar to itself.
    #[arg(long, value_name = "PHOTO", conflicts_with_all = ["resume", "ready_fd"], action = clap::ArgAction::Append)]
    near: Vec<PathBuf>,
    /// How many pictures --near prints
    #[arg(short = 'k', long, value_name = "K", value_parser = matches, default_value_t = 10, requires = "near")]
    top: usize,
    /// Print groups of pictures this similar, such as 0.9
    ///
    /// Two pictures are in one group if their similarity is at least this, or if a chain of such pairs links them. The picture with the most
    /// pixels, then the most bytes, is the first of its group, so the others can be deleted. Members of tar, zip and
    /// Parquet files come after files. The number of comparisons grows with the
    /// square of the number of pictures.
    #[arg(long, value_name = "SIM", value_parser = similarity, conflicts_with_all = ["resume", "ready_fd"])]
    duplicates: Option<f64>,
    /// Search in saved embeddings instead of pictures
    ///
    /// A file in JSON Lines or npy. Pictures are then embedded once and searched often.
    #[arg(
        long,
        value_name = "FILE",
        group = "inputs",
        requires = "search",
        conflicts_with_all = ["paths", "files_from", "recursive", "shard"]
    )]
    embeddings: Option<PathBuf>,
}

/// The search that the flags ask for.
pub(in crate::cli::embed) enum Search<'a> {
    /// The pictures most similar to each of these photos, and how many to print for each.
    Near(&'a [PathBuf], usize),
    /// Groups of pictures of at least this similarity.
    Duplicates(f64),
}

impl SearchFlags {
    /// The search, if flags ask for one.
    pub(in crate::cli::embed) fn search(&self) -> Option<Search<'_>> {
        match self.duplicates {
            Some(threshold) => Some(Search::Duplicates(threshold)),
            None => (!self.near.is_empty()).then_some(Search::Near(&self.near, self.top)),
        }
    }

    /// The file of saved embeddings to search in.
    pub(in crate::cli::embed) fn embeddings(&self) -> Option<&Path> {
        self.embeddings.as_deref()
    }
}
