//! A network to measure.

use anyhow::Result;
use candle_core::{Device, Tensor};

use crate::backend::{Network, Precision};
use crate::cli::assumptions::assumption_note;
use crate::cli::console::Failure;
use crate::cli::hint::OrFail;
use crate::cli::limits::memory::Room;
use crate::cli::quantities::size;
use crate::cli::session::Session;
use crate::models::{self, Architecture, BUILT_IN, Family, Published, Untrained, catalogue, random};
use crate::predict::{self, Checkpoint, Request, SelectionError, Source, Subject};
use crate::weights::WeightFile;

/// The network that is measured with random weights if no flag names one.
const RANDOM: &str = "tf_efficientnet_lite0";

/// A network with trained or random weights.
pub(in crate::cli) struct BenchModel {
    /// As answers call it.
    pub name: String,
    /// The value of `--alpha`.
    pub alpha: Option<f64>,
    pub architecture: Architecture,
    /// Side of the square input it was made for, px.
    pub resolution: usize,
    /// `None` stands for random ones.
    weights: Option<WeightFile>,
    origin: Origin,
}

/// What the catalogue knows about a network.
#[derive(Clone, Copy)]
enum Origin {
    /// Its weights are in the binary.
    BuiltIn,
    /// Its weights are those of this row.
    Row(&'static models::Checkpoint),
    /// It is of the kind of this row, at any width, and its weights do not matter.
    Kind(&'static models::Checkpoint),
    /// The paper compares a family with it.
    Untrained(&'static Untrained),
    /// An architecture without a row, and its weights do not matter.
    Network,
    /// Weights of another origin, of which nothing is published.
    Foreign,
}

impl BenchModel {
    /// Whether `model` exists, but not at this `alpha`.
    pub(super) fn is_absent_at(alpha: Option<f64>, model: Option<&str>, random_weights: bool) -> bool {
        if random_weights {
            let exists =
                |alpha| model.is_none_or(|model| catalogue::architecture(known(model), alpha).is_some());
            return !exists(alpha) && exists(None);
        }
        let request = Request { model: model.map(str::to_owned), alpha, resolution: None };
        let found = predict::select(&request);
        matches!(found, Err(SelectionError::NoSuchAlpha { .. } | SelectionError::AlphaOfOneCheckpoint { .. }))
    }

    /// Opens the checkpoint, with a download if need be; random weights take neither time nor memory before they are loaded.
    pub(in crate::cli) fn open(
        model: Option<&String>,
        alpha: Option<f64>,
        random_weights: bool,
        session: &Session,
    ) -> Result<Self> {
        match model {
            Some(model) if random_weights => Self::random(model, alpha),
            None if random_weights && alpha.is_some() => Self::random("v1", alpha),
            None if random_weights => Self::random(RANDOM, None),
            _ => Self::trained(model, alpha, session),
        }
    }

    fn random(model: &str, alpha: Option<f64>) -> Result<Self> {
        let Some((architecture, resolution)) = catalogue::architecture(known(model), alpha) else {
            let message = match alpha {
                Some(alpha) => format!("no network is called `{model}` with --alpha {alpha:?}"),
                None => format!("no network is called `{model}`"),
            };
            let hint = "mnet bench --random-weights --model v1 --alpha 0.5, or a name of `mnet models list`";
            return Err(Failure::error(message, Some(hint.into())));
        };
        let model = known(model);
        let untrained = catalogue::untrained(model).map(Origin::Untrained);
        let origin =
            untrained.or_else(|| kind(model, &architecture).map(Origin::Kind)).unwrap_or(Origin::Network);
        Ok(Self { name: model.into(), alpha, architecture, resolution, weights: None, origin })
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
        let origin = Origin::of(&source, model.map(String::as_str));
        Ok(Self {
            name,
            alpha,
            architecture: config.architecture,
            resolution,
            weights: Some(weights),
            origin,
        })
    }

    pub(in crate::cli) fn load(&self, device: &Device, precision: Precision) -> Result<Network> {
        let load = |weights: &WeightFile| Network::load_at(precision, &self.architecture, weights, device);
        let network = self.weights.as_ref().map_or_else(|| load(&random::weights(&self.architecture)), load);
        network.or_fail_about(&self.name)
    }

    /// Input to run on: `[batch, channels, resolution, resolution]`, a pattern between -1 and 1.
    pub(in crate::cli) fn pixels(&self, batch: usize, resolution: usize, device: &Device) -> Result<Tensor> {
        self.require_memory(batch, resolution)?;
        let channels = self.architecture.graph.in_channels();
        let shape = (batch, channels, resolution, resolution);
        let values =
            (0..batch * channels * resolution * resolution).map(|index| (index % 255) as f32 / 127.0 - 1.0);
        Ok(Tensor::from_iter(values, device)?.reshape(shape)?)
    }

    /// Refuses an input that is larger than the memory for pictures: an allocation that fails would end the process.
    pub(super) fn require_memory(&self, batch: usize, resolution: usize) -> Result<()> {
        let allowed = Room::now().for_pictures();
        let picture = [self.architecture.graph.in_channels(), resolution, resolution, size_of::<f32>()];
        let picture = picture.into_iter().fold(1, |bytes: u64, factor| bytes.saturating_mul(factor as u64));
        let needed = picture.saturating_mul(batch as u64);
        if needed <= allowed {
            return Ok(());
        }
        let message = format!(
            "batch {batch} at {resolution} px: the input takes {}, and there is memory for {}",
            size(needed),
            size(allowed)
        );
        let hint = match allowed / picture {
            0 => format!("mnet bench --batch 1 --res {}", self.resolution),
            fitting => format!("mnet bench --batch {fitting} --res {resolution}"),
        };
        Err(Failure::error(message, Some(hint)))
    }

    /// What the catalogue calls its kind: `v1`, `v3-small`.
    pub(super) fn variant(&self) -> Option<&'static str> {
        match self.origin {
            Origin::BuiltIn => Some(BUILT_IN.variant),
            Origin::Row(row) | Origin::Kind(row) => Some(row.variant),
            Origin::Untrained(row) => Some(row.name),
            Origin::Network | Origin::Foreign => None,
        }
    }

    /// Its width multiplier, also where no flag says it.
    pub(super) fn width(&self) -> Option<f64> {
        match self.origin {
            Origin::Row(row) | Origin::Kind(row) => self.alpha.or(row.alpha),
            Origin::Untrained(_) => self.alpha.or(Some(1.0)),
            Origin::BuiltIn | Origin::Network | Origin::Foreign => self.alpha,
        }
    }

    /// The accuracy published for it at `resolution`. Weights that were named have their own and no other.
    pub(super) fn published(&self, resolution: usize) -> Option<Published> {
        match self.origin {
            Origin::BuiltIn => Published::of_built_in(self.resolution, resolution),
            Origin::Row(row) => Published::of_checkpoint(row, resolution),
            Origin::Kind(_) | Origin::Untrained(_) | Origin::Network => {
                Published::of_network(&self.architecture, resolution)
            }
            Origin::Foreign => None,
        }
    }
}

impl Origin {
    fn of(source: &Source, model: Option<&str>) -> Self {
        let row = |id: &str| {
            let mut rows = catalogue::checkpoints().map(|(_, row)| row);
            rows.find(|row| row.repository() == id)
        };
        let name = model.and_then(catalogue::canonical);
        match source {
            Source::BuiltIn => Self::BuiltIn,
            Source::Local(_) => Self::Foreign,
            Source::Hub(repository) => row(repository).map_or(Self::Foreign, Self::Row),
            Source::Catalogue { repository, .. } => match row(repository) {
                Some(row) if name.is_some_and(|name| name == row.name()) => Self::Row(row),
                Some(row) => Self::Kind(row),
                None => Self::Network,
            },
        }
    }
}

/// The name in the catalogue: the built-in model has the architecture of one that is there.
fn known(model: &str) -> &str {
    if model.eq_ignore_ascii_case("builtin") { RANDOM } else { model }
}

/// The row of the kind that `model` names: that of the same width if there is one, else the first.
fn kind(model: &str, architecture: &Architecture) -> Option<&'static models::Checkpoint> {
    let name = catalogue::canonical(model).unwrap_or_else(|| model.to_owned());
    let is_meant =
        |(family, row): &(&Family, &models::Checkpoint)| row.name() == name || row.is_of(family, &name);
    let rows: Vec<_> = catalogue::checkpoints().filter(is_meant).collect();
    let same = rows.iter().find(|(family, row)| row.architecture(family).graph == architecture.graph);
    same.or(rows.first()).map(|(_, row)| *row)
}
