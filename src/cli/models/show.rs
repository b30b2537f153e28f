//! `mnet models show`: all that is known of one checkpoint, without the network.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use super::entry::{Entry, megabytes};
use super::{Exit, select};
use crate::hub::{Hub, HubOptions};
use crate::models::catalogue;
use crate::predict::{self, Checkpoint, Source};

/// Everything about one checkpoint, and whether it is cached; opens no connection
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mnet models show v4-conv-small\n  mnet models show owner/name --json")]
pub(super) struct Args {
    /// What --model takes: owner/name[@revision], a directory, or a name of `mnet models list`
    #[arg(value_name = "MODEL")]
    model: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A checkpoint of the catalogue, and what is on this disk.
#[derive(Debug, Serialize)]
struct Details {
    #[serde(flatten)]
    entry: Option<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local: Option<Local>,
}

/// Read from its own files.
#[derive(Debug, Serialize)]
struct Local {
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    network: String,
    preprocessing: String,
    outputs: usize,
    parameters: usize,
}

pub(super) fn run(args: &Args, hub: Option<Hub>) -> Result<Exit> {
    let source = select(&args.model)?;
    let id = match &source {
        Source::Catalogue { repository, .. } => Some(repository.as_str()),
        Source::Hub(name) => name.split('@').next(),
        Source::BuiltIn | Source::Local(_) => None,
    };
    let row = catalogue::checkpoints().find(|(_, row)| Some(row.repository().as_str()) == id);
    let entry = row.map(|(family, checkpoint)| Entry::new(family, checkpoint, hub.as_ref()));
    let local = local(&source, hub);
    if let (None, Err(error)) = (&entry, &local) {
        return Err(super::Failure::error(error, error.hint()));
    }
    let details = Details { entry, local: local.ok() };
    let mut output = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut output, &details).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        print(&details, &args.model, &mut output)?;
    }
    Ok(Exit::Success)
}

/// What is there without a download.
fn local(source: &Source, hub: Option<Hub>) -> Result<Local, predict::OpenError> {
    let offline = hub.map(|hub| Hub::new(HubOptions { offline: true, ..hub.options().clone() }));
    let snapshot = || {
        let repositories = predict::repositories(source).ok()?;
        repositories.iter().find_map(|repository| offline.as_ref()?.cached(repository, &predict::WANTED))
    };
    let snapshot = snapshot();
    let no_folder = || Err(crate::hub::HubError::NoCacheDirectory);
    let Checkpoint { name, config, .. } =
        predict::open(source, || offline.map_or_else(no_folder, Ok), &mut |_| {})?;
    let graph = &config.architecture.graph;
    let first = snapshot.as_ref().and_then(|snapshot| snapshot.files().next());
    Ok(Local {
        model: name,
        folder: first.and_then(|(_, file)| Some(file.parent()?.to_owned())),
        commit: snapshot.as_ref().map(|snapshot| snapshot.commit.clone()),
        network: config.architecture.name.clone(),
        preprocessing: config.preprocess.to_string(),
        outputs: graph.classes,
        parameters: graph.parameters(),
    })
}

fn print(details: &Details, model: &str, output: &mut impl Write) -> io::Result<()> {
    let mut line = |name: &str, value: String| writeln!(output, "{name:14}{value}");
    if let Some(entry) = &details.entry {
        line("name", entry.name.clone())?;
        let variant = entry.variant.map(|variant| format!(", {variant}")).unwrap_or_default();
        line("family", format!("{}{variant}", entry.family))?;
        let revision = entry.revision.map(|revision| format!("@{revision}")).unwrap_or_default();
        line("repository", format!("{}{revision}", entry.repository))?;
        line("architecture", entry.architecture.clone())?;
        if let Some(alpha) = entry.alpha {
            line("alpha", format!("{alpha:?}"))?;
        }
        line("resolution", format!("{} px", entry.res))?;
        line("classes", entry.classes.to_string())?;
        let accuracy = |top1, top5| format!("top-1 {top1:.1} %, top-5 {top5:.1} %");
        if let (Some(top1), Some(top5), Some(source)) = (entry.top1, entry.top5, entry.accuracy_source) {
            line("accuracy", format!("{} ({source})", accuracy(top1, top5)))?;
        }
        if let Some(test) = &entry.test {
            let measured = test.top1.zip(test.top5).map(|(top1, top5)| format!(": {}", accuracy(top1, top5)));
            line("tested at", format!("{} px{}", test.res, measured.unwrap_or_default()))?;
        }
        line("parameters", format!("{:.2} M", entry.parameters as f64 / 1e6))?;
        line("Mult-Adds", format!("{:.1} M at {} px", entry.mult_adds as f64 / 1e6, entry.res))?;
        line("licence", entry.licence.unwrap_or("not known").to_owned())?;
        let bytes = entry.cached_bytes.filter(|_| entry.cached).map(megabytes);
        line("cached", bytes.unwrap_or_else(|| "no".into()))?;
    }
    if let Some(local) = &details.local {
        if details.entry.is_none() {
            line("model", local.model.clone())?;
            line("network", local.network.clone())?;
            line("classes", local.outputs.to_string())?;
            line("parameters", format!("{:.2} M", local.parameters as f64 / 1e6))?;
        }
        line("preprocessing", local.preprocessing.clone())?;
        if let Some(commit) = &local.commit {
            line("commit", commit.clone())?;
        }
        if let Some(folder) = &local.folder {
            line("folder", folder.display().to_string())?;
        }
    }
    line("run", format!("mnet classify photo.jpg --model {model}"))
}
