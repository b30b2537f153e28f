//! Figures beside the numbers: `--plot`, `--plot-theme`.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use super::hint::OrFail;
use crate::plot::{self, Figure};

/// The figure of a command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct PlotFlags {
    /// Draw the results: FILE.svg or FILE.png
    ///
    /// The ending says which. The file appears when it is complete; one that exists is replaced only if it is a plot.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// The page that the plot is for
    #[arg(
        long,
        value_name = "THEME",
        value_enum,
        default_value_t,
        requires = "plot",
        hide_short_help = true
    )]
    plot_theme: Theme,
}

/// The background of the page that a drawing is for.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Theme {
    /// A white page
    #[default]
    Light,
    /// A dark page
    Dark,
}

impl PlotFlags {
    /// Whether there will be a plot.
    pub(super) fn is_given(&self) -> bool {
        self.plot.is_some()
    }

    /// Refuses a file that cannot take a plot, before anything long runs.
    pub(super) fn check(&self) -> Result<()> {
        self.plot.as_deref().map_or(Ok(()), plot::check).or_fail()
    }

    /// Draws the figure, if `--plot` asks for it.
    pub(super) fn write(&self, figure: impl FnOnce() -> Figure) -> Result<()> {
        let Some(path) = &self.plot else { return Ok(()) };
        plot::write(&figure(), path, self.plot_theme.into()).or_fail()
    }
}

impl From<Theme> for plot::Theme {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
        }
    }
}
