//! The forms in which tools write names of classes. To add one, write its function and add a row to [`FORMS`].

use super::indexed::Names;
use super::{columns, json, lines, numbered, pbtxt, python, refused, wordnet};

/// Reads a file that has its form; `None` if it has another.
type Form = fn(&str) -> Option<Names>;

/// The first that recognises the text reads it.
const FORMS: [Form; 14] = [
    refused::web_page,
    refused::yaml,
    json::document,
    json::lines,
    python::literal,
    numbered::lines_in_braces,
    json::damaged,
    pbtxt::items,
    columns::with_header,
    columns::without_header,
    wordnet::lines,
    numbered::lines,
    numbered::lines_at_end,
    columns::with_one_column,
];

/// The names in `text`, in the order of the outputs. What has none of the forms has one name per line.
pub(super) fn recognise(text: &str) -> Names {
    FORMS.iter().find_map(|form| form(text)).unwrap_or_else(|| lines::plain(text))
}
