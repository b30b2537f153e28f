//! `--temperature`: scores that are frequencies.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::console::Console;
use super::hint::OrFail;
use super::quantities::counted;
use crate::predict::{Checkpoint, ModelIdentity, TemperatureFile};

/// By what logits are divided.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Model")]
pub(super) struct TemperatureFlags {
    /// Calibrate scores by the temperature in this file
    ///
    /// `mnet eval --calibrate FILE` writes it, for one model at one resolution. Logits are divided by it before they become scores: no
    /// picture gets another best class, and of the answers with a score of 0.8, 80 % should be right.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    temperature: Option<PathBuf>,
}

impl TemperatureFlags {
    pub(super) fn file(&self) -> Option<&Path> {
        self.temperature.as_deref()
    }

    /// The temperature in the file, if one is given and is of this `checkpoint`, as it is going to run.
    pub(super) fn of(&self, checkpoint: &Checkpoint, console: &Console) -> Result<Option<f64>> {
        let Some(path) = self.file() else { return Ok(None) };
        let file = TemperatureFile::read(path).or_fail()?;
        let model = ModelIdentity::of(checkpoint).or_fail()?;
        file.check(path, &model).or_fail()?;
        let (shown, theirs) = (path.display(), &file.model);
        if theirs.preprocessing != model.preprocessing {
            console.note(format_args!(
                "{shown}: this temperature was found with other preprocessing: {}; this run has {}",
                theirs.preprocessing, model.preprocessing
            ));
        }
        let others = file.held_out;
        console.detail(format_args!(
            "temperature: {} ({shown}, found on {}; calibration error on {} others {:.4} before, {:.4} after)",
            file.temperature,
            counted(usize::try_from(file.photos).unwrap_or(usize::MAX), "photo"),
            others.photos,
            others.error_before,
            others.error_after,
        ));
        Ok(Some(file.temperature))
    }
}
