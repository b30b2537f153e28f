//! The name of a device to a candle device.

use std::str::FromStr;

use candle_core::Device;
use thiserror::Error;

/// Where a model runs, as the user names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The best device of this build that opens: CUDA, Metal, CPU in this order.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// The CUDA device of this ordinal.
    Cuda(usize),
    /// Apple's GPU.
    Metal,
}

/// Why a device cannot be used.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// Not the name of a device.
    #[error("unknown device `{0}`: expected auto, cpu, cuda, cuda:N or metal")]
    Unknown(String),
    /// This build lacks the feature.
    #[error("this build has no {name} support")]
    NotBuilt {
        /// How users name it: CUDA, Metal.
        name: &'static str,
        /// The cargo feature.
        feature: &'static str,
    },
    /// The driver refused it.
    #[error("cannot open {name}: {reason}")]
    DoesNotOpen {
        /// How users name it.
        name: &'static str,
        /// What the driver said.
        reason: String,
    },
}

impl FromStr for DeviceChoice {
    type Err = DeviceError;

    fn from_str(word: &str) -> Result<Self, DeviceError> {
        let word = word.to_ascii_lowercase();
        match &*word {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            "metal" => Ok(Self::Metal),
            _ => word
                .strip_prefix("cuda:")
                .and_then(|ordinal| ordinal.parse().ok())
                .map(Self::Cuda)
                .ok_or(DeviceError::Unknown(word)),
        }
    }
}

impl DeviceChoice {
    /// Whether this build has it.
    ///
    /// # Errors
    /// If it lacks the feature.
    pub fn check_built(self) -> Result<(), DeviceError> {
        let (name, feature, is_built) = match self {
            Self::Auto | Self::Cpu => return Ok(()),
            Self::Cuda(_) => ("CUDA", "cuda", candle_core::utils::cuda_is_available()),
            Self::Metal => ("Metal", "metal", candle_core::utils::metal_is_available()),
        };
        if is_built { Ok(()) } else { Err(DeviceError::NotBuilt { name, feature }) }
    }

    /// Opens the device.
    ///
    /// # Errors
    /// If the build lacks its support or the driver refuses; `Auto` falls back to the CPU instead.
    pub fn open(self) -> Result<Device, DeviceError> {
        self.check_built()?;
        match self {
            Self::Cpu => Ok(Device::Cpu),
            Self::Cuda(ordinal) => open("CUDA", || Device::new_cuda(ordinal)),
            Self::Metal => open("Metal", || Device::new_metal(0)),
            Self::Auto => Ok([Self::Cuda(0), Self::Metal]
                .into_iter()
                .find_map(|choice| choice.open().ok())
                .unwrap_or(Device::Cpu)),
        }
    }
}

fn open(
    name: &'static str,
    new: impl FnOnce() -> candle_core::Result<Device>,
) -> Result<Device, DeviceError> {
    new().map_err(|error| DeviceError::DoesNotOpen { name, reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!("cuda".parse::<DeviceChoice>().unwrap(), DeviceChoice::Cuda(0));
        assert_eq!("cuda:3".parse::<DeviceChoice>().unwrap(), DeviceChoice::Cuda(3));
        assert_eq!("metal".parse::<DeviceChoice>().unwrap(), DeviceChoice::Metal);
        assert_eq!("CPU".parse::<DeviceChoice>().unwrap(), DeviceChoice::Cpu);
        assert!("cuda:x".parse::<DeviceChoice>().is_err());
        assert!("gpu".parse::<DeviceChoice>().is_err());
    }

    #[cfg(not(feature = "cuda"))]
    #[test]
    fn a_build_without_cuda_says_how_to_get_it() {
        let error = DeviceChoice::Cuda(0).open().unwrap_err();
        assert_eq!(error.to_string(), "this build has no CUDA support");
        assert!(matches!(error, DeviceError::NotBuilt { feature: "cuda", .. }));
    }
}
