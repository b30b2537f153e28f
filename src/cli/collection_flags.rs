//! The flags for files that hold many pictures, and for a share of all inputs.

use std::path::PathBuf;

use super::values::BadValue;
use crate::inputs::{MemberOptions, Patterns, Shard};

/// Which members of files that hold many pictures, and which share of all inputs.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub(super) struct CollectionFlags {
    /// Take the pictures in this tar; `-` is one on stdin
    ///
    /// For a file with another ending, or a stream; one that is compressed by gzip or zstd is unpacked. A PATH that ends in .tar, .tar.gz,
    /// .tgz, .tar.zst or .tzst is taken by its name, and shard.tar/0001.jpg is one picture of it.
    #[arg(long, value_name = "FILE", action = clap::ArgAction::Append, hide_short_help = true)]
    tar: Vec<PathBuf>,
    /// The column that has the pictures
    ///
    /// In Parquet; by default the only one that holds pictures.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    image_column: Option<String>,
    /// Copy these columns to the output
    ///
    /// Names of columns in Parquet; in a tar or zip the ending of a file beside the picture, such as cls or txt, or a field of the JSON
    /// beside it.
    #[arg(long, value_name = "COLUMN", num_args = 1.., value_delimiter = ',', hide_short_help = true)]
    keep: Vec<String>,
    /// Take share I of N, counted from 0, such as 0/4
    ///
    /// By a hash of each name, so that N processes take all inputs, each of them once.
    #[arg(long, value_name = "I/N", value_parser = shard, hide_short_help = true)]
    shard: Option<Shard>,
}

fn shard(word: &str) -> Result<Shard, BadValue> {
    let (index, count) = word.split_once('/').unwrap_or_default();
    let shard =
        index.parse().ok().zip(count.parse().ok()).and_then(|(index, count)| Shard::new(index, count));
    shard.ok_or_else(|| BadValue::new("I/N with I below N, such as 0/4", "0/4"))
}

impl CollectionFlags {
    pub(super) fn tars(&self) -> &[PathBuf] {
        &self.tar
    }

    pub(super) fn kept(&self) -> &[String] {
        &self.keep
    }

    pub(super) fn options(&self, patterns: Patterns, hidden: bool) -> MemberOptions {
        let Self { image_column, keep, shard, .. } = self;
        let (image_column, keep) = (image_column.clone(), keep.clone());
        MemberOptions { patterns, hidden, image_column, keep, shard: *shard, ..MemberOptions::default() }
    }
}
