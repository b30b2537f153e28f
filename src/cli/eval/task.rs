//! The pictures of a data set as the task of one model: which of its classes is right for each.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use clap::ValueEnum;

use super::class_names::labels_of;
use crate::cli::command_line::CommandLine;
use crate::cli::console::{Console, Failure};
use crate::cli::hint::OrFail;
use crate::cli::quantities::counted;
use crate::inputs::labelled::{Labelled, LabelledPicture};
use crate::predict::{CoarseLevel, Labels, Truth, TruthError, TruthKind, TruthOptions};
use crate::words::and_list;

/// How the labels of a data set are to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// Where the data is.
    pub path: &'a Path,
    pub truth: TruthOptions,
    pub unknown: Unknown,
}

/// What to do with labels that the model lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Unknown {
    /// Name them and end
    #[default]
    Error,
    /// Leave their pictures out
    Skip,
    /// Count their pictures as answered wrongly
    Wrong,
}

/// The right class or group for each picture.
#[derive(Debug)]
pub(super) struct Task {
    /// The class of each picture, or its group in the level; `None` if the model lacks it.
    pub classes: Vec<Option<usize>>,
    /// Whether pictures of a class that the model lacks are asked, too.
    asks_unknown: bool,
    /// What the labels were read as.
    pub kind: TruthKind,
    /// The groups that answers list instead of classes.
    pub level: Option<Arc<CoarseLevel>>,
}

/// Pictures, and the labels that they refer to.
#[derive(Clone, Copy)]
struct Words<'a> {
    pictures: &'a [LabelledPicture],
    labels: &'a [String],
}

impl Words<'_> {
    /// How many pictures have a label.
    fn labelled(&self) -> usize {
        self.pictures.iter().filter(|picture| picture.label.is_some()).count()
    }
}

/// Labels that a message names.
const SHOWN: usize = 5;

impl Task {
    /// Matches the labels of `data` with the classes of `model`, or with the groups of `level`.
    pub(super) fn new(
        data: &Labelled,
        reading: Reading,
        model: &str,
        labels: &Labels,
        level: Option<Arc<CoarseLevel>>,
        console: &Console,
    ) -> Result<Self> {
        let words = labels_of(data, model, labels, reading.truth, console);
        let data = Words { pictures: &data.pictures, labels: &words };
        let groups = level.as_ref().and_then(|level| read_groups(data, labels, level, reading.truth));
        let are_groups = groups.is_some();
        let truth = groups.map_or_else(|| read_truth(data, labels, reading.truth), Ok);
        let mut truth = truth.or_fail_about(&reading.path.display().to_string())?;
        if reading.truth.first_index > 0 && truth.kind != TruthKind::Index {
            console.note(format_args!(
                "--first-index changes nothing here: the labels are {}",
                truth.kind.noun()
            ));
        }
        if truth.kind == TruthKind::Sorted {
            let first = data.labels.iter().zip(&truth.classes).find(|(_, class)| **class == Some(0));
            let first = first.map(|(label, _)| label.as_str()).unwrap_or_default();
            console.note(format_args!(
                "{model}: labels in alphabetical order are its classes: `{first}` is class 0"
            ));
        } else {
            console.detail(format_args!("{model}: labels are {}", truth.kind.noun()));
        }
        let known = truth.classes.iter().flatten().count();
        if let Some(level) = level.as_ref().filter(|_| !are_groups) {
            let group = |class: &mut Option<usize>| *class = class.and_then(|class| level.group_of(class));
            truth.classes.iter_mut().for_each(group);
        }
        let lacks =
            if are_groups || truth.classes.iter().flatten().count() < known { "group" } else { "class" };
        let classes: Vec<_> = data.pictures.iter().map(|picture| truth.classes[picture.label?]).collect();
        let unknown = unknown(data, &truth);
        if let [_, ..] = unknown[..] {
            let of_groups = level.as_ref().filter(|_| are_groups).map(|level| level.labels());
            let listed = listed(&unknown, of_groups.as_ref().unwrap_or(labels));
            let what = match reading.unknown {
                Unknown::Error => {
                    let message = format!("{model} has no {lacks} for {listed}");
                    return Err(Failure::error(message, Some(hint(&truth, data, labels))));
                }
                Unknown::Skip => "left out",
                Unknown::Wrong => "counted as wrong",
            };
            console.note(format_args!("{what}, because {model} has no {lacks} for them: {listed}"));
        }
        if unknown.iter().map(|(_, pictures)| pictures).sum::<usize>() == data.labelled() {
            let message = format!("{model} has no {lacks} for any label of {}", reading.path.display());
            let hint = format!("--truth KIND, or {}", another_model(&CommandLine::of_process()));
            return Err(Failure::error(message, Some(hint)));
        }
        Ok(Self { classes, asks_unknown: reading.unknown == Unknown::Wrong, kind: truth.kind, level })
    }

    /// Whether the picture at this place among those of `data` is asked. What cannot be read is, so that it fails.
    pub(super) fn asks(&self, place: usize, data: &Labelled) -> bool {
        self.asks_unknown || self.classes[place].is_some() || data.pictures[place].label.is_none()
    }
}

/// The class of each label. A folder without pictures, such as one of plots beside the classes, has a say only where it may
/// be a class: in alphabetical order.
fn read_truth(data: Words, labels: &Labels, options: TruthOptions) -> Result<Truth, TruthError> {
    let mut used: Vec<_> = data.pictures.iter().filter_map(|picture| picture.label).collect();
    used.sort_unstable();
    used.dedup();
    if used.len() < data.labels.len() {
        let names: Vec<_> = used.iter().map(|&label| data.labels[label].clone()).collect();
        let found = labels.truth(&names, options);
        if let Ok(Truth { kind, classes: found }) = found
            && kind != TruthKind::Sorted
            && found.iter().any(Option::is_some)
        {
            let mut classes = vec![None; data.labels.len()];
            for (label, class) in used.into_iter().zip(found) {
                classes[label] = class;
            }
            return Ok(Truth { kind, classes });
        }
    }
    labels.truth(data.labels, options)
}

/// The group of each label, if more of the labels are names or ids of groups than labels of classes.
fn read_groups(data: Words, labels: &Labels, level: &CoarseLevel, options: TruthOptions) -> Option<Truth> {
    let lacking = |truth: &Truth| unknown(data, truth).len();
    let of_classes = read_truth(data, labels, options).map_or(usize::MAX, |truth| lacking(&truth));
    if of_classes == 0 || matches!(options.kind, Some(TruthKind::Index | TruthKind::Sorted)) {
        return None;
    }
    let kind = options.kind.unwrap_or(TruthKind::Name);
    let truth = Truth { kind, classes: level.places(data.labels) };
    let is_any = truth.classes.iter().any(Option::is_some);
    (is_any && lacking(&truth) < of_classes).then_some(truth)
}

/// The labels that the model lacks, each with the number of its pictures. A label without pictures does not count.
fn unknown<'a>(data: Words<'a>, truth: &Truth) -> Vec<(&'a str, usize)> {
    let mut counts = vec![0; data.labels.len()];
    for label in data.pictures.iter().filter_map(|picture| picture.label) {
        counts[label] += 1;
    }
    let labels = data.labels.iter().zip(counts).zip(&truth.classes);
    let lacking = labels.filter(|((_, count), class)| *count > 0 && class.is_none());
    lacking.map(|((label, count), _)| (label.as_str(), count)).collect()
}

/// `2 labels: tabbby (3 pictures; similar: tabby) and zebr (1 picture)`
fn listed(unknown: &[(&str, usize)], labels: &Labels) -> String {
    let one = |(label, count): &(&str, usize)| {
        let similar = labels.find(&[(*label).to_owned()]).err();
        // Suggestions for a kind are ranges of indices, which cannot be labels.
        let is_name = |name: &String| {
            labels.classes().iter().any(|class| class.name.split(", ").any(|other| other == name))
        };
        let similar = similar.and_then(|error| error.similar.into_iter().find(is_name));
        let similar = similar.map(|name| format!("; similar: {name}")).unwrap_or_default();
        format!("`{label}` ({}{similar})", counted(*count, "picture"))
    };
    let mut shown: Vec<_> = unknown.iter().take(SHOWN).map(one).collect();
    if unknown.len() > SHOWN {
        shown.push(format!("{} more", unknown.len() - SHOWN));
    }
    format!("{}: {}", counted(unknown.len(), "label"), and_list(shown))
}

/// The flag that names another model. `mnet choose`, which alone has `--data`, has no `--model`.
fn another_model(line: &CommandLine) -> &'static str {
    if line.has(&["--data"]) { "another --family" } else { "another --model" }
}

/// What to try for labels that the model lacks.
fn hint(truth: &Truth, data: Words, labels: &Labels) -> String {
    let classes = labels.classes().len();
    let counts_from_one = truth.kind == TruthKind::Index
        && data
            .labels
            .iter()
            .all(|label| label.parse::<usize>().is_ok_and(|index| (1..=classes).contains(&index)));
    if counts_from_one {
        return "--first-index 1, if the labels count from 1".to_owned();
    }
    if data.labels.len() == classes && truth.classes.iter().all(Option::is_none) {
        return "--truth sorted, if the labels in alphabetical order are the model's classes".to_owned();
    }
    if truth.classes.iter().all(Option::is_none) {
        let another = another_model(&CommandLine::of_process());
        return format!("{another}, or --truth KIND if the labels were read wrongly");
    }
    "--unknown skip leaves these pictures out, and --unknown wrong counts them as wrong".to_owned()
}
