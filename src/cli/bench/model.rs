//! The network to measure.

use anyhow::Result;
use candle_core::{Device, Tensor};

use crate::backend::Network;
use crate::cli::assumptions::assumption_note;
use crate::cli::console::Failure;
use crate::cli::hint::OrFail;
use crate::cli::session::Session;
use crate::models::{Architecture, catalogue, random};
use crate::predict::{self, Checkpoint, Request, Subject};
use crate::weights::WeightFile;

/// A network with trained or random weights.
pub(in crate::cli) struct BenchModel {
    /// As answers call it.
    pub name: String,
    /// The value of `--alpha`.
    pub alpha: Option<f64>,
    pub architecture: Architecture,
    /// Side of the square input it was made for, px.
    pub resolution: usize,
    weights: WeightFile,
}

impl BenchModel {
    pub(in crate::cli) fn open(
        model: Option<&String>,
        alpha: Option<f64>,
        random_weights: bool,
        session: &Session,
    ) -> Result<Self> {
        match model {
            Some(model) if random_weights => Self::random(model, alpha),
            None if random_weights && alpha.is_some() => Self::random("v1", alpha),
            None if random_weights => Self::random("tf_efficientnet_lite0", None),
            _ => Self::trained(model, alpha, session),
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

    fn trained(model: Option<&String>, alpha: Option<f64>, session: &Session) -> Result<Self> {
        let request = Request { model: model.cloned(), alpha, resolution: None };
        let source = predict::select(&request).or_fail_suggesting("--random-weights")?;
        let checkpoint = session.checkpoint(&source)?;
        let mut assumptions = checkpoint.assumptions();
        // Pictures and names do not matter here.
        assumptions.retain(|assumption| matches!(assumption.about, Subject::Choice | Subject::Network));
        let Checkpoint { name, config, weights } = checkpoint;
        if let Some(note) = assumption_note(&assumptions) {
            session.console().note(format_args!("{name}: {note}"));
        }
        let resolution = config.preprocess.resolution() as usize;
        Ok(Self { name, alpha, architecture: config.architecture, resolution, weights })
    }

    pub(in crate::cli) fn load(&self, device: &Device) -> Result<Network> {
        Network::load(&self.architecture, &self.weights, device).or_fail_about(&self.name)
    }

    /// Input to run on: `[batch, channels, resolution, resolution]`, a pattern between -1 and 1.
    pub(in crate::cli) fn pixels(&self, batch: usize, resolution: usize, device: &Device) -> Result<Tensor> {
        let channels = self.architecture.graph.in_channels();
        let shape = (batch, channels, resolution, resolution);
        let values =
            (0..batch * channels * resolution * resolution).map(|index| (index % 255) as f32 / 127.0 - 1.0);
        Ok(Tensor::from_iter(values, device)?.reshape(shape)?)
    }
}
