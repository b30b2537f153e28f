//! `mnet labels`: what a model's classes are called, and which groups they are in.

mod json;
mod search;
mod text;
mod view;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Result;

use super::assumptions::assumption_note;
use super::exit::Exit;
use super::group_flags::{OwnGroups, note_outside};
use super::hint::OrFail;
use super::session::Session;
use super::terminal;
use crate::predict::{self, Labels, Request, Subject};
use search::Found;
use view::View;

/// Search the classes of a model and their groups
///
/// Prints index, WordNet id, group of the coarse level and names. Without a pattern, all classes, or the groups of --groups.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// A word, a WordNet id, an index or range, or @GROUP; @ for all groups
    ///
    /// A name that has the word, in any case and number; if none has it, a name that has these letters. @dog lists the classes
    /// of a group, and the id of a group does the
    /// same. @ lists the groups of two classes or more.
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// The model whose classes they are
    ///
    /// As for `mnet classify --model`; without it the built-in model, which has the classes of ImageNet-1k.
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// Names of the classes, in place of the checkpoint's
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    labels: Option<PathBuf>,
    #[command(flatten)]
    groups: OwnGroups,
    /// Show what each class is a kind of, up to the root
    ///
    /// Where a single class is found, this is shown without the flag, but not in JSON. Some classes have several ways to the root.
    #[arg(long)]
    tree: bool,
    /// Print JSON Lines: an object for each class, then one for each group
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  Which class a golden retriever is, and all groups that it is in:
      mnet labels 'golden retriever'
  All classes and groups with this word in their names:
      mnet labels tiger
  The classes of a group, and all groups, largest first:
      mnet labels @wild-cat
      mnet labels @
  The groups of a file of your own, and the classes of one:
      mnet labels --groups groups.json
      mnet labels @pets --groups groups.json
  What classes 281 to 285 are called in a checkpoint of your own:
      mnet labels 281-285 --model ./flowers
  Indices of a group, for a script:
      mnet labels @bird --json | jq .index

Exit status:
  0  Every pattern is found
  1  Some patterns are not; the others are printed
  2  Nothing was done: wrong usage, no such model";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let labels = labels(args, session)?;
    let groups = args.groups.named(&labels)?;
    let mut found = Found::default();
    let mut has_failed = false;
    for pattern in &args.patterns {
        if let Err(error) = found.add(pattern, &labels, &groups) {
            session.console().failure(&error);
            has_failed = true;
        }
    }
    match args.groups.file() {
        _ if !args.patterns.is_empty() => {}
        Some(_) => found.add_own(&groups),
        None => found.classes = (0..labels.classes().len()).collect(),
    }
    let may_find_groups = |pattern: &String| pattern.contains(|c: char| c == '@' || c.is_alphabetic());
    let is_used = args.patterns.is_empty() || args.patterns.iter().any(may_find_groups);
    args.groups.note(&groups, is_used, "no pattern asks", session.console());
    // What JSON has does not depend on what is found.
    let shows_one = found.classes.len() == 1 && found.groups.is_empty() && !args.json;
    let view =
        View { coarse: labels.coarse(), labels: &labels, groups: &groups, tree: args.tree || shows_one };
    let mut output = BufWriter::new(io::stdout().lock());
    if args.json {
        json::write(&found, &view, &mut output)?;
    } else {
        text::write(&found, &view, terminal::stdout_columns().unwrap_or(usize::MAX), &mut output)?;
    }
    output.flush()?;
    Ok(Exit::of_inputs(has_failed, false))
}

/// The classes of the model that the flags name. Nothing of its network is read.
fn labels(args: &Args, session: &Session) -> Result<Labels> {
    let request = Request { model: args.model.clone(), ..Request::default() };
    let mut checkpoint = session.checkpoint(&predict::select(&request).or_fail()?)?;
    if let Some(file) = &args.labels {
        checkpoint.config.labels = checkpoint.config.labels.renamed(file).or_fail()?;
    }
    let mut assumptions = checkpoint.assumptions();
    assumptions.retain(|one| one.about == Subject::Names);
    if let Some(note) = assumption_note(&assumptions) {
        session.console().note(format_args!("{}: {note}", checkpoint.name));
    }
    let labels = checkpoint.config.labels;
    note_outside(&labels, &checkpoint.name, session.console());
    Ok(labels)
}
