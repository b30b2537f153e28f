//! The flags that choose the pictures of a run and how directories are searched.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ArgGroup;

use super::collection_flags::CollectionFlags;
use super::command_line::CommandLine;
use super::console::Failure;
use super::decode_flags::DecodeFlags;
use super::hint::{picture_command, with_file, with_near_file};
use super::outputs::descriptor::Descriptor;
use crate::inputs::{Inputs, List, Patterns, Separator, WalkOptions, is_collection};
use crate::record::ItemError;

/// Which pictures.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input", group = ArgGroup::new("inputs").args(["paths", "files_from", "tar"]).multiple(true).required(true))]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(in crate::cli) struct InputFlags {
    /// Pictures, directories with -r, or `-` for stdin
    ///
    /// JPEG, PNG, GIF (first frame), WebP, BMP, TIFF, PNM, PFM, QOI, TGA or ICO, with any name; `-` is the bytes of one picture on stdin.
    #[arg(value_name = "PATH", help_heading = None)]
    paths: Vec<PathBuf>,
    /// Take the pictures that this file lists
    ///
    /// One path per line; `-` is a list on stdin. They come after every PATH.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// Paths in the list end with a zero byte
    ///
    /// As `find -print0` writes them.
    #[arg(short = '0', long, requires = "files_from", hide_short_help = true)]
    null: bool,
    /// Search directories, sorted by name
    ///
    /// Takes the pictures in directories and their subdirectories. Without --glob, files with the ending of a picture format are
    /// taken.
    #[arg(short, long)]
    recursive: bool,
    /// In directories take only files that match
    ///
    /// Such as '*.jpg'. A pattern with a slash is matched against the path below the directory.
    #[arg(long, value_name = "PATTERN", requires = "recursive", hide_short_help = true)]
    glob: Vec<String>,
    /// In directories skip what matches, directories too
    #[arg(long, value_name = "PATTERN", requires = "recursive", hide_short_help = true)]
    exclude: Vec<String>,
    /// In directories include hidden files and directories
    #[arg(long, requires = "recursive", hide_short_help = true)]
    hidden: bool,
    /// In directories follow symbolic links
    ///
    /// Links to a parent directory are skipped.
    #[arg(long, requires = "recursive", hide_short_help = true)]
    follow: bool,
    /// Levels of directories to search
    ///
    /// 1 means only the directory's own files.
    #[arg(long, value_name = "N", requires = "recursive", hide_short_help = true)]
    max_depth: Option<usize>,
    #[command(flatten)]
    collections: CollectionFlags,
    #[command(flatten)]
    decode: DecodeFlags,
}

impl InputFlags {
    /// The inputs. Those on stdin can be read only once.
    pub(in crate::cli) fn inputs(&self) -> Result<Inputs> {
        let list = self.files_from.as_deref().map(|path| self.list(path)).transpose()?;
        let recursion = self.recursive.then(|| self.walk()).transpose()?;
        let options = self.collections.options(self.patterns()?, self.hidden);
        Ok(Inputs::new(self.paths.clone(), list, recursion, options)
            .with_tars(self.collections.tars().to_vec()))
    }

    /// The files that are named, each with what it is; `/dev/stdin` leads to the file that stdin comes from.
    pub(in crate::cli) fn files(&self) -> Vec<(&'static str, PathBuf)> {
        let file = |path: &PathBuf| if path.as_os_str() == "-" { "/dev/stdin".into() } else { path.clone() };
        let lists = self.files_from.iter().map(|list| ("is the list of inputs", file(list)));
        self.paths.iter().map(|path| ("is an input", file(path))).chain(lists).collect()
    }

    /// What is read from stdin, if anything is.
    pub(in crate::cli) fn on_stdin(&self) -> Option<&'static str> {
        let is_stdin =
            |path: &PathBuf| path.as_os_str() == "-" || Descriptor::of(path) == Some(Descriptor::STDIN);
        if self.files_from.as_ref().is_some_and(is_stdin) {
            Some(if self.null { "paths, each ended by a zero byte," } else { "paths, one per line," })
        } else {
            self.paths.iter().any(is_stdin).then_some("the bytes of a picture")
        }
    }

    /// How pictures are decoded.
    pub(in crate::cli) fn decode(&self) -> &DecodeFlags {
        &self.decode
    }

    /// How many inputs there are, if all of them are named.
    pub(in crate::cli) fn count(&self) -> Option<usize> {
        let is_counted = self.files_from.is_none() && !self.recursive && !self.may_hold_many();
        let is_ours = |path: &&PathBuf| self.collections.shard().is_none_or(|shard| shard.includes(path));
        is_counted.then(|| self.paths.iter().filter(is_ours).count())
    }

    /// The inputs once more, to count them; `None` if the list is a pipe, which can be read only once.
    pub(in crate::cli) fn for_counting(&self) -> Option<Inputs> {
        let is_file = |path: &PathBuf| path.is_file();
        // Counting members would read the files twice.
        if self.files_from.as_ref().is_none_or(is_file) && !self.may_hold_many() {
            self.inputs().ok()
        } else {
            None
        }
    }

    /// The names of the columns that records keep.
    pub(in crate::cli) fn kept(&self) -> Vec<String> {
        self.collections.kept().to_vec()
    }

    /// Whether a file that is named holds many pictures.
    fn may_hold_many(&self) -> bool {
        !self.collections.tars().is_empty() || self.paths.iter().any(|path| is_collection(path))
    }

    fn list(&self, path: &Path) -> Result<List> {
        let is_stdin = |path: &Path| path == Path::new("-");
        if is_stdin(path) && self.paths.iter().any(|path| is_stdin(path)) {
            return Err(Failure::error("stdin cannot be a picture and a list of pictures", None));
        }
        let separator = if self.null { Separator::Null } else { Separator::Newline };
        List::open(path, separator).map_err(|error| {
            let message = format!("{}: {}", path.display(), ItemError::from(&error).message);
            Failure::error(message, self.without_list(path))
        })
    }

    /// What to try in place of a list that cannot be read: one of a similar name, or the paths beside it.
    fn without_list(&self, path: &Path) -> Option<String> {
        let near = if self.paths.is_empty() { with_near_file } else { with_file };
        near("--files-from", path).or_else(|| {
            let command = picture_command(&CommandLine::of_process());
            Some(format!("find . -name '*.jpg' | mnet {command} --files-from -"))
        })
    }

    fn patterns(&self) -> Result<Patterns> {
        Patterns::new(&self.glob, &self.exclude)
            .map_err(|error| Failure::error(&error, Some("--glob '*.jpg'".to_owned())))
    }

    fn walk(&self) -> Result<WalkOptions> {
        let patterns = self.patterns()?;
        let Self { hidden, follow, max_depth, .. } = *self;
        Ok(WalkOptions { patterns, hidden, follow, max_depth, left_out: None })
    }
}
