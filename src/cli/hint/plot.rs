//! Plots that cannot be written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Hint, missing_folder, quoted};
use crate::marked_file::MarkedFileError;
use crate::plot::PlotError;

impl Hint for PlotError {
    fn hint(&self) -> Option<String> {
        plot_hint(self, "--plot")
    }
}

/// What to try for a plot that `flag` asks for.
pub(in crate::cli) fn plot_hint(error: &PlotError, flag: &str) -> Option<String> {
    Some(match error {
        PlotError::Ending { path } if path.file_name().is_none() || path.as_os_str() == "-" => {
            format!("{flag} plot.svg")
        }
        PlotError::Ending { path } => {
            let [svg, png] = ["svg", "png"].map(|ending| quoted(with_ending(path, ending)));
            format!("{flag} {svg}, or {flag} {png}")
        }
        PlotError::NotBuiltIn => "cargo install --path . --features plot".into(),
        PlotError::File(error) => return file_hint(error, flag),
    })
}

/// The hint for a failure to write the file that `flag` names.
pub(in crate::cli) fn file_hint(error: &MarkedFileError, flag: &str) -> Option<String> {
    match error {
        MarkedFileError::NotOurs { .. } => {
            Some(format!("another name for {flag}, or move that file away first"))
        }
        MarkedFileError::Io { path, source } => match missing_folder(path) {
            Some(folder) if source.kind() == ErrorKind::NotFound => {
                Some(format!("mkdir -p {}", quoted(folder)))
            }
            _ => source.hint(),
        },
    }
}

/// `path` with an ending in place of that of another format. What follows the dot in `v1-0.75` is not an ending.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let is_format =
        path.extension().is_some_and(|old| old.to_string_lossy().starts_with(char::is_alphabetic));
    if is_format { path.with_extension(ending) } else { path.with_added_extension(ending) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_name_is_one_that_works() {
        let hint = |path: &str| PlotError::Ending { path: path.into() }.hint().unwrap();
        assert_eq!(hint("out/v1.pdf"), "--plot out/v1.svg, or --plot out/v1.png");
        assert_eq!(hint("v1-0.75"), "--plot v1-0.75.svg, or --plot v1-0.75.png");
        assert_eq!(hint("my plot"), "--plot 'my plot.svg', or --plot 'my plot.png'");
        assert_eq!([hint("-"), hint(""), hint("..")], ["--plot plot.svg"; 3]);
        let error = PlotError::Ending { path: "a.pdf".into() };
        let expected = "--reliability a.svg, or --reliability a.png";
        assert_eq!(plot_hint(&error, "--reliability").as_deref(), Some(expected));
    }

    #[test]
    fn a_folder_that_is_missing_is_made() {
        let error = MarkedFileError::Io { path: "no/such/a.svg".into(), source: ErrorKind::NotFound.into() };
        let error = PlotError::from(error);
        assert_eq!(error.hint().as_deref(), Some("mkdir -p no/such"));
    }
}
