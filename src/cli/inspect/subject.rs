//! The network to show: that of the checkpoint that `mnet classify` would run, or one without weights.

use std::path::Path;
use std::time::Duration;

use anyhow::{Error, Result};
use candle_core::Device;

use crate::backend::Network;
use crate::cli::assumptions::assumption_note;
use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::cli::hint::{Hint, OrFail};
use crate::cli::layers::times;
use crate::cli::session::Session;
use crate::measure::Plan;
use crate::models::{Architecture, Checkpoint as Row, Family, catalogue, random};
use crate::predict::{self, Checkpoint, Request, SelectionError, Source, Subject as About};
use crate::weights::WeightFile;

/// A network at a resolution.
pub(super) struct Subject {
    /// As `--model` takes it.
    pub name: String,
    pub architecture: Architecture,
    /// The width multiplier, in families that have one.
    pub alpha: Option<f64>,
    /// Side of the square input, px.
    pub resolution: usize,
    pub is_multi_label: bool,
    /// `None` for a network by its name alone.
    weights: Option<WeightFile>,
    /// Whether the catalogue has weights of it, or the user.
    has_weights: bool,
}

impl Subject {
    pub(super) fn open(
        model: Option<&str>,
        alpha: Option<f64>,
        resolution: Option<usize>,
        session: &Session,
    ) -> Result<Self> {
        let request = Request { model: model.map(str::to_owned), alpha, resolution };
        let mut found = match predict::select(&request) {
            Ok(source) => match row(&source) {
                Some((family, row)) => Self::of_catalogue(family, row),
                None => Self::of_weights(&source, session)?,
            },
            Err(error) => match Self::without_weights(model, alpha, &error) {
                Some(found) => found,
                None => return Err(refused(error, model, alpha)),
            },
        };
        found.resolution = resolution.unwrap_or(found.resolution);
        Ok(found)
    }

    /// A row of the catalogue. Nothing is downloaded: a test compares rows with their weights.
    fn of_catalogue(family: &Family, row: &Row) -> Self {
        Self {
            name: row.name(),
            architecture: row.architecture(family),
            alpha: row.alpha,
            resolution: row.resolution,
            is_multi_label: false,
            weights: None,
            has_weights: true,
        }
    }

    /// A network that `mnet classify` refuses, because the catalogue has no weights of it.
    fn without_weights(model: Option<&str>, alpha: Option<f64>, error: &SelectionError) -> Option<Self> {
        let (name, alpha) = match error {
            SelectionError::NoSuchAlpha { .. } => {
                let name = model.unwrap_or("v1");
                (catalogue::canonical(name).unwrap_or_else(|| name.into()), alpha)
            }
            SelectionError::NoWeights { model, .. } => (catalogue::architecture(model, alpha)?.0.name, alpha),
            SelectionError::Untrained(name) => (name.clone(), alpha.or(Some(1.0))),
            _ => return None,
        };
        let (architecture, resolution) = catalogue::architecture(&name, alpha)?;
        let (is_multi_label, weights, has_weights) = (false, None, false);
        Some(Self { name, architecture, alpha, resolution, is_multi_label, weights, has_weights })
    }

    fn of_weights(source: &Source, session: &Session) -> Result<Self> {
        let checkpoint = session.checkpoint(source)?;
        let is_multi_label = checkpoint.is_multi_label();
        let mut assumptions = checkpoint.assumptions();
        // Pictures and names do not matter here.
        assumptions.retain(|assumption| matches!(assumption.about, About::Choice | About::Network));
        let Checkpoint { name, config, weights } = checkpoint;
        if let Some(note) = assumption_note(&assumptions) {
            session.console().note(format_args!("{name}: {note}"));
        }
        let resolution = config.preprocess.resolution() as usize;
        if let Some(crop) = config.preprocess.crop.filter(|crop| crop.width != crop.height) {
            let counted = format!("counted at {resolution} x {resolution}");
            session.console().note(format_args!("{name}: its input is {crop} px; {counted}"));
        }
        let (architecture, weights) = (config.architecture, Some(weights));
        Ok(Self { name, architecture, alpha: None, resolution, is_multi_label, weights, has_weights: true })
    }

    /// `mobilenet-v1-1.0-224 at 224 px`, `v1 with alpha 0.5 at 160 px`
    pub(super) fn title(&self) -> String {
        let alpha = self.alpha.filter(|_| !self.has_weights);
        let alpha = alpha.map(|alpha| format!(" with alpha {alpha:?}")).unwrap_or_default();
        format!("{}{alpha} at {} px", self.name, self.resolution)
    }

    /// The title, and whether there are weights.
    pub(super) fn note(&self) -> String {
        let weights = if self.has_weights { "" } else { "; no weights of it are in the catalogue" };
        self.title() + weights
    }

    /// The median time of every layer on one thread.
    pub(super) fn times(&self, plan: Plan) -> Result<Vec<Duration>> {
        let network = match &self.weights {
            Some(weights) => Network::load(&self.architecture, weights, &Device::Cpu),
            None => Network::load(&self.architecture, &random::weights(&self.architecture), &Device::Cpu),
        };
        let network = network.or_fail_about(&self.name)?;
        let graph = &self.architecture.graph;
        let values = graph.in_channels() * self.resolution * self.resolution;
        let picture: Vec<_> = (0..values).map(|index| (index % 255) as f32 / 127.0 - 1.0).collect();
        times(&network, graph, &picture, self.resolution, plan)
    }
}

/// The failure for `error`. If `model` has only one alpha, the hint names the model that takes any.
fn refused(error: SelectionError, model: Option<&str>, alpha: Option<f64>) -> Error {
    let instead = || {
        let (model, line) = (model?, CommandLine::of_process());
        let at = line.position(model)?;
        line.spliced(at..at + 1, [name_at(model, alpha?)?]).shown()
    };
    let hint = instead().or_else(|| error.hint());
    Failure::error(error, hint)
}

/// What the network called `model` is called in a table that has it at this `alpha`: its family, or its variant.
fn name_at(model: &str, alpha: f64) -> Option<&'static str> {
    let (architecture, _) = catalogue::architecture(model, None).filter(|_| !Path::new(model).exists())?;
    let family = architecture.family();
    let name = match family.transformers {
        Some(_) => family.alias,
        None => catalogue::checkpoints().find(|(of, row)| row.is_of(of, &architecture.name))?.1.variant,
    };
    catalogue::architecture(name, Some(alpha)).map(|_| name)
}

/// The row of the catalogue at `source`, at no other revision than its own.
fn row(source: &Source) -> Option<(&'static Family, &'static Row)> {
    let (Source::Catalogue { repository: id, .. } | Source::Hub(id)) = source else { return None };
    catalogue::checkpoints().find(|(_, row)| row.repository() == *id)
}
