//! The flags for files that hold many pictures, and for a share of all inputs.

use std::path::PathBuf;

use super::values;
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
    /// beside it. In a tar, files of one name have to follow each other, as `tar --sort=name` writes them.
    #[arg(long, value_name = "COLUMN", num_args = 1.., value_delimiter = ',', hide_short_help = true)]
    keep: Vec<String>,
    /// Take share I of N, counted from 0, such as 0/4
    ///
    /// N processes with the same inputs, one for each I, take every input once. Each needs an output of its own. An input belongs to the
    /// share that the first 8 bytes of the SHA-256 of its path, as it is printed, give as a big-endian number modulo N, so paths must be
    /// the same in all processes.
    #[arg(long, value_name = "I/N", value_parser = values::shard, hide_short_help = true)]
    shard: Option<Shard>,
}

impl CollectionFlags {
    pub(super) fn tars(&self) -> &[PathBuf] {
        &self.tar
    }

    pub(super) fn kept(&self) -> &[String] {
        &self.keep
    }

    pub(super) fn image_column(&self) -> Option<&str> {
        self.image_column.as_deref()
    }

    pub(super) fn shard(&self) -> Option<Shard> {
        self.shard
    }

    pub(super) fn options(&self, patterns: Patterns, hidden: bool) -> MemberOptions {
        let Self { image_column, keep, shard, .. } = self;
        let (image_column, keep) = (image_column.clone(), keep.clone());
        MemberOptions { patterns, hidden, image_column, keep, shard: *shard, ..MemberOptions::default() }
    }
}
