//! Which classes of an answer are printed.

use anyhow::Result;

use crate::cli::console::Failure;
use crate::cli::hint::quoted;
use crate::cli::values::{probability, top};
use crate::predict::{AnswerOptions, Classes, Classifier};

/// Which classes of an answer.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionFlags {
    /// How many classes to print, best first
    #[arg(short = 'k', long = "top", value_name = "K", default_value_t = 5, value_parser = top)]
    top: usize,
    /// Print only classes of at least this probability, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_score: f32,
    /// Of the K best classes print only these: a name, one of its comma-separated names, a WordNet id or an index. It takes
    /// all words up to the next flag, so put paths before it
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    only: Vec<String>,
    /// Of the K best classes print all but these, named in the same way
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    not: Vec<String>,
}

impl SelectionFlags {
    /// What to keep of the answers of this classifier.
    pub(super) fn wanted(&self, classifier: &Classifier, logits: bool) -> Result<AnswerOptions> {
        let [only, not] = [("--only", &self.only), ("--not", &self.not)].map(|(flag, words)| {
            classifier.classes(words).map_err(|error| {
                let hint = error.similar().map(|name| format!("{flag} {}", quoted(name)));
                Failure::error(&error, hint)
            })
        });
        let classes = Classes::new((!self.only.is_empty()).then_some(only?), not?);
        Ok(AnswerOptions { top: self.top, min_score: self.min_score, classes, logits })
    }
}
