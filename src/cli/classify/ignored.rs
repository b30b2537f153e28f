//! Flags that change nothing in a run: they are named on stderr, never passed over in silence.

use std::path::Path;

use super::output_flags::OutputFlags;
use crate::predict::{Classifier, Group};
use crate::sink::{FORMATS, Format, LabelStyle};
use crate::words::{and_list, list};

/// Endings of text: it has no format of its own.
const TEXT: [&str; 5] = ["txt", "tsv", "tab", "log", "out"];

/// One row for each flag that some format has no use for: what to say, if it was given in vain.
const ROWS: [fn(&OutputFlags, &Format) -> Option<String>; 3] = [label, logits, ending];

/// What to say of the flags about answers.
pub(super) fn notes(flags: &OutputFlags, is_dry_run: bool) -> Vec<String> {
    if is_dry_run {
        return dry_run(flags).into_iter().collect();
    }
    ROWS.iter().filter_map(|row| row(flags, flags.format())).collect()
}

fn label(flags: &OutputFlags, format: &Format) -> Option<String> {
    let is_in_vain = flags.label() != LabelStyle::Name && !format.chooses_label;
    let reason = || format!("{} has the name, the WordNet id and the index of every class", format.title);
    is_in_vain.then(|| in_vain("--label", flags, reason))
}

/// The note if WordNet ids are asked for, and the classes of the checkpoint, or the `groups` in their place, do not have any.
pub(super) fn wnid(flags: &OutputFlags, classifier: &Classifier, groups: Option<&[Group]>) -> Option<String> {
    let is_asked = flags.label() == LabelStyle::Wnid && flags.format().chooses_label;
    let (has_any, whose) = match groups {
        Some(groups) => (groups.iter().any(|group| group.wnid.is_some()), "the groups".to_owned()),
        None => (classifier.has_wnids(), format!("the classes of {}", classifier.info().name)),
    };
    (is_asked && !has_any).then(|| {
        format!("--label wnid changes nothing here: {whose} have no WordNet ids, so their names are shown")
    })
}

fn logits(flags: &OutputFlags, format: &Format) -> Option<String> {
    let is_in_vain = flags.logits() && !format.carries_logits;
    let others = FORMATS.iter().filter(|format| format.carries_logits);
    let others = and_list(others.map(|format| format!("{} (--format {})", format.title, format.name)));
    let reason = || format!("{} has no room for them; {others} have", format.title);
    is_in_vain.then(|| in_vain("--logits", flags, reason))
}

fn in_vain(flag: &str, flags: &OutputFlags, reason: impl FnOnce() -> String) -> String {
    let reason = if flags.is_paths() { "paths come without them".to_owned() } else { reason() };
    format!("{flag} changes nothing here: {reason}")
}

/// A file that another program will take for something else.
fn ending(flags: &OutputFlags, format: &Format) -> Option<String> {
    let ending = flags.file().and_then(Path::extension)?.to_str()?;
    let is_text = format.name == FORMATS[0].name && !flags.names_format();
    let is_in_vain = is_text && !TEXT.contains(&ending.to_ascii_lowercase().as_str());
    let endings = FORMATS.iter().filter_map(|format| format.endings.first());
    let known = list("or", endings.map(|ending| format!(".{ending}")));
    is_in_vain.then(|| format!("no format has the ending .{ending}, so this is text; --format, or a name in {known}, chooses another"))
}

fn dry_run(flags: &OutputFlags) -> Option<String> {
    let given = flags.given();
    let change = if given.len() == 1 { "changes" } else { "change" };
    (!given.is_empty())
        .then(|| format!("--dry-run prints paths to stdout: {} {change} nothing", and_list(given)))
}
