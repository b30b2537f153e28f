//! One model answers all pictures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::calibration::Calibrator;
use super::records_file::RecordsFile;
use super::tally::{Outcome, Speed, TOP, Tally};
use super::task::Task;
use crate::cli::console::Console;
use crate::cli::decode_flags::DecodeFlags;
use crate::cli::outputs::report::Report;
use crate::cli::running_flags::RunningFlags;
use crate::cli::signals::Stop;
use crate::cli::threads;
use crate::inputs::ReadAhead;
use crate::inputs::labelled::Labelled;
use crate::predict::{AnswerOptions, Classes, Classifier, CoarseLevel};
use crate::record::Level;
use crate::sink::PATHS;

/// What all models of a run share.
pub(super) struct Run<'a> {
    pub data: &'a Labelled,
    pub decode: &'a DecodeFlags,
    pub running: &'a RunningFlags,
    pub stop: &'a Stop,
    pub console: &'a Console,
}

impl Run<'_> {
    /// The classes to answer with: all of the model's classes, or the groups of `level` in their place.
    pub(super) fn classes(level: Option<&Arc<CoarseLevel>>) -> Classes {
        let all = Classes::default();
        level.map_or(all.clone(), |level| {
            all.at_level(Arc::clone(level))
                .unwrap_or_else(|_| unreachable!("no part of a group is asked for"))
        })
    }

    /// What became of each picture under `classifier`, which took `start_up` to load. `None` if the run was stopped before
    /// all pictures were done.
    pub(super) fn tally(
        &self,
        classifier: &Classifier,
        alpha: Option<f64>,
        task: &Task,
        start_up: Duration,
        mut file: Option<RecordsFile>,
        mut calibrator: Option<&mut Calibrator>,
    ) -> Result<Option<Tally>> {
        let asked: Vec<usize> =
            (0..self.data.pictures.len()).filter(|picture| task.asks(*picture, self.data)).collect();
        let mut outcomes = vec![Outcome::Skipped; self.data.pictures.len()];
        let (mut damaged, mut done) = (0, 0);
        // Neither failures nor damage are in the figures but as counts.
        let mut report = Report::new(self.console, &PATHS);
        report.show_progress(Some(asked.len()), || None, 0);
        let unfinished = file.as_ref().and_then(RecordsFile::last_words);
        let bar = report.bar();
        let console = self.console.clone();
        self.stop.before_sudden_end(move || {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            if let Some(words) = unfinished {
                console.note(words);
            }
        });
        let logits = calibrator.is_some();
        let wanted = AnswerOptions {
            top: TOP,
            logits,
            classes: Self::classes(task.level.as_ref()),
            ..AnswerOptions::default()
        };
        let (pipeline, plan) =
            self.running.pipeline(classifier, self.decode, wanted, Some(asked.len()), self.console);
        let start = Instant::now();
        // Members are read from a file, which may take a while.
        let inputs = ReadAhead::new(self.data.inputs(&asked), Arc::clone(self.stop.flag()))
            .map_err(|error| threads::not_started(1, &error))?;
        let outcome = pipeline.run(inputs, plan, self.stop.flag(), |mut record| {
            report.note(&record);
            // Kept answers do not have them.
            let logits = record.outcome.as_mut().ok().and_then(|answer| answer.logits.take());
            if let Some(file) = &mut file {
                file.write(&record).inspect_err(|_| self.stop.ask())?;
            }
            let picture = asked[done];
            done += 1;
            outcomes[picture] = match &record.outcome {
                Ok(answer) => Outcome::of(&answer.top, task.classes[picture]),
                Err(_) => Outcome::Failed,
            };
            if let (Some(calibrator), Some(logits)) = (&mut calibrator, logits)
                && let Some(truth) = task.classes[picture]
            {
                let logits = classifier.labels().without_background(&logits);
                calibrator.add(&record.path, logits, truth, outcomes[picture].is_right(1));
            }
            damaged += usize::from(record.outcome.is_ok_and(|answer| answer.damaged.is_some()));
            Ok::<_, std::io::Error>(())
        });
        let speed = Speed {
            seconds: start.elapsed().as_secs_f64(),
            start_up: start_up.as_secs_f64(),
            pictures: outcomes.iter().filter(|outcome| outcome.is_answered()).count(),
        };
        let is_whole = done == asked.len();
        // The figures have the time.
        report.finish(true);
        if let Some(file) = file {
            file.finish(outcome, is_whole, self.console)?;
        }
        let truths = task.classes.clone();
        let (labels, level) = match &task.level {
            Some(level) => (level.labels(), Level::Coarse),
            None => (classifier.labels().clone(), Level::Class),
        };
        let (model, truth, speed) = (classifier.info(), task.kind.noun(), Some(speed));
        let tally =
            Tally { model, alpha, labels, level, truth, truths, outcomes, damaged, has_top: true, speed };
        Ok(is_whole.then_some(tally))
    }
}
