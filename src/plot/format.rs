//! The formats of plots.

use std::path::Path;

use super::error::PlotError;

/// A format, by the ending of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Svg,
    Png,
}

/// A new format is a row here and an arm in `draw`.
const ENDINGS: [(&str, Format); 2] = [("svg", Format::Svg), ("png", Format::Png)];

impl Format {
    pub(super) fn of(path: &Path) -> Result<Self, PlotError> {
        let ending = path.extension().unwrap_or_default();
        let row = ENDINGS.iter().find(|(name, _)| ending.eq_ignore_ascii_case(name));
        row.map(|(_, format)| *format).ok_or_else(|| PlotError::Ending { path: path.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides() {
        let of = |path: &str| Format::of(Path::new(path)).ok();
        assert_eq!(of("a.svg"), Some(Format::Svg));
        assert_eq!(of("./b.c/a.PNG"), Some(Format::Png));
        for other in ["plot", "svg", ".svg", "a.pdf", "a.svg.gz", "-", ""] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
