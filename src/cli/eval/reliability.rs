//! `--reliability FILE`: how often answers of each confidence are right, drawn.

use std::path::Path;

use anyhow::Result;

use super::calibration::Calibrated;
use super::tally::Tally;
use crate::cli::hint::OrFail;
use crate::plot::{self, Chart, Figure, Reliability, ReliabilityBin, Theme};
use crate::statistics::Calibration;

/// Draws the answers of a model; if a temperature was found, those that took no part, at temperature 1 and at this one.
pub(super) fn write(tally: &Tally, calibrated: Option<&Calibrated>, path: &Path, theme: Theme) -> Result<()> {
    let panels = match calibrated {
        None => vec![chart(tally.title(), &tally.calibration())],
        Some(Calibrated { file, before, after }) => {
            vec![chart(tally.title(), before), chart(format!("temperature {:.3}", file.temperature), after)]
        }
    };
    plot::write(&Figure { panels }, path, theme).or_fail()
}

fn chart(title: String, calibration: &Calibration) -> Chart {
    let bins = calibration.bins().map(|bin| ReliabilityBin {
        confidence: bin.confidence,
        accuracy: bin.accuracy,
        count: usize::try_from(bin.answers).unwrap_or(usize::MAX),
    });
    let expected_error = calibration.expected_error().unwrap_or(0.0);
    Chart::Reliability(Reliability { title, bins: bins.collect(), expected_error })
}
