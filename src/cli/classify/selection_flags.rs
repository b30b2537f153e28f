//! Which classes of an answer are printed.

use anyhow::Result;

use super::asked_groups::{AskedWords, asked_groups, note_groups};
use crate::cli::console::Console;
use crate::cli::group_flags::{GroupFlags, note_outside};
use crate::cli::hint::OrFail;
use crate::cli::values::{probability, top};
use crate::predict::{AllGroups, AnswerOptions, Classes, Classifier};

/// Which classes of an answer.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionFlags {
    /// How many classes to print, best first
    #[arg(short = 'k', long = "top", value_name = "K", default_value_t = 5, value_parser = top)]
    top: usize,
    /// Least score of a class, or of a whole group
    ///
    /// A probability over all classes, from 0 to 1. A group that --only asks for passes if the sum over its classes is at least this; its
    /// classes are then listed however low their own scores are.
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_score: f32,
    /// Only these of the K best classes, or groups: @dog
    ///
    /// A name, one of its comma-separated names, a WordNet id, an index, or a range such as 151-268. @dog, @bird or @n02084071 is a group:
    /// an answer has its score, which is the sum over its classes. Its K best classes are listed if that score reaches --min-score or,
    /// without --min-score, if one of them is among the K best of all. --only takes all words up to the next flag, so put paths before it.
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    only: Vec<String>,
    /// Of the K best classes all but these
    ///
    /// Named as for --only. Classes that are left out do not count in the sum of a group.
    #[arg(long, value_name = "LABEL", num_args = 1.., hide_short_help = true)]
    not: Vec<String>,
}

impl SelectionFlags {
    /// What to keep of the answers of this classifier.
    pub(super) fn wanted(
        &self,
        classifier: &Classifier,
        groups: &GroupFlags,
        logits: bool,
        console: &Console,
    ) -> Result<AnswerOptions> {
        let labels = classifier.labels();
        let level = groups.level(labels, &classifier.info().name, console)?;
        let words = self.only.iter().chain(&self.not);
        let has_groups = words.clone().any(|word| word.starts_with('@'));
        let named =
            if has_groups || groups.file().is_some() { groups.named(labels)? } else { AllGroups::default() };
        let only = AskedWords::new("--only", &self.only, labels, &named)?;
        let not = AskedWords::new("--not", &self.not, labels, &named)?;
        let asked = asked_groups(&only, &not)?;
        let classes = Classes::new(only.has_classes().then(|| only.classes.clone()), not.all());
        let mut classes = classes.with_groups(asked);
        if let Some(level) = level {
            classes = classes.at_level(level).or_fail_about("--level coarse")?;
        }
        let is_used = has_groups || groups.lists_groups();
        let is_own_level = groups.lists_groups() && groups.file().is_some();
        if is_used && !is_own_level {
            note_outside(labels, &classifier.info().name, console);
        }
        note_groups(groups, &named, is_used, classifier.is_multi_label(), console);
        Ok(AnswerOptions { top: self.top, min_score: self.min_score, classes, logits, features: None })
    }
}
