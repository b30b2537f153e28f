//! `--compare dense`: MobileNetV1 beside the same network with full convolutions, as table 4 of its paper compares them, with
//! measured times.

mod comparison;
mod json;
mod reasons;
mod text;

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use candle_core::Device;

use super::args::Args;
use super::format::Format;
use super::grid::or_default;
use super::measurement::Measurement;
use super::model::BenchModel;
use super::noise;
use super::row_bar::RowBar;
use super::text::USUAL_WIDTH;
use crate::backend::Precision;
use crate::cli::console::Failure;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::{terminal, threads};
use crate::models::{Checkpoint, Family, catalogue};
use comparison::Comparison;

/// The names of both networks, without weights.
const SEPARABLE: &str = "v1";
const DENSE: &str = "v1-dense";

/// Refuses what the comparison does not have.
pub(super) fn check(args: &Args) -> Result<()> {
    let is_family = |model: &&String| {
        catalogue::canonical(model).is_some_and(|name| ["v1", "mobilenet-v1"].contains(&&*name))
    };
    let models = args.models();
    let (message, hint) = if let Some(other) = models.iter().find(|model| !is_family(model)) {
        let alpha = alpha_of(other).map(|alpha| format!("--alpha {alpha:?}"));
        let message = match &alpha {
            Some(alpha) => format!("`{other}` is `v1` with {alpha}: a comparison has `v1` at any --alpha"),
            None => format!(
                "`{other}` has no counterpart with full convolutions: the paper of MobileNetV1 has one"
            ),
        };
        (message, format!("mnet bench --compare dense {}", alpha.as_deref().unwrap_or("--model v1")))
    } else if args.batch != [1] {
        (
            "a comparison by layers is of one picture".to_owned(),
            "mnet bench --compare dense --batch 1".to_owned(),
        )
    } else if !matches!(args.format(), Format::Text | Format::Json) {
        let message = "a comparison is a table for each row: it is printed as text or JSON".to_owned();
        (message, "mnet bench --compare dense --json".to_owned())
    } else {
        return Ok(());
    };
    Err(Failure::error(message, Some(hint)))
}

/// The alpha of a checkpoint of V1 with this name.
fn alpha_of(model: &str) -> Option<f64> {
    let name = catalogue::canonical(model)?;
    let is_meant = |(family, row): &(&Family, &Checkpoint)| {
        row.variant == SEPARABLE && (row.name() == name || row.is_of(family, &name))
    };
    catalogue::checkpoints().find(is_meant)?.1.alpha
}

/// Measures both networks at every alpha and resolution.
pub(super) fn run(args: &Args, device: &Device, session: &Session) -> Result<Exit> {
    let console = session.console();
    let (alphas, resolutions) = (or_default(&args.alpha), or_default(&args.res));
    let bar = RowBar::new(console, 2 * alphas.len() * resolutions.len(), true);
    if let Some(bar) = bar.handle() {
        let stop = session.stop().map_err(|error| threads::not_started(1, &error))?;
        stop.before_sudden_end(move || bar.finish_and_clear());
    }
    let mut is_first = true;
    for alpha in alphas {
        for resolution in &resolutions {
            let measure = |name: &str| measure(args, name, alpha, *resolution, device, session, &bar);
            let comparison = Comparison { separable: measure(SEPARABLE)?, dense: measure(DENSE)? };
            bar.above(|| write(&comparison, args.format(), std::mem::take(&mut is_first)))?;
        }
    }
    bar.remove();
    Ok(Exit::Success)
}

fn measure(
    args: &Args,
    name: &str,
    alpha: Option<f64>,
    resolution: Option<usize>,
    device: &Device,
    session: &Session,
    bar: &RowBar,
) -> Result<Measurement> {
    let model = BenchModel::open(Some(&name.to_owned()), alpha, true, session)?;
    let resolution = resolution.unwrap_or(model.resolution);
    bar.begin(&model.at(resolution).label);
    let pixels = model.pixels(1, resolution, device)?;
    let row = Measurement::run(&model, &model.load(device, Precision::F32)?, &pixels, 1, args.plan(), true)?;
    for note in noise::notes(&row).into_iter().chain(noise::few_runs(std::slice::from_ref(&row))) {
        bar.above(|| session.console().note(note));
    }
    bar.count();
    Ok(row)
}

fn write(comparison: &Comparison, format: Format, is_first: bool) -> io::Result<()> {
    let mut output = io::stdout().lock();
    if format == Format::Json {
        json::write(&mut output, comparison)?;
    } else {
        let room = if output.is_terminal() { terminal::columns() } else { USUAL_WIDTH };
        if !is_first {
            writeln!(output)?;
        }
        text::write(&mut output, comparison, room)?;
    }
    output.flush()
}
