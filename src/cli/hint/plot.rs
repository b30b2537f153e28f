//! Plots that cannot be written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Hint, quoted};
use crate::plot::PlotError;

impl Hint for PlotError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ending { path } if path.file_name().is_none() || path.as_os_str() == "-" => {
                "--plot plot.svg".into()
            }
            Self::Ending { path } => {
                let [svg, png] = ["svg", "png"].map(|ending| quoted(with_ending(path, ending)));
                format!("--plot {svg}, or --plot {png}")
            }
            Self::NotAPlot { .. } => "another name for --plot, or move that file away first".into(),
            Self::NotBuiltIn => "cargo install --path . --features plot".into(),
            Self::Io { path, source } if source.kind() == ErrorKind::NotFound => {
                format!("mkdir -p {}", quoted(path.parent()?))
            }
            Self::Io { source, .. } => return source.hint(),
        })
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
        let source = ErrorKind::NotFound.into();
        let missing = PlotError::Io { path: "no such/t.svg".into(), source };
        assert_eq!(missing.hint().as_deref(), Some("mkdir -p 'no such'"));
        assert_eq!([hint("-"), hint(""), hint("..")], ["--plot plot.svg"; 3]);
    }
}
