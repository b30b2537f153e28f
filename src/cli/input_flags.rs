//! The flags that choose the pictures of a run and how directories are searched.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ArgGroup;

use super::collection_flags::CollectionFlags;
use super::command_line::{Arity, CommandLine};
use super::console::Failure;
use super::decode_flags::DecodeFlags;
use super::hint::{glob_of_shards, picture_command, quoted_word, with_file, with_near_file};
use super::outputs::descriptor::Descriptor;
use crate::inputs::{Inputs, List, Patterns, Separator, WalkOptions, first_collection, is_collection};
use crate::record::ItemError;
use crate::words::and_list;

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
    /// In directories and tars take only files that match
    ///
    /// Such as '*.jpg'. A pattern with a slash is matched against the path below the directory. A pattern by which a search finds a
    /// file of many pictures, such as '*.tar', does not choose among these.
    #[arg(long, value_name = "PATTERN", hide_short_help = true)]
    glob: Vec<String>,
    /// In directories and tars skip what matches, directories too
    #[arg(long, value_name = "PATTERN", hide_short_help = true)]
    exclude: Vec<String>,
    /// In directories and tars include hidden files and directories
    #[arg(long, hide_short_help = true)]
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
        self.check_choice()?;
        self.check_stdin()?;
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
        let inputs = self.paths.iter().chain(self.collections.tars());
        inputs.map(|path| ("is an input", file(path))).chain(lists).collect()
    }

    /// What is read from stdin, if anything is.
    pub(in crate::cli) fn on_stdin(&self) -> Option<&'static str> {
        if self.collections.tars().iter().any(is_stdin) {
            return Some("a tar of pictures");
        }
        if self.files_from.as_deref().is_some_and(is_stdin) {
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
            // A search or a list may lead to such files all the same.
            self.inputs().ok().map(Inputs::only_names)
        } else {
            None
        }
    }

    /// The names of the columns that records keep.
    pub(in crate::cli) fn kept(&self) -> Vec<String> {
        self.collections.kept().to_vec()
    }

    /// The column of pictures that was asked for.
    pub(in crate::cli) fn image_column(&self) -> Option<&str> {
        self.collections.image_column()
    }

    /// The note on a file of many pictures in the searched directories. A search takes such a file only with --glob.
    pub(in crate::cli) fn passed_by(&self) -> Option<String> {
        let is_by_ending = self.recursive && self.glob.is_empty();
        let mut searched = self.paths.iter().filter(|_| is_by_ending);
        let (file, glob) =
            searched.find_map(|path| Some((first_collection(path)?, glob_of_shards(path)?)))?;
        Some(format!("{} holds many: --glob {} takes such files", file.display(), quoted_word(glob)))
    }

    /// Whether a file that is named holds many pictures.
    fn may_hold_many(&self) -> bool {
        !self.collections.tars().is_empty() || self.paths.iter().any(|path| is_collection(path))
    }

    /// Refuses flags that choose among files where there is nothing to choose from.
    fn check_choice(&self) -> Result<()> {
        // What a list names is not known yet.
        if self.recursive || self.files_from.is_some() || self.may_hold_many() {
            return Ok(());
        }
        let flags = [
            ("--glob", !self.glob.is_empty()),
            ("--exclude", !self.exclude.is_empty()),
            ("--hidden", self.hidden),
        ];
        let given: Vec<_> =
            flags.into_iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| flag).collect();
        if given.is_empty() {
            return Ok(());
        }
        let line = CommandLine::of_process();
        let command =
            ["classify", "embed", "explain"].into_iter().filter_map(|name| line.position(name)).min();
        let at = command.map_or(0, |command| command + 1);
        let verb = if given.len() == 1 { "works" } else { "work" };
        Err(Failure::error(
            format_args!("{} only {verb} with --recursive", and_list(&given)),
            line.spliced(at..at, ["--recursive"]).shown(),
        ))
    }

    /// Refuses a second use of stdin.
    fn check_stdin(&self) -> Result<()> {
        let uses = |paths: &[PathBuf]| paths.iter().filter(|path| is_stdin(path)).count();
        let (pictures, tars) = (uses(&self.paths), uses(self.collections.tars()));
        let is_list = self.files_from.as_deref().is_some_and(is_stdin);
        let line = CommandLine::of_process();
        let without = |word: &str| {
            let at = line.index_of(word.as_ref())?;
            line.spliced(at..at + 1, [""; 0]).shown()
        };
        let (message, hint) = match (tars, is_list, pictures) {
            (0, true, 1..) => ("stdin cannot be a picture and a list of pictures", None),
            (1.., true, _) => {
                let hint = line.without(&["--files-from"], Arity::One).and_then(|line| line.shown());
                ("stdin cannot be a tar and a list of pictures", hint)
            }
            (1.., _, 1..) => {
                let alone = line.without(&["--tar"], Arity::One);
                (
                    "stdin cannot be a tar and a picture",
                    alone.and_then(|line| line.shown()).or_else(|| without("-")),
                )
            }
            (2.., ..) => {
                let alone = line.without(&["--tar"], Arity::One).map(|line| line.with(&["--tar", "-"]));
                ("stdin cannot be two tars", alone.and_then(|line| line.shown()))
            }
            _ => return Ok(()),
        };
        Err(Failure::error(message, hint))
    }

    fn list(&self, path: &Path) -> Result<List> {
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

/// Whether `path` is stdin, by any of its names.
fn is_stdin(path: impl AsRef<Path>) -> bool {
    path.as_ref().as_os_str() == "-" || Descriptor::of(path.as_ref()) == Some(Descriptor::STDIN)
}
