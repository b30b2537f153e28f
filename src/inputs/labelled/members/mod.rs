//! The members of files that hold many pictures, each with the label that lies beside it.

mod choose;
mod folders;
mod values;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::data::{LABEL_COLUMNS, Labelled, LabelledPicture, Members};
use super::error::{Fault, LabelledError};
use crate::inputs::collections::key_and_ending;
use crate::inputs::input::Input;
use crate::inputs::{Inputs, MemberOptions, class_names, file_and_name, is_collection};
use crate::record::ItemError;
use choose::{Texts, choose};
use values::Column;

/// The columns that are named of files that hold many pictures.
#[derive(Clone, Debug, Default)]
pub struct MemberColumns {
    /// The one of pictures, in a table.
    pub image: Option<String>,
    /// The one of labels; `None`: the only one of [`LABEL_COLUMNS`] that there is.
    pub label: Option<String>,
}

/// Whether `path` has the name of a file that holds many pictures, and is not a folder. Some programs give such a name to a folder of these files.
pub fn holds_pictures(path: &Path) -> bool {
    is_collection(path) && !path.is_dir()
}

/// Refuses the name of a member.
pub(super) fn check_whole(path: &Path) -> Result<(), Fault> {
    file_and_name(path).map_or(Ok(()), |(file, _)| Err(Fault::Member { file: file.to_owned() }))
}

/// The labelled pictures in `files`, each of which holds many. The pictures themselves are not read.
///
/// # Errors
/// If no file can be read, or if nothing says which picture has which label.
pub fn read_members(files: &[PathBuf], columns: &MemberColumns) -> Result<Labelled, LabelledError> {
    let first = files.first().cloned().unwrap_or_default();
    let about = |path: &Path, fault| LabelledError { path: path.to_owned(), fault };
    let is_stream = |path: &&PathBuf| path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir());
    if let Some(stream) = files.iter().find(is_stream) {
        return Err(about(stream, Fault::Stream { holds: None }));
    }
    files.iter().try_for_each(|path| check_whole(path).map_err(|fault| about(path, fault)))?;
    let keep = match &columns.label {
        Some(label) => vec![label.clone()],
        None => LABEL_COLUMNS.map(str::to_owned).to_vec(),
    };
    let options = MemberOptions {
        image_column: columns.image.clone(),
        allows_missing: columns.label.is_none(),
        names_only: true,
        keep,
        ..MemberOptions::default()
    };
    let Found { mut members, columns: found, error } = Found::read(files, &options);
    let count = members.iter().filter(|member| matches!(member, Input::Member(_))).count();
    if count == 0 {
        return Err(match error {
            Some((path, error)) => about(&path, Fault::Collection(error)),
            None => about(&first, Fault::NoMembers),
        });
    }
    let none = || {
        let (apart, damage) = (apart(&options, &members), error.clone().map(Box::new));
        about(&first, Fault::NoLabels { column: columns.label.clone(), pictures: count, apart, damage })
    };
    let chosen = choose(found, &members, columns.label.is_some()).map_err(|fault| about(&first, fault))?;
    let (texts, column) = if let Some(chosen) = chosen {
        chosen
    } else {
        let of_folders = folders::labels(&members, files).filter(|_| columns.label.is_none());
        (of_folders.ok_or_else(none)?, None)
    };
    let names = column.as_deref().map(|column| names_of_classes(files, column)).transpose()?.flatten();
    let texts = without_unnamed(texts, names.as_deref());
    if texts.iter().all(Option::is_none) {
        return Err(none());
    }
    let (mut pictures, mut labels, mut left_out) = (vec![], Labels::default(), vec![]);
    let mut places = vec![];
    for ((input, text), place) in members.drain(..).zip(texts).zip(0..) {
        let label = text.map(|text| labels.place(text));
        // What cannot be read has failed, whether or not it has a label.
        if label.is_none() && matches!(input, Input::Member(_)) {
            left_out.push(input.path().to_owned());
            continue;
        }
        pictures.push(LabelledPicture { input, label });
        places.push(place);
    }
    let are_folders = column.is_none();
    let options = MemberOptions { names_only: false, ..options };
    let members = Members { files: files.to_vec(), options, places, column, class_names: names };
    Ok(Labelled { pictures, labels: labels.all, are_folders, left_out, repeated: 0, members: Some(members) })
}

/// The files that may hold labels and stand apart from their pictures, which are among the `members`: their number, and the first one.
fn apart(options: &MemberOptions, members: &[Input]) -> Option<(u64, PathBuf)> {
    let found = options.unpaired.found()?;
    let (key, _) = key_and_ending(&found.1);
    // Others, such as a file about the whole tar, belong to no picture.
    members.iter().any(|member| key_and_ending(member.path()).0 == key).then_some(found)
}

/// What the first reading finds.
struct Found {
    /// Members without their bytes, and errors, in the order in which they lie there.
    members: Vec<Input>,
    /// The values of each column.
    columns: Vec<Column>,
    /// The path of the first error, and the error.
    error: Option<(PathBuf, ItemError)>,
}

impl Found {
    fn read(files: &[PathBuf], options: &MemberOptions) -> Self {
        let (mut members, mut error) = (vec![], None);
        let mut columns: Vec<_> = options.keep.iter().map(|name| Column::new(name.clone())).collect();
        for mut input in Inputs::new(files.to_vec(), None, None, options.clone()) {
            for (column, place) in columns.iter_mut().zip(0..) {
                column.add(input.kept().get(place), input.path());
            }
            match &mut input {
                // Their values would take more memory than the names.
                Input::Member(member) => {
                    if let Some(member) = Arc::get_mut(member) {
                        member.kept = vec![];
                    }
                }
                Input::Unreadable { path, error: found } => {
                    error.get_or_insert_with(|| (path.clone(), found.clone()));
                }
                Input::File(_) | Input::Stdin => {}
            }
            members.push(input);
        }
        Self { members, columns, error }
    }
}

/// The names of the classes whose numbers `column` has, if all files name them.
fn names_of_classes(files: &[PathBuf], column: &str) -> Result<Option<Vec<String>>, LabelledError> {
    let mut all = files.iter().map(|file| class_names(file, column));
    let first = all.next().flatten();
    match files[1..].iter().zip(all).find(|(_, names)| *names != first) {
        Some((file, _)) => {
            let fault = Fault::OtherClasses { column: column.to_owned(), first: files[0].clone() };
            Err(LabelledError { path: file.clone(), fault })
        }
        None => Ok(first),
    }
}

/// `texts` without the numbers that have no class in `names`: the library `datasets` writes -1 for a picture without a label.
fn without_unnamed(texts: Texts, names: Option<&[String]>) -> Texts {
    let Some(names) = names else { return texts };
    let is_label = |text: &Arc<str>| {
        let number = text.parse::<i64>();
        number.map_or(true, |number| usize::try_from(number).is_ok_and(|number| number < names.len()))
    };
    texts.into_iter().map(|text| text.filter(is_label)).collect()
}

/// Labels, each once.
#[derive(Default)]
struct Labels {
    all: Vec<String>,
    places: HashMap<Arc<str>, usize>,
}

impl Labels {
    fn place(&mut self, text: Arc<str>) -> usize {
        let all = &mut self.all;
        *self.places.entry(text).or_insert_with_key(|text| {
            all.push(text.to_string());
            all.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_a_name_are_no_labels() {
        let texts = ["0", "-1", "2", "1", "cat"].map(|text| Some(Arc::from(text))).to_vec();
        let names = ["a", "b"].map(str::to_owned);
        let found = without_unnamed(texts.clone(), Some(&names));
        let found: Vec<_> = found.iter().map(Option::as_deref).collect();
        assert_eq!(found, [Some("0"), None, None, Some("1"), Some("cat")]);
        assert_eq!(without_unnamed(texts.clone(), None), texts);
    }
}
