//! `--calibrate FILE`: one half of the pictures finds a temperature, and the other shows what it does.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::atomic_file::AtomicFile;
use crate::cli::console::{Console, Failure};
use crate::cli::hint::{OrFail, free_json, quoted};
use crate::cli::outputs::output::not_opened;
use crate::cli::outputs::overwrite::{Replacement, check_is_not_read};
use crate::cli::quantities::counted;
use crate::predict::{Checkpoint, HeldOutErrors, ModelIdentity, TemperatureFile};
use crate::statistics::{Calibration, HeldOut, TemperatureFit};

/// With fewer pictures in a half, chance moves the figures more than the temperature does.
const FEW: usize = 100;

/// The logits of one model, as far as they matter.
pub(super) struct Calibrator {
    model: ModelIdentity,
    fit: TemperatureFit,
    held_out: HeldOut,
}

/// A temperature, and the pictures that took no part in finding it.
pub(super) struct Calibrated {
    pub file: TemperatureFile,
    /// At temperature 1.
    pub before: Calibration,
    /// At the temperature.
    pub after: Calibration,
}

/// Refuses to replace anything but an earlier temperature, and a file that cannot be written, before anything long runs.
pub(super) fn check(path: &Path, data: &Path) -> Result<()> {
    let temperature = Replacement { noun: "the temperature", instead: "--calibrate temperature.json" };
    check_is_not_read(path, &[("holds the labels", data.to_owned())], temperature)?;
    if path.exists() && TemperatureFile::read(path).is_err() {
        let message = format!("{} exists and holds no temperature", path.display());
        let hint = format!("--calibrate {}", quoted(free_json(path)));
        return Err(Failure::error(message, Some(hint)));
    }
    // Dropped at once.
    create(path).map(drop)
}

fn create(path: &Path) -> Result<AtomicFile> {
    AtomicFile::create(path, "tmp").map_err(|error| not_opened(path, &error))
}

impl Calibrator {
    /// For the logits of this `checkpoint`, as it is going to run.
    pub(super) fn new(checkpoint: &Checkpoint) -> Result<Self> {
        let model = ModelIdentity::of(checkpoint).or_fail()?;
        Ok(Self { model, fit: TemperatureFit::default(), held_out: HeldOut::default() })
    }

    /// Takes the logits of the picture at `path`, without a background class, and the index of its class.
    pub(super) fn add(&mut self, path: &Path, logits: &[f32], truth: usize, is_right: bool) {
        if finds(path) {
            self.fit.add(logits, truth);
        } else {
            self.held_out.add(logits, is_right);
        }
    }

    /// Finds the temperature and writes it to `path`. The temperature is that of one half and not of all pictures, so that the
    /// figures are of this very temperature, on pictures that it does not know.
    pub(super) fn finish(self, path: &Path, console: &Console) -> Result<Calibrated> {
        let Self { model, fit, held_out } = self;
        let name = model.name.clone();
        let failure = |reason: String| {
            let hint = "the same with more pictures, also such that the model gets wrong".to_owned();
            Failure::error(format_args!("{name}: no temperature found: {reason}"), Some(hint))
        };
        let found = fit.temperature().map_err(|error| failure(error.to_string()))?;
        // What is stored is what the figures are of.
        let temperature = (found * 1e6).round() / 1e6;
        let [before, after] = [1.0, temperature].map(|at| held_out.calibration(at));
        let (Some(error_before), Some(error_after)) = (before.expected_error(), after.expected_error())
        else {
            return Err(failure("no pictures are left to try it on".to_owned()));
        };
        let photos = held_out.answers() as u64;
        let held_out = HeldOutErrors { photos, error_before, error_after };
        let file = TemperatureFile { temperature, photos: fit.answers(), held_out, model };
        let few = file.photos.min(photos) < FEW as u64;
        if few {
            let halves = format!("{} and {photos}", file.photos);
            console.note(format_args!(
                "{halves} pictures are few: chance moves the temperature and the calibration errors"
            ));
        }
        if error_after >= error_before {
            let others = counted(held_out.photos as usize, "other picture");
            console.note(format_args!(
                "{name}: the temperature does not lower the calibration error of the {others}"
            ));
        }
        let mut output = create(path)?;
        let written = output.write_all(file.to_json().as_bytes()).and_then(|()| output.commit(path));
        written.map_err(|error| not_opened(path, &error))?;
        Ok(Calibrated { file, before, after })
    }
}

/// Whether the picture is one of those that find the temperature: the SHA-256 of its folder and name, `cat/1.jpg`, begins with
/// an even digit. So it is the same half in every order and place, and beside other pictures.
fn finds(path: &Path) -> bool {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let folder = path.parent().and_then(Path::file_name);
    let mut hasher = Sha256::new();
    if let Some(folder) = folder {
        hasher.update(folder.as_encoded_bytes());
        hasher.update(b"/");
    }
    hasher.update(name.as_encoded_bytes());
    hasher.finalize()[0] & 0x10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf cat/1.jpg | sha256sum`
    #[test]
    fn halves_depend_on_folder_and_name_alone() {
        let halves = |start: &str| {
            let finds = |number: u32| finds(Path::new(&format!("{start}cat/{number}.jpg")));
            (1..=400).map(finds).collect::<Vec<_>>()
        };
        let plain = halves("");
        assert_eq!((halves("./"), halves("/data/photos/")), (plain.clone(), plain.clone()));
        let count = plain.iter().filter(|finds| **finds).count();
        assert!((160..=240).contains(&count), "{count} of 400");
        assert_eq!(plain[..4], [true, true, false, true]);
    }
}
