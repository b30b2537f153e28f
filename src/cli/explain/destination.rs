//! The destination of drawings, and the checks of it before anything runs.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::args::Args;
use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::cli::hint::plot::{file_hint, plot_hint};
use crate::cli::hint::{Hint, quoted};
use crate::cli::outputs::overwrite::{read_as, refusal};
use crate::inputs::Inputs;
use crate::{plot, sheet};

/// The destination of drawings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// No drawing: only numbers are printed.
    Nowhere,
    /// One figure on stdout, as PNG.
    Stdout,
    /// A file for one figure.
    Figure(PathBuf),
    /// A file for a contact sheet.
    Sheet(PathBuf),
    /// A folder for one figure per photo.
    Folder(PathBuf),
}

const FLAG: &str = "--output";

impl Destination {
    /// The destination that the flags name. A folder is created if it does not exist.
    pub(super) fn of(args: &Args) -> Result<Self> {
        let Some(output) = &args.output else {
            return if args.json { Ok(Self::Nowhere) } else { Err(nothing_wanted(args)) };
        };
        let destination = Self::at(output)?;
        if let Some(what) = read_as(output, &args.input.files()) {
            return Err(refusal(output, what, "the drawing", &with_output(&free_name())));
        }
        match &destination {
            Self::Stdout if args.json => {
                let message = "-o - and --json both write to stdout";
                return Err(Failure::error(message, Some(with_output("map.png"))));
            }
            Self::Stdout if io::stdout().is_terminal() => {
                let message = "a PNG file would be written to the terminal";
                return Err(Failure::error(message, Some(with_output("map.png"))));
            }
            Self::Stdout | Self::Figure(_) if args.input.count() != Some(1) => {
                let message = format!("{}: one figure is of one photo", output.display());
                return Err(Failure::error(message, Some(with_output("sheet.html"))));
            }
            Self::Stdout if cfg!(not(feature = "plot")) => {
                let error = plot::PlotError::NotBuiltIn;
                return Err(Failure::error(&error, plot_hint(&error, FLAG)));
            }
            Self::Nowhere | Self::Stdout => {}
            Self::Figure(path) => {
                plot::check(path).map_err(|error| Failure::error(&error, plot_hint(&error, FLAG)))?;
            }
            Self::Sheet(path) => {
                sheet::check(path).map_err(|error| Failure::error(&error, file_hint(&error, FLAG)))?;
            }
            Self::Folder(path) => {
                let failure = |error: io::Error| {
                    Failure::error(format_args!("{}: cannot be made: {error}", path.display()), error.hint())
                };
                fs::create_dir_all(path).map_err(failure)?;
                let probe = path.join("mnet.png");
                plot::check(&probe).map_err(|error| Failure::error(&error, plot_hint(&error, FLAG)))?;
            }
        }
        Ok(destination)
    }

    /// The inputs without earlier drawings: a search skips the folder of drawings.
    pub(super) fn left_out_of(&self, inputs: Inputs) -> Inputs {
        if let Self::Folder(folder) = self { inputs.leaving_out(folder) } else { inputs }
    }

    /// The destination at `path`, by its ending.
    fn at(path: &Path) -> Result<Self> {
        let ends_in = |ending: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
        let ends_in_slash = path
            .as_os_str()
            .as_encoded_bytes()
            .last()
            .is_some_and(|byte| std::path::is_separator(char::from(*byte)));
        match path {
            _ if path.as_os_str() == "-" => Ok(Self::Stdout),
            _ if ends_in_slash || path.is_dir() => Ok(Self::Folder(path.to_owned())),
            _ if ends_in("png") || ends_in("svg") => Ok(Self::Figure(path.to_owned())),
            _ if ends_in("html") || ends_in("htm") => Ok(Self::Sheet(path.to_owned())),
            _ => {
                let message =
                    "the name of a drawing ends in .png, .svg or .html; that of a folder in a slash";
                let message = format!("{}: {message}", path.display());
                let name =
                    if path.file_stem().is_some() { path.with_extension("png") } else { "map.png".into() };
                Err(Failure::error(message, Some(with_output(&name.to_string_lossy()))))
            }
        }
    }
}

/// A name for a drawing that no file has.
fn free_name() -> String {
    let numbered = (2..).map(|number| format!("map-{number}.png"));
    let mut names = ["map.png".to_owned()].into_iter().chain(numbered);
    names.find(|name| fs::symlink_metadata(name).is_err()).unwrap_or_default()
}

/// This command with `name` as the value of `--output`.
pub(super) fn with_output(name: &str) -> String {
    let line = CommandLine::of_process();
    let names = ["-o", FLAG];
    let old = line.value(&names);
    let changed = old.and_then(|old| line.with_value(&names, &old, &[name])?.shown());
    changed.unwrap_or_else(|| format!("-o {}", quoted(name)))
}

fn nothing_wanted(args: &Args) -> anyhow::Error {
    let name = if args.input.count() == Some(1) { "map.png" } else { "sheet.html" };
    let line = CommandLine::of_process();
    // The flag goes before --class, which takes all words that follow.
    let at = line.position("explain").map_or(0, |at| at + 1);
    let hint = line.spliced(at..at, ["-o", name]).shown();
    Failure::error("the maps need a place (--output), or --json for numbers", hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides() {
        let at = |path: &str| Destination::at(Path::new(path)).ok();
        assert_eq!(at("-"), Some(Destination::Stdout));
        assert_eq!(at("a.PNG"), Some(Destination::Figure("a.PNG".into())));
        assert_eq!(at("b/a.svg"), Some(Destination::Figure("b/a.svg".into())));
        assert_eq!(at("a.html"), Some(Destination::Sheet("a.html".into())));
        assert_eq!(at("new/"), Some(Destination::Folder("new/".into())));
        assert_eq!(at("src"), Some(Destination::Folder("src".into())));
        for other in ["a.jpg", "new", "a.pdf", "", "a.png.gz"] {
            assert_eq!(at(other), None, "{other}");
        }
    }
}
