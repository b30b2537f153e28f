//! Figures as SVG or PNG files: data comes in, a file goes out. Knows nothing of networks.
//!
//! ```no_run
//! use std::path::Path;
//! use mnet::plot::{self, Axis, Chart, Figure, Point, Scatter, Theme};
//!
//! let axis = |title: &str| Axis { title: title.into(), is_log: true };
//! let point = Point { x: 5.4, y: 70.9, label: "1.0-224".into(), series: "V1".into(), ..Point::default() };
//! let chart = Scatter { title: String::new(), x: axis("latency, ms"), y: axis("top-1, %"), points: vec![point] };
//! let figure = Figure { panels: vec![Chart::Scatter(chart)] };
//! plot::check(Path::new("v1.svg"))?;
//! plot::write(&figure, Path::new("v1.svg"), Theme::Light)?;
//! # Ok::<(), plot::PlotError>(())
//! ```

#[cfg(feature = "plot")]
mod drawing;
mod error;
mod figure;
mod file;
mod format;
#[cfg(test)]
#[cfg(feature = "plot")]
mod tests;
mod theme;

use std::path::Path;

pub use error::PlotError;
pub use figure::{
    Axis, Bar, Bars, Chart, Confusion, Figure, HeatMap, HeatMaps, Point, Reliability, ReliabilityBin, Scatter,
};
use format::Format;
pub use theme::Theme;

/// Refuses a file that [`write()`] would refuse, so that no long run ends without its plot.
///
/// # Errors
/// If the name ends in neither `.svg` nor `.png`, if a file of that name is not a plot, if the file cannot be created,
/// or if this build cannot draw plots.
pub fn check(path: &Path) -> Result<(), PlotError> {
    if cfg!(not(feature = "plot")) {
        return Err(PlotError::NotBuiltIn);
    }
    Format::of(path)?;
    file::check(path)
}

/// Draws the figure and writes it to `path`, as SVG or PNG by its ending. The same figure gives the same bytes.
///
/// # Errors
/// As those of [`check`].
#[cfg(feature = "plot")]
pub fn write(figure: &Figure, path: &Path, theme: Theme) -> Result<(), PlotError> {
    check(path)?;
    file::write(path, &drawing::draw(figure, Format::of(path)?, theme))
}

/// Writes the bytes of a figure to `path`, in place of a plot of that name.
///
/// # Errors
/// If a file of that name is not a plot, or if the file cannot be created.
#[cfg(feature = "plot")]
pub fn save(bytes: &[u8], path: &Path) -> Result<(), PlotError> {
    file::write(path, bytes)
}

/// Would write the bytes of a figure to `path`, but this build cannot draw plots.
///
/// # Errors
/// Always.
#[cfg(not(feature = "plot"))]
pub fn save(_bytes: &[u8], _path: &Path) -> Result<(), PlotError> {
    Err(PlotError::NotBuiltIn)
}

/// The bytes of the figure as a PNG file.
///
/// # Errors
/// If this build cannot draw plots.
#[cfg(feature = "plot")]
pub fn png(figure: &Figure, theme: Theme) -> Result<Vec<u8>, PlotError> {
    Ok(drawing::draw(figure, Format::Png, theme))
}

/// Would return the figure as a PNG file, but this build cannot draw plots.
///
/// # Errors
/// Always.
#[cfg(not(feature = "plot"))]
pub fn png(_figure: &Figure, _theme: Theme) -> Result<Vec<u8>, PlotError> {
    Err(PlotError::NotBuiltIn)
}

/// Draws the figure and writes it to `path`: not in this build.
///
/// # Errors
/// Always, as [`check`].
#[cfg(not(feature = "plot"))]
pub fn write(_figure: &Figure, path: &Path, _theme: Theme) -> Result<(), PlotError> {
    check(path)
}
