//! `--data`: accuracy on labelled photos of one's own in place of the published one.

use std::path::PathBuf;

use anyhow::Result;

use super::bar::SearchBar;
use super::networks::{Measured, Network};
use super::search::Effort;
use super::timer::Timer;
use crate::backend::device::DeviceChoice;
use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::cli::eval::{Accuracy, Data, LabelFlags, accuracy};
use crate::cli::hint::quoted;
use crate::cli::model_flags::ModelFlags;
use crate::cli::quantities::counted;
use crate::cli::running_flags::RunningFlags;
use crate::cli::session::Session;
use crate::predict::{self, CHECKPOINT_FILES, Request};

/// Which photos, and whether weights may be fetched for them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Data", mut_arg("root", |flag| flag.hide_short_help(true)))]
pub(super) struct DataFlags {
    /// Accuracy on these labelled photos, not on ImageNet
    ///
    /// What `mnet eval` takes: a folder of class folders, a file of paths and labels, or a tar, zip or
    /// Parquet file with labels under their usual names. Candidates are the networks whose weights are in
    /// the cache, and the built-in one.
    #[arg(long, value_name = "DATA")]
    data: Option<PathBuf>,
    /// With --data: download the weights of the other candidates
    #[arg(long, requires = "data")]
    pull: bool,
    #[command(flatten)]
    labels: LabelFlags,
}

/// What came of the photos.
pub(super) enum Outcome {
    /// The networks with their accuracy there.
    Done(Vec<Network>),
    /// A signal of this number ended it.
    Interrupted(i32),
}

impl DataFlags {
    /// The photos, read before anything runs.
    pub(super) fn read(&self, session: &Session) -> Result<Option<Data<'_>>> {
        let read = |path| Data::read(path, &self.labels, session.console());
        self.data.as_deref().map(read).transpose()
    }

    /// Of `networks`, those whose weights are here, or may be downloaded. They run with their own crop.
    ///
    /// # Errors
    /// If no candidate is left.
    pub(super) fn available(&self, networks: Vec<Network>, session: &Session) -> Result<Vec<Network>> {
        let hub = session.hub().ok();
        let is_cached = |network: &Network| {
            let (Some(model), Some(hub)) = (network.model(), &hub) else { return network.model().is_none() };
            let source = predict::select(&Request { model: Some(model), ..Request::default() });
            let repositories = source.ok().and_then(|source| predict::repositories(&source).ok());
            repositories.unwrap_or_default().iter().any(|one| hub.cached(one, &CHECKPOINT_FILES).is_some())
        };
        let count = networks.len();
        let mut here: Vec<_> = networks.into_iter().filter(|one| self.pull || is_cached(one)).collect();
        let missing = count - here.len();
        if here.is_empty() {
            let message = "no candidate has its weights in the cache, and --data needs them";
            let line = CommandLine::of_process();
            return Err(Failure::error(message, line.with(&["--pull"]).shown()));
        }
        if missing > 0 {
            let missing = counted(missing, "candidate");
            session.console().note(format_args!(
                "{missing} without weights in the cache cannot be tried on the photos; --pull downloads them"
            ));
        }
        for network in &mut here {
            network.crop_pct = None;
        }
        Ok(here)
    }
}

/// Those that are fast enough, or nearly. If none is, the fastest, so that it can be named. Photos take longer than a few runs, so
/// that all are timed before they see any.
pub(super) fn fast(
    networks: Vec<Network>,
    max_ms: Option<f64>,
    timer: &mut Timer,
    session: &Session,
) -> Result<Vec<Network>> {
    let Some(max_ms) = max_ms else { return Ok(networks) };
    let bar = SearchBar::new(session, networks.len());
    let mut timed = Vec::new();
    for (index, network) in networks.into_iter().enumerate() {
        bar.show(index, &network.name);
        let fastest = timer.time(index, &network, Effort::Look)?.interval.0;
        timed.push((network, fastest));
    }
    timed.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let count = timed.partition_point(|(_, fastest)| *fastest <= max_ms).max(1);
    Ok(timed.into_iter().take(count).map(|(network, _)| network).collect())
}

/// Has all `networks` answer the photos.
pub(super) fn evaluate(
    mut networks: Vec<Network>,
    data: &Data<'_>,
    device: DeviceChoice,
    session: &Session,
) -> Result<Outcome> {
    let flags = |network: &Network| {
        let resolution = network.needs_res.then_some(network.res);
        let request = Request { model: network.model(), alpha: None, resolution };
        ModelFlags::new(request, None, device)
    };
    // Before the first photo: until then a signal ends the process, a download included.
    for network in &networks {
        session.checkpoint(&flags(network).source()?)?;
    }
    let stop = session.stop()?;
    stop.begin_run();
    for network in &mut networks {
        let found = accuracy(session, data, &flags(network), &RunningFlags::default(), &stop)?;
        let Some(Accuracy { answered, failed, top1, .. }) = found else {
            return Ok(Outcome::Interrupted(stop.signal().unwrap_or_default()));
        };
        let Some((share, low, high)) = top1 else {
            let message = format!("{}: no photo has an answer", network.name);
            return Err(Failure::error(message, Some(evaluation(&CommandLine::of_process()))));
        };
        network.top1 = 100.0 * share;
        network.measured = Some(Measured { low: 100.0 * low, high: 100.0 * high, answered, failed });
    }
    Ok(Outcome::Done(networks))
}

/// `mnet eval` of the photos of this command, which says more about them.
fn evaluation(line: &CommandLine) -> String {
    let data = quoted(line.value(&["--data"]).unwrap_or_default());
    let given = |flag: &&str| Some(format!(" {flag} {}", quoted(line.value(&[flag])?)));
    let flags: Vec<_> = LABEL_FLAGS.iter().filter_map(given).collect();
    format!("mnet eval {data}{}", flags.concat())
}

/// The flags that `mnet eval` takes as well.
const LABEL_FLAGS: [&str; 7] =
    ["--root", "--columns", "--label-column", "--image-column", "--truth", "--first-index", "--unknown"];
