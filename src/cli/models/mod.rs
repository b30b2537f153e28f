//! `mnet models`: what exists, what it costs, what is cached.

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use clap::Subcommand;
use serde::Serialize;

use super::Exit;
use super::console::{Console, Failure};
use super::hub_flags::HubFlags;
use super::progress::Progress;
use crate::hub::Hub;
use crate::models::{Checkpoint, Family, catalogue};
use crate::predict::{self, Request, Source};

/// List checkpoints, download them, find the cache
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Models,
}

#[derive(Debug, Subcommand)]
enum Models {
    /// The catalogue: accuracy, cost, and whether it is cached
    List {
        /// Print one JSON object per checkpoint
        #[arg(long)]
        json: bool,
    },
    /// Download checkpoints into the cache and print their folders
    #[command(after_help = "Example:\n  mnet models pull google/mobilenet_v2_0.75_160 v1")]
    Pull {
        /// What --model takes: owner/name[@revision] or a name of `mnet models list`
        #[arg(required = true, value_name = "MODEL")]
        models: Vec<String>,
    },
    /// Print the folder of the cache
    Dir,
}

pub(super) fn run(args: &Args, hub: &HubFlags, console: &Console) -> Result<Exit> {
    match &args.command {
        Models::List { json } => list(*json, hub.hub().ok().as_ref())?,
        Models::Pull { models } => {
            let hub = hub.hub().map_err(|error| Failure::error(&error, error.hint()))?;
            for model in models {
                pull(model, &hub, console)?;
            }
        }
        Models::Dir => {
            let hub = hub.hub().map_err(|error| Failure::error(&error, error.hint()))?;
            writeln!(io::stdout(), "{}", hub.options().cache_dir.display())?;
        }
    }
    Ok(Exit::Success)
}

fn pull(model: &str, hub: &Hub, console: &Console) -> Result<()> {
    let request = Request { model: Some(model.to_owned()), ..Request::default() };
    let source = predict::select(&request).map_err(|error| Failure::error(&error, Some(error.hint())))?;
    let failure = |error: crate::hub::HubError| Failure::error(&error, error.hint());
    let repositories = predict::repositories(&source).map_err(failure)?;
    if repositories.is_empty() {
        console.note(format_args!("{model} needs no download"));
        return Ok(());
    }
    let mut progress = Progress::new(console);
    let snapshot = predict::fetch(&repositories, hub, &mut |event| progress.show(&event)).map_err(failure)?;
    if let Some(folder) = snapshot.files().next().and_then(|(_, file)| file.parent()) {
        writeln!(io::stdout(), "{}", folder.display())?;
    }
    Ok(())
}

/// One row of the catalogue.
#[derive(Serialize)]
struct Row {
    name: String,
    family: &'static str,
    repository: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alpha: Option<f64>,
    res: usize,
    top1: f64,
    top5: f64,
    parameters: usize,
    mult_adds: usize,
    licence: &'static str,
    cached: bool,
}

impl Row {
    fn new(family: &'static Family, checkpoint: &Checkpoint, hub: Option<&Hub>) -> Self {
        let graph = checkpoint.graph(family);
        let source = Source::Catalogue {
            repository: checkpoint.repository(),
            preferred_revision: checkpoint.revision,
        };
        let repositories = predict::repositories(&source).unwrap_or_default();
        let is_cached = |hub: &Hub| repositories.iter().any(|r| hub.cached(r, &predict::WANTED).is_some());
        Self {
            name: checkpoint.name(),
            family: family.name,
            repository: checkpoint.repository(),
            revision: checkpoint.revision,
            alpha: checkpoint.alpha,
            res: checkpoint.resolution,
            top1: checkpoint.top1,
            top5: checkpoint.top5,
            parameters: graph.parameters(),
            mult_adds: graph.mult_adds(checkpoint.resolution),
            licence: checkpoint.licence(),
            cached: hub.is_some_and(is_cached),
        }
    }
}

fn list(json: bool, hub: Option<&Hub>) -> Result<()> {
    let rows: Vec<Row> =
        catalogue::checkpoints().map(|(family, checkpoint)| Row::new(family, checkpoint, hub)).collect();
    let mut output = BufWriter::new(io::stdout().lock());
    if json {
        for row in &rows {
            serde_json::to_writer(&mut output, row).map_err(io::Error::from)?;
            writeln!(output)?;
        }
    } else {
        table(&rows, &mut output)?;
    }
    output.flush()?;
    Ok(())
}

fn table(rows: &[Row], output: &mut impl Write) -> io::Result<()> {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    writeln!(output, "{:width$}  alpha  res  top-1   params  Mult-Adds  cached", "name")?;
    for row in rows {
        let alpha = row.alpha.map_or("-".into(), |alpha| format!("{alpha:?}"));
        let (params, mult_adds) = (row.parameters as f64 / 1e6, row.mult_adds as f64 / 1e6);
        let cached = if row.cached { "yes" } else { "no" };
        writeln!(
            output,
            "{:width$}  {alpha:>5}  {:>3}  {:.1} %  {params:5.2} M  {mult_adds:7.1} M  {cached}",
            row.name, row.res, row.top1
        )?;
    }
    writeln!(
        output,
        "\nlite0 and builtin name the weights in the binary: EfficientNet-Lite0 at 224, no download."
    )
}
