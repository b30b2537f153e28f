//! What the labels of data are: the words in it, or the names that its numbers stand for.

use std::borrow::Cow;

use crate::cli::console::Console;
use crate::inputs::labelled::Labelled;
use crate::predict::{Labels, TruthKind, TruthOptions};

/// The labels of `data` for a model with the classes `labels`. A table may name the classes that its numbers stand for. If the model
/// has these names, they are the labels. If it has as many classes with other names, the numbers are, and a note says so.
pub(super) fn labels_of<'a>(
    data: &'a Labelled,
    model: &str,
    labels: &Labels,
    options: TruthOptions,
    console: &Console,
) -> Cow<'a, [String]> {
    let numbers = Cow::Borrowed(&data.labels[..]);
    let names = data.members.as_ref().and_then(|members| members.class_names.as_ref());
    let Some(names) = names.filter(|_| options.kind != Some(TruthKind::Index)) else { return numbers };
    let name = |number: &String| names.get(number.parse::<usize>().ok()?).cloned();
    let Some(named) = data.labels.iter().map(name).collect::<Option<Vec<_>>>() else { return numbers };
    let has_all = labels.truth(&named, options).is_ok_and(|truth| truth.classes.iter().all(Option::is_some));
    if options.kind.is_none() && !has_all && names.len() == labels.classes().len() {
        console.note(format_args!(
            "{model}: the numbers of the data are its classes, as there are as many: the names of the data, such as `{}`, are not its own",
            named.first().map_or("", String::as_str)
        ));
        return numbers;
    }
    Cow::Owned(named)
}
