//! `mnet models show`: everything known about one checkpoint, without using the network.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use super::entry::Entry;
use super::lookup;
use crate::cli::exit::Exit;
use crate::cli::hint::OrFail;
use crate::cli::session::Session;
use crate::cli::terminal;
use crate::hub::{Hub, HubError, HubOptions, Offline};
use crate::models::catalogue;
use crate::predict::{self, Checkpoint, OpenError, Source};
use crate::terminal_text::wrap_between_words;

/// Show everything about one checkpoint
///
/// Its accuracy, cost and licence, and what the cache holds of it. Opens no connection.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// A network, as for `mnet classify --model`
    ///
    /// owner/name[@revision], a directory, or a name of `mnet models list`.
    #[arg(value_name = "MODEL")]
    model: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  Accuracy, cost and licence of a network:
      mnet models show v4-conv-small
  What is cached of a repository, for a script:
      mnet models show google/mobilenet_v2_1.0_224 --json";

/// What the catalogue says, and what is on this disk.
#[derive(Debug, Serialize)]
struct Details {
    #[serde(flatten)]
    entry: Option<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local: Option<Local>,
}

/// What the checkpoint's own files say.
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

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let source = lookup::source(&args.model)?;
    let hub = session.hub().ok();
    let id = match &source {
        Source::Catalogue { repository, .. } => Some(repository.as_str()),
        Source::Hub(name) => name.split('@').next(),
        Source::BuiltIn | Source::Local(_) => None,
    };
    let row = catalogue::checkpoints().find(|(_, row)| Some(row.repository().as_str()) == id);
    let entry = match source {
        Source::BuiltIn => Entry::built_in(),
        _ => row.map(|(family, checkpoint)| Entry::new(family, checkpoint, hub.as_ref())),
    };
    let local = local(&source, hub);
    let local = if entry.is_some() { local.ok() } else { Some(local.or_fail()?) };
    let details = Details { entry, local };
    let mut output = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut output, &details).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        print(&details, &args.model, &mut output)?;
    }
    Ok(Exit::Success)
}

/// What is on this disk.
fn local(source: &Source, hub: Option<Hub>) -> Result<Local, OpenError> {
    let offline = hub.map(|hub| {
        let options = hub.options().clone();
        Hub::new(HubOptions { offline: options.offline.or(Some(Offline::Command)), ..options })
    });
    let snapshot = || {
        let repositories = predict::repositories(source).ok()?;
        repositories
            .iter()
            .find_map(|repository| offline.as_ref()?.cached(repository, &predict::CHECKPOINT_FILES))
    };
    let snapshot = snapshot();
    let no_folder = || Err(HubError::NoCacheDirectory);
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

/// Names and values, line by line.
type Lines = Vec<(&'static str, String)>;

fn catalogue_lines(entry: &Entry) -> Lines {
    let variant = entry.variant.map(|variant| format!(", {variant}")).unwrap_or_default();
    let revision = entry.revision.map(|revision| format!("@{revision}")).unwrap_or_default();
    let accuracy = |top1, top5| format!("top-1 {top1:.1} %, top-5 {top5:.1} %");
    let measured = match (entry.top1, entry.top5) {
        (Some(top1), Some(top5)) => Some(accuracy(top1, top5)),
        (top1, _) => top1.map(|top1| format!("top-1 {top1:.1} %")),
    };
    let measured =
        measured.zip(entry.accuracy_source).map(|(measured, source)| format!("{measured} ({source})"));
    let tested = entry.test.as_ref().map(|test| {
        let measured = test.top1.zip(test.top5).map(|(top1, top5)| format!(": {}", accuracy(top1, top5)));
        format!("{} px{}", test.res, measured.unwrap_or_default())
    });
    let source = entry.licence_source.map(|source| format!(" ({source})")).unwrap_or_default();
    let lines = [
        ("name", Some(entry.name.clone())),
        ("family", Some(format!("{}{variant}", entry.family))),
        ("repository", entry.repository.as_ref().map(|repository| format!("{repository}{revision}"))),
        ("origin", entry.origin.map(str::to_owned)),
        ("architecture", Some(entry.architecture.clone())),
        ("alpha", entry.alpha.map(|alpha| format!("{alpha:?}"))),
        ("resolution", Some(format!("{} px", entry.res))),
        ("classes", Some(entry.classes.to_string())),
        ("accuracy", measured),
        ("tested at", tested),
        ("parameters", Some(millions(entry.parameters))),
        ("Mult-Adds", Some(format!("{:.1} M at {} px", entry.mult_adds as f64 / 1e6, entry.res))),
        ("licence", Some(format!("{}{source}", entry.licence.unwrap_or("not known")))),
        ("cached", Some(entry.place())),
    ];
    lines.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What the files say, with the network if the catalogue has not described it.
fn local_lines(local: &Local, with_network: bool) -> Lines {
    let folder = local.folder.as_ref().map(|folder| folder.display().to_string());
    let lines = [
        ("model", with_network.then(|| local.model.clone())),
        ("network", with_network.then(|| local.network.clone())),
        ("classes", with_network.then(|| local.outputs.to_string())),
        ("parameters", with_network.then(|| millions(local.parameters))),
        ("preprocessing", Some(local.preprocessing.clone())),
        ("commit", local.commit.clone()),
        ("folder", folder),
    ];
    lines.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// `5.29 M`
fn millions(count: usize) -> String {
    format!("{:.2} M", count as f64 / 1e6)
}

fn print(details: &Details, model: &str, output: &mut impl Write) -> io::Result<()> {
    let mut lines = details.entry.as_ref().map(catalogue_lines).unwrap_or_default();
    if let Some(local) = &details.local {
        lines.extend(local_lines(local, details.entry.is_none()));
    }
    let (names, columns) = (14, terminal::stdout_columns().unwrap_or(usize::MAX));
    for (name, value) in lines {
        let lines = wrap_between_words(&terminal::shown(&value), columns.saturating_sub(names));
        writeln!(output, "{name:names$}{}", lines.join(&format!("\n{:names$}", "")))?;
    }
    // On one line, to be copied.
    writeln!(output, "{:names$}mnet classify photo.jpg --model {model}", "run")
}
