//! The network to measure.

use anyhow::Result;
use candle_core::{Device, Tensor};

use crate::backend::Network;
use crate::cli::console::{Console, Failure};
use crate::cli::hub_flags::HubFlags;
use crate::cli::progress::Progress;
use crate::models::{Architecture, catalogue, random};
use crate::predict::{self, Checkpoint, Request};
use crate::weights::WeightFile;

/// A network with weights, trained or not.
pub(super) struct Subject {
    /// As answers call it.
    pub name: String,
    /// What `--alpha` said.
    pub alpha: Option<f64>,
    pub architecture: Architecture,
    /// Side of the square it is meant for, px.
    pub resolution: usize,
    weights: WeightFile,
}

impl Subject {
    pub(super) fn open(
        model: Option<&String>,
        alpha: Option<f64>,
        random_weights: bool,
        hub: &HubFlags,
        console: &Console,
    ) -> Result<Self> {
        match model {
            Some(model) if random_weights => Self::random(model, alpha),
            None if random_weights && alpha.is_some() => Self::random("v1", alpha),
            None if random_weights => Self::random("tf_efficientnet_lite0", None),
            _ => Self::trained(model, alpha, hub, console),
        }
    }

    fn random(model: &str, alpha: Option<f64>) -> Result<Self> {
        let Some((architecture, resolution)) = catalogue::architecture(model, alpha) else {
            let message = match alpha {
                Some(alpha) => format!("no network is called `{model}` with --alpha {alpha:?}"),
                None => format!("no network is called `{model}`"),
            };
            let hint = "mnet bench --random-weights --model v1 --alpha 0.5, or a name of `mnet models list`";
            return Err(Failure::error(message, Some(hint.into())));
        };
        let weights = random::weights(&architecture);
        Ok(Self { name: model.into(), alpha, architecture, resolution, weights })
    }

    fn trained(
        model: Option<&String>,
        alpha: Option<f64>,
        hub: &HubFlags,
        console: &Console,
    ) -> Result<Self> {
        let request = Request { model: model.cloned(), alpha, resolution: None };
        let source = predict::select(&request).map_err(|error| {
            Failure::error(&error, Some(format!("{}, or --random-weights", error.hint())))
        })?;
        let mut progress = Progress::new(console);
        let checkpoint = predict::open(&source, || hub.hub(), &mut |event| progress.show(&event))
            .map_err(|error| Failure::error(&error, error.hint()))?;
        let Checkpoint { name, config, weights } = checkpoint;
        if let Some(note) = &config.identification {
            console.note(format_args!("{name}: {note}"));
        }
        let resolution = config.preprocess.resolution as usize;
        Ok(Self { name, alpha, architecture: config.architecture, resolution, weights })
    }

    pub(super) fn load(&self, device: &Device) -> Result<Network> {
        Network::load(&self.architecture, &self.weights, device)
            .map_err(|error| Failure::error(format_args!("{}: {error}", self.name), error.hint()))
    }

    /// Something to look at: `[batch, 3, resolution, resolution]`, between -1 and 1.
    #[expect(clippy::unused_self, reason = "every network here takes three channels")]
    pub(super) fn pixels(&self, batch: usize, resolution: usize, device: &Device) -> Result<Tensor> {
        let shape = (batch, 3, resolution, resolution);
        let values = (0..batch * 3 * resolution * resolution).map(|index| (index % 255) as f32 / 127.0 - 1.0);
        Ok(Tensor::from_iter(values, device)?.reshape(shape)?)
    }
}
