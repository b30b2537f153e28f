//! Groups of classes: `--groups` and `--level`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::ValueEnum;

use super::command_line::{Arity, CommandLine};
use super::console::{Console, Failure};
use super::hint::OrFail;
use super::quantities::counted;
use crate::predict::{AllGroups, CoarseLevel, Group, Labels};
use crate::words::and_list;

/// Groups that the user has made.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Groups")]
pub(super) struct OwnGroups {
    /// Groups of your own, from a file of JSON
    ///
    /// An object of names, each with a list of classes: names, WordNet ids, indices or ranges, or other groups as @words. They win over
    /// groups that have the same name.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    groups: Option<PathBuf>,
}

impl OwnGroups {
    /// The file of groups.
    pub(super) fn file(&self) -> Option<&Path> {
        self.groups.as_deref()
    }

    /// What `@words` may name, for the classes in `labels`.
    pub(super) fn named(&self, labels: &Labels) -> Result<AllGroups> {
        self.file()
            .map_or_else(|| Ok(AllGroups::known(labels)), |file| AllGroups::read(file, labels).or_fail())
    }

    /// Says what the user might not expect of the file: that its groups are not used, because nothing asks for one, or that
    /// some have the names of others. `unasked` says what does not ask, such as `no --class asks`.
    pub(super) fn note(&self, named: &AllGroups, is_used: bool, unasked: &str, console: &Console) {
        let Some(file) = self.file().map(Path::display) else { return };
        if !is_used {
            console.note(format_args!("--groups changes nothing here: {unasked} for a group"));
            return;
        }
        let both: Vec<_> = named.both().map(|(group, _)| format!("@{}", group.name)).collect();
        if !both.is_empty() {
            let (is, one) = if both.len() == 1 {
                ("is its group", "one of that name")
            } else {
                ("are its groups", "ones of these names")
            };
            console.note(format_args!("{file}: {} {is}, not the built-in {one}", and_list(both)));
        }
    }
}

/// Which groups, and whether they take the place of classes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Groups")]
pub(super) struct GroupFlags {
    #[command(flatten)]
    pub(super) own: OwnGroups,
    /// List classes, or groups of them with their whole score
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t, hide_short_help = true)]
    level: ListedLevel,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListedLevel {
    /// Classes
    #[default]
    Class,
    /// Groups, such as dog, bird and furniture; or those of --groups
    Coarse,
}

impl GroupFlags {
    /// The file of groups.
    pub(super) fn file(&self) -> Option<&Path> {
        self.own.file()
    }

    /// Whether groups take the place of classes.
    pub(super) fn lists_groups(&self) -> bool {
        self.level == ListedLevel::Coarse
    }

    /// Refuses what `mnet eval` cannot do with groups, and says what changes nothing there.
    pub(super) fn check_for_eval(&self, is_calibrating: bool, console: &Console) -> Result<()> {
        if self.lists_groups() && is_calibrating {
            let message = "--calibrate finds the temperature of classes; --level coarse counts groups";
            let hint =
                CommandLine::of_process().without(&["--level"], Arity::One).and_then(|line| line.shown());
            return Err(Failure::error(message, hint));
        }
        if self.file().is_some() && !self.lists_groups() {
            console.note("--groups changes nothing here without --level coarse");
        }
        Ok(())
    }

    /// What `@words` may name, for the classes in `labels`.
    pub(super) fn named(&self, labels: &Labels) -> Result<AllGroups> {
        self.own.named(labels)
    }

    /// What answers list: `labels`, or groups of them.
    pub(super) fn listed(&self, labels: &Labels) -> Result<Labels> {
        if !self.lists_groups() {
            return Ok(labels.clone());
        }
        Ok(CoarseLevel::new(self.listed_groups(labels)?, labels)?.labels())
    }

    fn listed_groups(&self, labels: &Labels) -> Result<Vec<Group>> {
        let own = self.file().map(|_| self.named(labels)).transpose()?;
        Ok(own.map_or_else(|| labels.coarse(), |named| named.own().to_vec()))
    }

    /// The groups that are listed in place of the classes of `model`, if that is asked for.
    ///
    /// # Errors
    /// If the model has no groups, or if two groups of the file share a class.
    pub(super) fn level(
        &self,
        labels: &Labels,
        model: &str,
        console: &Console,
    ) -> Result<Option<Arc<CoarseLevel>>> {
        if !self.lists_groups() {
            return Ok(None);
        }
        let groups = self.listed_groups(labels)?;
        let without = || CommandLine::of_process().without(&["--level"], Arity::One)?.shown();
        if groups.is_empty() {
            let message = format!("the classes of {model} have no groups; --groups FILE gives them some");
            return Err(Failure::error(message, without()));
        }
        let level = CoarseLevel::new(groups, labels).map_err(|error| {
            let file = self.file().map(|file| format!("{}: ", file.display())).unwrap_or_default();
            Failure::error(format_args!("{file}{error}"), without())
        })?;
        let outside =
            labels.classes().len() - level.groups().iter().map(|group| group.classes.len()).sum::<usize>();
        if outside > 0 {
            let (classes, file) = (labels.classes().len(), self.file().unwrap_or(Path::new("")).display());
            console.note(format_args!(
                "{file}: {outside} of {classes} classes are in no group, and their scores in no sum"
            ));
        }
        Ok(Some(Arc::new(if self.file().is_some() { level.of_user() } else { level })))
    }
}

/// Says what the score of a group is, if it is no sum.
pub(super) fn note_scores(is_multi_label: bool, console: &Console) {
    if is_multi_label {
        console.note(
            "the score of a group is that of its best class, because scores are independent of each other",
        );
    }
}

/// Says how many classes of `model` the built-in groups lack.
pub(super) fn note_outside(labels: &Labels, model: &str, console: &Console) {
    let outside = labels.without_groups();
    if outside > 0 {
        let classes = counted(labels.classes().len(), "class");
        console.note(format_args!(
            "{model}: {outside} of its {classes} are in no group: the groups are those of ImageNet-1k"
        ));
    }
}
