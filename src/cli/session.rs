//! What every command that runs a network shares: device, weights (built in, cached or downloaded), notes
//! and threads. A command asks a [`Session`] for a classifier and does the rest itself.

use anyhow::Result;

use super::console::Console;
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
        let classifier = Classifier::new(checkpoint, flags.resolution(), device).or_fail_about(&name)?;
        let info = classifier.info();
        if !matches!(source, Source::BuiltIn) || flags.resolution().is_some() {
            let preprocess = classifier.preprocess();
            self.console.note(format_args!("model {name} at {} px ({preprocess})", info.resolution));
        }
        for note in notes {
            self.console.note(format_args!("{name}: {note}"));
        }
        self.note_resolution(info.resolution, classifier.trained_resolution());
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
