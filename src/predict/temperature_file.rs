//! A temperature in a file, with what it belongs to: the weights, the resolution, the photos it was found on.

use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::checkpoint::Checkpoint;
use crate::record::ItemError;
use crate::regular_file;
use crate::weights::WeightsError;

/// The largest file that is read. One of ours has less than a kilobyte.
const LARGEST: u64 = 64 << 10;

/// Those that are looked for. Far outside, all scores are the same, or all but one are zero.
const TEMPERATURES: RangeInclusive<f64> = 0.0625..=16.0;

/// A temperature, what it belongs to, and what it does to photos that took no part in finding it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TemperatureFile {
    /// By what logits are divided before the softmax: a positive, finite number.
    pub temperature: f64,
    /// On how many photos it was found.
    pub photos: u64,
    /// What it does to others.
    pub held_out: HeldOutErrors,
    /// Whose logits.
    pub model: ModelIdentity,
}

/// The expected calibration error of photos that took no part.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOutErrors {
    /// How many they are.
    pub photos: u64,
    /// At temperature 1, from 0 to 1.
    pub error_before: f64,
    /// At the temperature of the file.
    pub error_after: f64,
}

/// What gives logits: a temperature is right for nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelIdentity {
    /// The checkpoint, as a user would name it. It may have other names too.
    pub name: String,
    /// The [fingerprint](crate::weights::WeightFile::fingerprint) of its weights, which have one only.
    pub weights: String,
    /// Side of the model's input, px.
    pub res: usize,
    /// How pictures are prepared, in words.
    pub preprocessing: String,
}

/// Why a temperature cannot be used.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum TemperatureError {
    /// The file cannot be read.
    #[error("{}: {}", .path.display(), ItemError::from(.source).message)]
    Io { path: PathBuf, source: io::Error },
    /// It is another kind of file.
    #[error("{}: not a file of a temperature ({reason})", .path.display())]
    Form { path: PathBuf, reason: String },
    /// Logits cannot be divided by it.
    #[error("{}: expected a temperature from 1/16 to 16, found {found:?}", .path.display())]
    Value { path: PathBuf, found: f64 },
    /// It belongs to other weights with another name.
    #[error("{}: this temperature is of {theirs}; this run uses {ours}", .path.display())]
    OtherModel { path: PathBuf, theirs: String, ours: String },
    /// It belongs to other weights of this name.
    #[error("{}: this temperature is of other weights, which had the name {name}, too", .path.display())]
    OtherWeights { path: PathBuf, name: String },
    /// It belongs to another resolution.
    #[error("{}: this temperature is for {theirs} px; this run is at {ours} px", .path.display())]
    OtherResolution { path: PathBuf, theirs: usize, ours: usize },
    /// The scores do not come from a softmax.
    #[error("{name}: multi-label: a temperature is found for models of which exactly one class applies")]
    MultiLabel { name: String },
    /// The weights cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

impl ModelIdentity {
    /// What gives logits if `checkpoint` runs as it is. Reads all weights.
    ///
    /// # Errors
    /// If the model is multi-label, and if its weights cannot be read.
    pub fn of(checkpoint: &Checkpoint) -> Result<Self, TemperatureError> {
        let name = checkpoint.name.clone();
        if checkpoint.is_multi_label() {
            return Err(TemperatureError::MultiLabel { name });
        }
        let preprocess = &checkpoint.config.preprocess;
        Ok(Self {
            name,
            weights: checkpoint.weights.fingerprint()?,
            res: preprocess.resolution() as usize,
            preprocessing: format!("{preprocess}; {}", preprocess.normalisation()),
        })
    }
}

impl TemperatureFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// If it cannot be read, is not of this form, or has a temperature outside 1/16 to 16, where none is looked for.
    pub fn read(path: &Path) -> Result<Self, TemperatureError> {
        let bytes = regular_file::read(path, LARGEST)
            .map_err(|source| TemperatureError::Io { path: path.into(), source })?;
        let file: Self = serde_json::from_slice(&bytes)
            .map_err(|error| TemperatureError::Form { path: path.into(), reason: error.to_string() })?;
        if TEMPERATURES.contains(&file.temperature) {
            return Ok(file);
        }
        Err(TemperatureError::Value { path: path.into(), found: file.temperature })
    }

    /// As the text of a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|_| unreachable!("numbers and text")) + "\n"
    }

    /// Refuses `model` if the temperature, which was read from `path`, is of another one.
    ///
    /// # Errors
    /// If the weights or the resolution are others. A name may have changed.
    pub fn check(&self, path: &Path, model: &ModelIdentity) -> Result<(), TemperatureError> {
        let (path, theirs) = (path.to_owned(), &self.model);
        if theirs.weights == model.weights {
            if theirs.res == model.res {
                return Ok(());
            }
            return Err(TemperatureError::OtherResolution { path, theirs: theirs.res, ours: model.res });
        }
        let name = model.name.clone();
        if theirs.name == name {
            return Err(TemperatureError::OtherWeights { path, name });
        }
        Err(TemperatureError::OtherModel { path, theirs: theirs.name.clone(), ours: name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> TemperatureFile {
        let model = ModelIdentity {
            name: "owner/name".into(),
            weights: "ab".repeat(32),
            res: 160,
            preprocessing: "shortest edge 182 bilinear, centre crop 160; mean 0.5, std 0.5".into(),
        };
        let held_out = HeldOutErrors { photos: 248, error_before: 0.0625, error_after: 0.0125 };
        TemperatureFile { temperature: 1.184_322, photos: 252, held_out, model }
    }

    fn read(test: &str, text: &str) -> Result<TemperatureFile, String> {
        let path = std::env::temp_dir().join(format!("mnet-temperature-{test}-{}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let file = TemperatureFile::read(&path);
        std::fs::remove_file(&path).unwrap();
        file.map_err(|error| error.to_string().replace(&path.display().to_string(), "t.json"))
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        assert_eq!(read("whole", &file().to_json()), Ok(file()));
    }

    #[test]
    fn anything_else_is_refused() {
        let text = file().to_json();
        for (wrong, expected) in [
            (text.replace("1.184322", "0"), "t.json: expected a temperature from 1/16 to 16, found 0.0"),
            (text.replace("1.184322", "-1.5"), "t.json: expected a temperature from 1/16 to 16, found -1.5"),
            (text.replace("1.184322", "1e300"), "found 1e300"),
            (text.replace("1.184322", "1e999"), "number out of range"),
            (text.replace("1.184322", "NaN"), "expected value"),
            (text.replace("1.184322", "\"1.2\""), "invalid type: string"),
            (text.replace("\"photos\": 252", "\"pictures\": 252"), "unknown field `pictures`"),
            (text.replace("\"res\": 160,", ""), "missing field `res`"),
            ("1.5".to_owned(), "not a file of a temperature (invalid type: floating point `1.5`"),
            ("{\"path\":\"a.jpg\"}\n".to_owned(), "unknown field `path`"),
            (String::new(), "EOF while parsing"),
            (text.clone() + "{}", "trailing characters"),
        ] {
            let message = read("other", &wrong).unwrap_err();
            assert!(message.starts_with("t.json: ") && message.contains(expected), "{message}");
        }
    }

    #[test]
    fn a_temperature_is_of_weights_and_a_resolution() {
        let check = |change: fn(&mut ModelIdentity)| {
            let mut model = file().model;
            change(&mut model);
            file().check(Path::new("t.json"), &model).map_err(|error| error.to_string())
        };
        let refused = |message: &str| Err(format!("t.json: this temperature is {message}"));
        assert_eq!(check(|_| ()), Ok(()));
        assert_eq!(check(|model| model.name = "/a/copy".into()), Ok(()));
        assert_eq!(
            check(|model| model.weights = "cd".repeat(32)),
            refused("of other weights, which had the name owner/name, too")
        );
        let other = |model: &mut ModelIdentity| (model.name, model.weights) = ("builtin".into(), "cd".into());
        assert_eq!(check(other), refused("of owner/name; this run uses builtin"));
        assert_eq!(check(|model| model.res = 224), refused("for 160 px; this run is at 224 px"));
    }
}
