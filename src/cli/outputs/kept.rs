//! `--keep`: which outputs have room for columns of the inputs, and which of the names no input has.

use std::path::Path;

use anyhow::Result;

use super::destination::Destination;
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::{Console, Failure};
use crate::cli::hint::quoted_word;
use crate::inputs::{Unpaired, has_picture_ending, is_collection};
use crate::record::Record;
use crate::sink::Format;
use crate::words::and_list;

/// Refuses names that cannot be columns of an output.
pub(in crate::cli) fn check_names(names: &[String]) -> Result<()> {
    let files: Vec<_> = names.iter().filter(|name| is_input(name)).map(String::as_str).collect();
    if let Some(first) = files.first() {
        let message =
            format!("{first} came after --keep, which takes all words up to the next flag as columns");
        return Err(Failure::error(message, with_inputs_first(&files)));
    }
    let mut once: Vec<&str> = vec![];
    for name in names {
        let problem = if name.is_empty() {
            Some("has an empty name".to_owned())
        } else if name.chars().any(char::is_control) {
            Some("has a name that is no text on one line".to_owned())
        } else {
            once.contains(&name.as_str()).then(|| format!("has {name} twice"))
        };
        if let Some(problem) = problem {
            let rest = names.iter().filter(|other| *other != name).map(String::as_str);
            let rest = once.iter().copied().filter(|other| other == name).chain(rest);
            let rest = rest.collect::<Vec<_>>().join(",");
            let hint = (!rest.is_empty()).then(|| format!("--keep {}", quoted_word(rest)));
            return Err(Failure::error(format_args!("--keep {problem}"), hint));
        }
        once.push(name);
    }
    Ok(())
}

/// Whether a name is that of a file that is there, of pictures or of one.
fn is_input(name: &str) -> bool {
    let path = Path::new(name);
    (is_collection(path) || has_picture_ending(path) || name.contains('/')) && path.exists()
}

/// This command with `files` before its flags.
fn with_inputs_first(files: &[&str]) -> Option<String> {
    let line = CommandLine::of_process();
    let commands = ["classify", "embed", "explain"].into_iter();
    let at = commands.filter_map(|command| line.position(command)).min().map_or(0, |at| at + 1);
    let mut without = files.iter().try_fold(line, |line, file| line.with_value(&["--keep"], file, &[]))?;
    if without.with_missing_value(&["--keep"], "").is_some() {
        without = without.without(&["--keep"], Arity::Zero)?;
    }
    without.spliced(at..at, files.iter().copied()).shown()
}

/// Refuses an output that cannot have these columns beside the records, or notes that it leaves them out.
pub(in crate::cli) fn check(names: &[String], to: &Destination, console: &Console) -> Result<()> {
    check_names(names)?;
    let format = to.format;
    if names.is_empty() || format.carries_kept {
        return Ok(());
    }
    if format.has_files_beside() {
        let message = format!("{} has no room for columns, which --keep asks for", format.title);
        return Err(Failure::error(message, with_another_format(to).or(Some(to.kind.instead.to_owned()))));
    }
    let reason = if to.is_paths {
        "paths come without columns".to_owned()
    } else {
        let others = to.kind.formats.iter().filter(|format| format.carries_kept);
        let others = and_list(others.map(|format| format!("{} (--format {})", format.title, format.name)));
        format!("{} has no room for columns; {others} have", format.title)
    };
    console.note(format_args!("--keep changes nothing here: {reason}"));
    Ok(())
}

/// This command with an output that has room for columns, and that can be resumed if the present one is.
fn with_another_format(to: &Destination) -> Option<String> {
    let is_better =
        |format: &&Format| format.carries_kept && (to.resume().is_none() || format.is_resumable());
    let better = to.kind.formats.iter().rfind(is_better)?;
    let mut line = CommandLine::of_process();
    if line.has(&["--format"]) {
        line = line.with_value(&["--format"], to.format.name, &[better.name])?;
    }
    let old = to.resume().or(to.file()).map(Path::to_owned)?;
    let new = old.with_extension(better.endings.first()?);
    line.with_value(&["-o", "--output", "--resume"], old.to_str()?, &[new.to_str()?])?.shown()
}

/// The columns that records of a run have.
pub(in crate::cli) struct KeptColumns {
    /// Each name, and how many records have no value for it.
    names: Vec<(String, usize)>,
    /// Records with an answer.
    answered: usize,
    /// Records of inputs that may have columns.
    with_columns: usize,
    /// The files of tars whose values no record has.
    unpaired: Unpaired,
}

impl KeptColumns {
    pub(in crate::cli) fn new(names: Vec<String>, unpaired: Unpaired) -> Self {
        let names = names.into_iter().map(|name| (name, 0)).collect();
        Self { names, answered: 0, with_columns: 0, unpaired }
    }

    pub(in crate::cli) fn add(&mut self, record: &Record) {
        self.answered += usize::from(record.outcome.is_ok());
        self.with_columns += usize::from(!record.kept.is_empty());
        for ((_, nulls), value) in self.names.iter_mut().zip(&record.kept) {
            *nulls += usize::from(value.is_null());
        }
    }

    /// The note on names without a value in any record, and on values that do not stand beside their pictures.
    pub(in crate::cli) fn note(&self) -> Option<String> {
        if self.names.is_empty() || self.answered == 0 {
            return None;
        }
        if self.with_columns == 0 {
            let message = "--keep found nothing: files have no columns; members of tar and zip files and rows of Parquet files have";
            return Some(message.to_owned());
        }
        let with_nulls = |least| {
            let names = self.names.iter().filter(move |(_, nulls)| *nulls >= least);
            names.map(|(name, _)| name).collect::<Vec<_>>()
        };
        let (lacking, unpaired) = (with_nulls(self.with_columns), self.unpaired.found());
        let verb = |names: &[_]| if names.len() == 1 { "it is" } else { "they are" };
        let every = format!("{} null in every record of this run", verb(&lacking));
        let lacking_note = || format!("--keep {}: {every}", and_list(&lacking));
        let Some((count, first)) = unpaired else { return (!lacking.is_empty()).then(lacking_note) };
        if !lacking.is_empty() {
            return Some(format!("{}; {}", lacking_note(), apart(count, &first)));
        }
        let partly = with_nulls(1);
        let most = self.names.iter().map(|(_, nulls)| *nulls).max().filter(|most| *most > 0)?;
        let some = format!("{} null in {} of {} records", verb(&partly), most, self.with_columns);
        Some(format!("--keep {}: {some}; {}", and_list(&partly), apart(count, &first)))
    }
}

/// Says that `count` files do not stand beside their pictures, and names the `first`.
fn apart(count: u64, first: &Path) -> String {
    let first = first.display();
    let files =
        if count == 1 { format!("{first} stands") } else { format!("{count} files, such as {first}, stand") };
    format!("{files} beside no picture of the same name in the tar: tar --sort=name puts them together")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::record::ItemError;
    use crate::sink::samples::answer;

    fn note(records: &[(&[Value], bool)]) -> Option<String> {
        note_beside(records, &[])
    }

    /// The same if these files stand apart from their pictures.
    fn note_beside(records: &[(&[Value], bool)], files: &[&str]) -> Option<String> {
        let unpaired = Unpaired::default();
        for file in files {
            unpaired.add(file.into());
        }
        let mut columns = KeptColumns::new(vec!["label".into(), "caption".into()], unpaired);
        for (kept, is_answered) in records {
            let outcome = if *is_answered { Ok(answer()) } else { Err(ItemError::io("gone")) };
            columns.add(&Record { path: "a".into(), kept: kept.to_vec(), outcome });
        }
        columns.note()
    }

    #[test]
    fn names_that_no_input_has_are_named() {
        let null = Value::Null;
        assert_eq!(note(&[(&[json!(3), json!("a cat")], true)]), None);
        assert_eq!(note(&[(&[json!(3), null.clone()], true), (&[null.clone(), json!("")], false)]), None);
        let caption = "--keep caption: it is null in every record of this run";
        assert_eq!(note(&[(&[json!(3), null.clone()], true)]).as_deref(), Some(caption));
        let both = note(&[(&[null.clone(), null], true)]).unwrap();
        assert!(both.starts_with("--keep label and caption: they are null"), "{both}");
    }

    #[test]
    fn values_that_stand_apart_in_a_tar_are_named() {
        let (full, empty) = ([json!(3), json!("a")], [Value::Null, json!("b")]);
        let some: [(&[Value], bool); 3] = [(&empty, true), (&full, true), (&empty, false)];
        assert_eq!(note(&some), None, "a table may have nulls");
        assert_eq!(
            note_beside(&some, &["x.tar/1.cls"]).unwrap(),
            "--keep label: it is null in 2 of 3 records; x.tar/1.cls stands beside no picture of the same name in the tar: \
             tar --sort=name puts them together"
        );
        let every = note_beside(&[(&empty, true)], &["x.tar/1.cls", "x.tar/2.cls"]).unwrap();
        let expected = "--keep label: it is null in every record of this run; 2 files, such as x.tar/1.cls, stand beside no picture";
        assert!(every.starts_with(expected), "{every}");
        // A file that does not belong to a picture.
        assert_eq!(note_beside(&[(&full, true)], &["x.tar/info.json"]), None);
    }

    #[test]
    fn files_have_no_columns() {
        assert!(note(&[(&[], true)]).unwrap().contains("files have no columns"));
        // One that is not there says nothing of columns, and nor does a run without records.
        assert_eq!([note(&[(&[], false)]), note(&[])], [None, None]);
    }
}
