//! What is printed and written.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{ArgGroup, ValueEnum};

use super::{calibration, confusion, records_file};
use crate::cli::console::Failure;
use crate::cli::hint::plot::plot_hint;
use crate::cli::outputs::same_file::will_be_same;
use crate::plot;

/// What is printed and written.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output", group = ArgGroup::new("drawings").args(["confusion", "reliability"]).multiple(true))]
pub(super) struct OutputFlags {
    /// Print JSON: an object per model, then one per pair of models
    #[arg(long)]
    pub json: bool,
    /// Add the figures of each class
    #[arg(long)]
    pub per_class: bool,
    /// Write which classes are taken for which: FILE.csv, .svg or .png
    ///
    /// The table has a row for each pair of a true class and an answer that occurs, with its count.
    #[arg(long, value_name = "FILE")]
    pub confusion: Option<PathBuf>,
    /// Draw how often answers of each confidence are right: FILE.svg or .png
    ///
    /// With --calibrate, of the half that took no part, before and after.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub reliability: Option<PathBuf>,
    /// Find the temperature that calibrates scores; write it to FILE
    ///
    /// One half of the pictures finds it, and the other shows what it does to the calibration error. --temperature FILE uses it, here
    /// and in `mnet classify`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["records", "temperature"])]
    pub calibrate: Option<PathBuf>,
    /// The page that a drawing is for
    #[arg(
        long,
        value_name = "THEME",
        value_enum,
        default_value_t,
        requires = "drawings",
        hide_short_help = true
    )]
    plot_theme: Theme,
    /// Keep the answers as JSON Lines
    ///
    /// As `mnet classify --json` prints them. --records counts them again.
    #[arg(short, long, value_name = "FILE", conflicts_with = "records")]
    pub output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Theme {
    /// A white page
    #[default]
    Light,
    /// A dark page
    Dark,
}

impl OutputFlags {
    /// Refuses files that cannot be written, before anything long runs. They are of one model: the run has `models`.
    pub(super) fn check(&self, data: &Path, models: usize) -> Result<()> {
        let files = [
            ("--output", &self.output),
            ("--confusion", &self.confusion),
            ("--reliability", &self.reliability),
            ("--calibrate", &self.calibrate),
        ];
        if let Some((flag, _)) = files.into_iter().find(|(_, file)| file.is_some() && models > 1) {
            let message = format!("{flag} is of one model, and this run has {models}");
            return Err(Failure::error(
                message,
                Some(format!("a run without {flag}, or one for each model")),
            ));
        }
        if let Some(file) = &self.output {
            if file.as_os_str() == "-" {
                let message = "--output keeps answers in a file: stdout has the figures";
                return Err(Failure::error(
                    message,
                    Some("-o labels.jsonl, or mnet classify --json".to_owned()),
                ));
            }
            records_file::check(file, data)?;
        }
        if let Some(file) = &self.confusion {
            confusion::check(file, data)?;
        }
        if let Some(file) = &self.reliability {
            plot::check(file).map_err(|error| Failure::error(&error, plot_hint(&error, "--reliability")))?;
        }
        if let Some(file) = &self.calibrate {
            calibration::check(file, data)?;
        }
        // Folders exist by now, so that names can be compared.
        let files: Vec<_> =
            files.into_iter().filter_map(|(flag, file)| Some((flag, file.as_ref()?))).collect();
        for (place, (flag, file)) in files.iter().enumerate() {
            if let Some((other, _)) = files[..place].iter().find(|(_, other)| will_be_same(other, file)) {
                let message = format!("{other} and {flag} are one file, {}", file.display());
                return Err(Failure::error(message, Some(format!("another name for {flag}"))));
            }
        }
        Ok(())
    }

    pub(super) fn theme(&self) -> plot::Theme {
        match self.plot_theme {
            Theme::Light => plot::Theme::Light,
            Theme::Dark => plot::Theme::Dark,
        }
    }
}
