//! What every command that runs a network shares: device, weights (built in, cached or downloaded), notes,
//! threads and Ctrl-C. A command asks a [`Session`] for a classifier and does the rest itself.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::console::Console;
use super::exit::INTERRUPTED;
use super::hint::OrFail;
use super::hub_flags::HubFlags;
use super::model_flags::ModelFlags;
use super::progress::Progress;
use crate::hub::{Hub, Repository, Snapshot};
use crate::predict::{self, Checkpoint, Classifier, Source};

/// The global flags of one run.
#[derive(Debug)]
pub(super) struct Session<'a> {
    hub: &'a HubFlags,
    console: &'a Console,
}

impl<'a> Session<'a> {
    pub(super) fn new(hub: &'a HubFlags, console: &'a Console) -> Self {
        Self { hub, console }
    }

    /// Where messages go.
    pub(super) fn console(&self) -> &'a Console {
        self.console
    }

    /// The hub and its cache. Touches neither disk nor network.
    pub(super) fn hub(&self) -> Result<Hub> {
        self.hub.hub().or_fail()
    }

    /// The checkpoint at `source`, downloaded if it is not in the cache.
    pub(super) fn checkpoint(&self, source: &Source) -> Result<Checkpoint> {
        let mut progress = Progress::new(self.console);
        predict::open(source, || self.hub.hub(), &mut |event| progress.show(&event)).or_fail()
    }

    /// The files of the first of `repositories` that exists, downloaded if they are not in the cache.
    pub(super) fn snapshot(&self, repositories: &[Repository]) -> Result<Snapshot> {
        let mut progress = Progress::new(self.console);
        predict::fetch(repositories, &self.hub()?, &mut |event| progress.show(&event)).or_fail()
    }

    /// The classifier that `flags` ask for, with notes on what the user might not expect of it.
    pub(super) fn classifier(&self, flags: &ModelFlags) -> Result<Classifier> {
        let device = flags.device().open().or_fail()?;
        let source = flags.source()?;
        let mut checkpoint = self.checkpoint(&source)?;
        if let Some(file) = flags.labels() {
            checkpoint.config.labels = checkpoint.config.labels.renamed(file).or_fail()?;
        }
        let (name, notes) = (checkpoint.name.clone(), notes(&checkpoint));
        let trained = checkpoint.config.preprocess.resolution() as usize;
        if let Some(resolution) = flags.resolution() {
            checkpoint.config.preprocess = checkpoint.config.preprocess.at_resolution(resolution as u32);
        }
        let classifier = Classifier::new(checkpoint, device).or_fail_about(&name)?;
        let info = classifier.info();
        if !matches!(source, Source::BuiltIn) || flags.resolution().is_some() {
            let preprocess = classifier.preprocess();
            self.console.note(format_args!("model {name} at {} px ({preprocess})", info.resolution));
        }
        for note in notes {
            self.console.note(format_args!("{name}: {note}"));
        }
        self.note_resolution(info.resolution, trained);
        Ok(classifier)
    }

    fn note_resolution(&self, resolution: usize, trained: usize) {
        if resolution != trained {
            self.console.note(format_args!("trained at {trained}, running at {resolution}"));
        }
        if !resolution.is_multiple_of(32) {
            self.console
                .note(format_args!("{resolution} is not a multiple of 32: feature maps get uneven borders"));
        }
    }
}

fn notes(checkpoint: &Checkpoint) -> Vec<String> {
    let note =
        checkpoint.config.labels.unnamed_note().map(|note| format!("{note}; --labels FILE names them"));
    checkpoint.notes().into_iter().chain(note).collect()
}

/// Sets the number of CPU threads; without one, all that this process may use.
pub(super) fn use_threads(count: Option<usize>) -> Result<()> {
    if let Some(count) = count {
        rayon::ThreadPoolBuilder::new().num_threads(count).build_global()?;
    }
    Ok(())
}

/// A flag that the first Ctrl-C sets; the second ends the process.
pub(super) fn stop_on_interrupt() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    // The order matters: the handler that ends the process runs first, while the flag is still unset.
    flag::register_conditional_shutdown(SIGINT, INTERRUPTED.into(), Arc::clone(&stop))?;
    flag::register(SIGINT, Arc::clone(&stop))?;
    Ok(stop)
}
