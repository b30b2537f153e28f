//! What every command that runs a network shares: device, weights (built in, cached or downloaded) and
//! notes. A command asks a [`Session`] for a classifier and does the rest itself.

use std::cell::OnceCell;
use std::io;

use anyhow::Result;
use candle_core::Device;

use super::assumptions::assumption_note;
use super::console::Console;
use super::details;
use super::environment;
use super::hint::OrFail;
use super::hub_flags::HubFlags;
use super::ignored_variables;
use super::model_flags::ModelFlags;
use super::precision_flag::note_fallback;
use super::preprocess_flags::PreprocessFlags;
use super::progress::Progress;
use super::secret::without_secrets;
use super::signals::Stop;
use crate::backend::device::DeviceChoice;
use crate::hub::{Environment, Event, Hub, Repository, Snapshot};
use crate::pixels::{Overrides, Preprocess};
use crate::predict::{self, Checkpoint, Classifier, Source, Subject};
use crate::record::Precision;

/// The global flags of one run.
#[derive(Debug)]
pub(super) struct Session<'a> {
    hub: &'a HubFlags,
    console: &'a Console,
    stop: OnceCell<Stop>,
    /// Set when it is said which variables have no effect.
    said_ignored: OnceCell<()>,
}

impl<'a> Session<'a> {
    pub(super) fn new(hub: &'a HubFlags, console: &'a Console) -> Self {
        Self { hub, console, stop: OnceCell::new(), said_ignored: OnceCell::new() }
    }

    /// Where messages go.
    pub(super) fn console(&self) -> &'a Console {
        self.console
    }

    /// Hears signals from now on. The first one ends the process at once, until a [run begins](Stop::begin_run).
    pub(super) fn stop(&self) -> io::Result<Stop> {
        if let Some(stop) = self.stop.get() {
            return Ok(stop.clone());
        }
        let stop = Stop::on_signals()?;
        Ok(self.stop.get_or_init(|| stop).clone())
    }

    /// Shows a step of a download. A signal takes its bar away. Before the first it is said which variables have no effect.
    fn show(&self, progress: &mut Progress, event: &Event) {
        if matches!(event, Event::Contacting { .. }) {
            self.said_ignored.get_or_init(|| {
                let ignored = ignored_variables::of_hub(&Environment::from_process());
                for (message, _) in ignored {
                    self.console.note(without_secrets(&message));
                }
            });
        }
        progress.show(event);
        if matches!(event, Event::Downloading { .. })
            && let Some(words) = progress.last_words()
            && let Ok(stop) = self.stop()
        {
            stop.before_sudden_end(words);
        }
    }

    /// The hub and its cache. Touches neither disk nor network.
    pub(super) fn hub(&self) -> Result<Hub> {
        environment::check()?;
        let hub = self.hub.hub().or_fail()?;
        self.console.detail(format_args!("cache: {}", hub.options().cache_dir.display()));
        Ok(hub)
    }

    /// The device that a flag asks for.
    pub(super) fn device(&self, choice: DeviceChoice) -> Result<Device> {
        let device = choice.open().or_fail()?;
        self.console.detail(details::device(&device));
        Ok(device)
    }

    /// The checkpoint at `source`, downloaded if it is not in the cache.
    pub(super) fn checkpoint(&self, source: &Source) -> Result<Checkpoint> {
        if matches!(source, Source::Hub(_) | Source::Catalogue { .. }) {
            environment::check()?;
        }
        let mut progress = Progress::new(self.console);
        let checkpoint =
            predict::open(source, || self.hub.hub(), &mut |event| self.show(&mut progress, &event))
                .or_fail()?;
        if self.console.is_verbose() {
            let hub = self.hub.hub().ok();
            let cache = hub.as_ref().map(|hub| hub.options().cache_dir.as_path());
            self.console.detail(details::weights(source, &checkpoint, cache, progress.was_used()));
        }
        Ok(checkpoint)
    }

    /// The files of the first of `repositories` that exists, downloaded if they are not in the cache.
    pub(super) fn snapshot(&self, repositories: &[Repository]) -> Result<Snapshot> {
        let mut progress = Progress::new(self.console);
        predict::fetch(repositories, &self.hub()?, &mut |event| self.show(&mut progress, &event)).or_fail()
    }

    /// The classifier that the flags ask for, with notes on what the user might not expect of it.
    pub(super) fn classifier(&self, flags: &ModelFlags, preprocess: &PreprocessFlags) -> Result<Classifier> {
        self.classifier_at(flags, preprocess, None, |_| Ok(None))
    }

    /// Like [`Self::classifier`], but runs in `precision`, with the temperature that `temperature` finds for the prepared checkpoint.
    pub(super) fn classifier_at(
        &self,
        flags: &ModelFlags,
        preprocess: &PreprocessFlags,
        precision: Option<Precision>,
        temperature: impl FnOnce(&Checkpoint) -> Result<Option<f64>>,
    ) -> Result<Classifier> {
        let device = self.device(flags.device())?;
        let source = flags.source()?;
        let mut checkpoint = self.checkpoint(&source)?;
        if let Some(file) = flags.labels() {
            checkpoint.config.labels = checkpoint.config.labels.renamed(file).or_fail()?;
        }
        let (name, is_multi_label) = (checkpoint.name.clone(), checkpoint.is_multi_label());
        let mut assumptions = checkpoint.assumptions();
        let overrides = preprocess.overrides(flags.resolution());
        assumptions.retain(|one| one.about != Subject::Preprocessing || !preprocess.are_complete());
        for assumption in assumptions.iter_mut().filter(|one| one.about == Subject::Preprocessing) {
            if preprocess.any() {
                assumption.clause += ", apart from what the flags say";
            }
        }
        let trained = checkpoint.config.preprocess.clone();
        checkpoint.config.preprocess = trained.with(&overrides).or_fail_about(&name)?;
        let temperature = temperature(&checkpoint)?;
        let mut classifier = Classifier::at(precision, checkpoint, device).or_fail_about(&name)?;
        if let Some(temperature) = temperature {
            classifier = classifier.with_temperature(temperature);
        }
        let is_verbose = self.console.is_verbose();
        if is_verbose || !matches!(source, Source::BuiltIn) || overrides != Overrides::default() {
            let with_normalisation = is_verbose || preprocess.any();
            self.console.note(model_note(&name, classifier.preprocess(), with_normalisation));
        }
        if let Some(note) = assumption_note(&assumptions) {
            self.console.note(format_args!("{name}: {note}"));
        }
        if is_multi_label {
            let note = "multi-label: scores are independent of each other and do not sum to 1";
            self.console.note(format_args!("{name}: {note}"));
        }
        note_fallback(precision, &classifier, self.console);
        self.note_resolution(&trained, classifier.preprocess());
        Ok(classifier)
    }

    fn note_resolution(&self, trained: &Preprocess, running: &Preprocess) {
        let [before, now] = [trained, running].map(Preprocess::resolution);
        if before != now {
            self.console.note(format_args!("trained at {before}, running at {now}"));
        }
        let sides = running.crop.map_or(vec![], |crop| vec![crop.width, crop.height]);
        if let Some(side) = sides.into_iter().find(|side| !side.is_multiple_of(32)) {
            self.console
                .note(format_args!("{side} is not a multiple of 32: feature maps get uneven borders"));
        }
    }
}

/// `model NAME at 192 x 256 px (covering 219 x 292 bicubic, centre crop 192 x 256)`.
fn model_note(name: &str, preprocess: &Preprocess, with_normalisation: bool) -> String {
    let at = preprocess.crop.map(|crop| format!(" at {crop} px")).unwrap_or_default();
    let normalisation =
        if with_normalisation { format!("; {}", preprocess.normalisation()) } else { String::new() };
    format!("model {name}{at} ({preprocess}{normalisation})")
}
