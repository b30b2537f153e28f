//! `--records FILE`: the answers of an earlier run, counted.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::Result;

use super::photos::Run;
use super::tally::{Outcome, TOP, Tally};
use super::task::Task;
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::{Console, Failure};
use crate::cli::hint::with_near_file;
use crate::cli::outputs::overwrite;
use crate::cli::quantities::counted;
use crate::inputs::labelled::Labelled;
use crate::predict::Labels;
use crate::record::{ItemError, Level, ModelInfo, Prediction, RunInfo};
use crate::sink::{KeptRecord, read_kept};

/// The answers in a file: all by one model.
pub(super) struct Kept {
    pub model: ModelInfo,
    /// Whether the answers list classes or groups.
    pub level: Level,
    /// The checksum of the classes in the user's own groups.
    own_groups: Option<String>,
    /// By path, in their order.
    records: HashMap<Vec<u8>, VecDeque<Result<Answer, String>>>,
}

/// An answer that was kept.
struct Answer {
    top: Vec<Prediction>,
    damaged: bool,
}

impl Kept {
    /// Reads the file at `path`.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        if path.as_os_str() == "-" {
            let hint = "mnet classify --json -o labels.jsonl, then --records labels.jsonl";
            return Err(Failure::error("--records reads files, not stdin", Some(hint.to_owned())));
        }
        if let Some(format) = overwrite::written_format(path).filter(|format| format.name != "jsonl") {
            let message = format!("{shown} holds {}, and --records counts JSON Lines", format.title);
            return Err(Failure::error(message, Some("mnet classify --json -o labels.jsonl".to_owned())));
        }
        let file = File::open(path).map_err(|error| {
            let message = format!("{shown}: {}", ItemError::from(&error).message);
            Failure::error(message, with_near_file("--records", path))
        })?;
        let mut records = HashMap::<_, VecDeque<_>>::new();
        let (mut run, mut other) = (None, None);
        read_kept(&mut BufReader::new(file), &mut |KeptRecord { path, outcome, damaged }| {
            let answer = outcome.map(|(by, top)| {
                let first: &mut RunInfo = run.get_or_insert_with(|| by.clone());
                if *first != by {
                    other.get_or_insert(by);
                }
                Answer { top, damaged }
            });
            records.entry(plain(&path).to_vec()).or_default().push_back(answer);
        })
        .map_err(|error| {
            let hint = "mnet classify --json writes such records; --resume repairs a file that was cut short";
            Failure::error(format_args!("{shown}: {error}"), Some(hint.to_owned()))
        })?;
        if let (Some(first), Some(other)) = (&run, &other) {
            if first.model == other.model {
                let message = format!(
                    "{shown} has answers to two questions: some list groups, or have scores of others"
                );
                return Err(Failure::error(message, Some("a file for each".to_owned())));
            }
            let message = format!("{shown} has answers of two models, {} and {}", first.model, other.model);
            return Err(Failure::error(
                message,
                Some("a file for each model: --records a.jsonl,b.jsonl".to_owned()),
            ));
        }
        let Some(RunInfo { model, question, .. }) = run else {
            return Err(Failure::error(
                format_args!("{shown} has no answers"),
                Some("mnet classify --json".to_owned()),
            ));
        };
        if let Some(group) = question.groups.first() {
            let message =
                format!("{shown} has answers to --only {}: those hide other classes", group.title());
            let hint = "records made without --only and --not, such as by mnet classify --json";
            return Err(Failure::error(message, Some(hint.to_owned())));
        }
        Ok(Self { model, level: question.level, own_groups: question.own_groups, records })
    }

    /// Whether all answers list only these classes or groups.
    pub(super) fn are_of(&self, labels: &Labels) -> bool {
        self.first_other(labels).is_none()
    }

    /// The first class or group in an answer that is not in `labels`.
    fn first_other(&self, labels: &Labels) -> Option<&Prediction> {
        let is_other = |class: &&Prediction| {
            let known = labels.classes().get(class.index);
            known.is_none_or(|label| label.name != class.label || label.wnid != class.wnid)
        };
        self.records.values().flatten().flatten().flat_map(|answer| &answer.top).find(is_other)
    }

    /// Refuses answers from the file at `path` that list classes when groups are evaluated, or the other way round.
    pub(super) fn check_level(&self, lists_groups: bool, path: &Path) -> Result<()> {
        let line = CommandLine::of_process();
        let (message, line) = match (self.level, lists_groups) {
            (Level::Class, true) => {
                let message = "lists classes, of which an answer has some: the score of a group needs all";
                (message, line.without(&["--level"], Arity::One))
            }
            (Level::Coarse, false) => ("lists groups", Some(line.with(&["--level", "coarse"]))),
            _ => return Ok(()),
        };
        let hint = line.and_then(|line| line.shown());
        Err(Failure::error(format_args!("{} {message}", path.display()), hint))
    }

    /// Counts the records of the pictures in `data`. One without a record is a failure, named as others are.
    pub(super) fn tally(
        mut self,
        data: &Labelled,
        task: &Task,
        labels: Labels,
        file: &Path,
        console: &Console,
    ) -> Result<Tally> {
        let shown = file.display();
        let repeated = self.leave_out_earlier(data);
        let lengths: Vec<_> =
            self.records.values().flatten().flatten().map(|answer| answer.top.len()).collect();
        let (least, most) = (lengths.iter().min().copied(), lengths.iter().max().copied());
        if least != most || least == Some(0) {
            let message =
                format!("{shown} has answers of {} to {} classes", least.unwrap_or(0), most.unwrap_or(0));
            let hint = "records made without --min-score, --only and --not: those hide the best class";
            return Err(Failure::error(message, Some(hint.to_owned())));
        }
        self.check_paths(data, file)?;
        let (labels, level) = match &task.level {
            Some(level) => (level.labels(), Level::Coarse),
            None => (labels, Level::Class),
        };
        if let Some(other) = self.first_other(&labels).filter(|_| level == Level::Coarse) {
            let message = format!("{shown} has the group {}, which is not one of this run", other.label);
            return Err(Failure::error(message, Some("--groups as when the records were made".to_owned())));
        }
        if Run::classes(task.level.as_ref()).question().own_groups != self.own_groups {
            let message = format!("the groups of {shown} have other classes than those of this run");
            return Err(Failure::error(message, Some("--groups as when the records were made".to_owned())));
        }
        let (mut outcomes, mut damaged) = (vec![], 0);
        for (place, (picture, truth)) in data.pictures.iter().zip(&task.classes).enumerate() {
            let path = picture.input.path();
            let records = self.records.get_mut(plain(path.as_os_str().as_encoded_bytes()));
            let record = records.and_then(VecDeque::pop_front);
            outcomes.push(match record {
                _ if !task.asks(place, data) => Outcome::Skipped,
                Some(Ok(Answer { top, damaged: is_damaged })) => {
                    damaged += usize::from(is_damaged);
                    if let Some(class) = top.iter().find(|class| class.index >= labels.classes().len()) {
                        let message = format!("{shown}: class {} is not one of the model's", class.index);
                        return Err(Failure::error(
                            message,
                            Some("--model as when the records were made".to_owned()),
                        ));
                    }
                    Outcome::of(&top, *truth)
                }
                failed => {
                    let reason = match failed {
                        Some(Err(message)) => message,
                        _ => format!("no record in {shown}"),
                    };
                    console.error(&format!("{}: {reason}", path.display()), None);
                    Outcome::Failed
                }
            });
        }
        if repeated > 0 {
            let records = counted(repeated, "record");
            console.note(format_args!("{shown}: left out, because a later one has the same path: {records}"));
        }
        self.records.retain(|_, records| !records.is_empty());
        if let Some(path) = self.records.keys().min() {
            let others = self.records.values().map(VecDeque::len).sum();
            let (records, path) = (counted(others, "record"), String::from_utf8_lossy(path));
            console.note(format_args!("{shown}: left out, as of other pictures: {records}, such as {path}"));
        }
        let has_top = least.is_some_and(|classes| classes >= TOP);
        let (truths, truth) = (task.classes.clone(), task.kind.noun());
        let model = self.model;
        Ok(Tally {
            model,
            alpha: None,
            labels,
            level,
            truth,
            truths,
            outcomes,
            damaged,
            has_top,
            speed: None,
        })
    }

    /// Keeps as many records of a path as the data has pictures of it, which are several for members with one name: the last ones, as
    /// a later record takes the place of an earlier one. Returns how many are left out.
    fn leave_out_earlier(&mut self, data: &Labelled) -> usize {
        let mut pictures = HashMap::<_, usize>::new();
        for picture in &data.pictures {
            *pictures.entry(plain(picture.input.path().as_os_str().as_encoded_bytes())).or_default() += 1;
        }
        let mut left_out = 0;
        for (path, records) in &mut self.records {
            let most = pictures.get(&path[..]).copied().unwrap_or(1);
            left_out += records.drain(..records.len().saturating_sub(most)).count();
        }
        left_out
    }

    /// Refuses records of other pictures only: then the paths of both are written in different ways.
    fn check_paths(&self, data: &Labelled, file: &Path) -> Result<()> {
        let mut paths = data.pictures.iter().map(|picture| picture.input.path());
        let has_record = |path: &Path| self.records.contains_key(plain(path.as_os_str().as_encoded_bytes()));
        let (Some(first), Some(other)) = (paths.clone().next(), self.records.keys().min()) else {
            return Ok(());
        };
        if paths.any(has_record) {
            return Ok(());
        }
        let message = format!(
            "{} has no record of any picture: the data has {}, the records have {}",
            file.display(),
            first.display(),
            String::from_utf8_lossy(other)
        );
        let hint = if data.are_folders || data.members.is_some() {
            "the data by the path that the records have, from the directory that they were made in"
        } else {
            "--root DIR, so that both have the same paths"
        };
        Err(Failure::error(message, Some(hint.to_owned())))
    }
}

/// `./photos/a.jpg` and `photos/a.jpg` are one path.
fn plain(mut path: &[u8]) -> &[u8] {
    while let Some(rest) = path.strip_prefix(b"./") {
        path = rest;
    }
    path
}
