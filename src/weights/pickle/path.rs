//! Where a value is in the result of a pickle.

use crate::terminal_text::printable;

/// A step from a value to one in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key<'a> {
    /// The entry of a dictionary.
    Entry(&'a str),
    /// The same by a number, or an item of a list.
    Number(i64),
    /// The same by a tuple, bytes or anything else.
    Unnamed,
    /// From an object to its attributes.
    Attributes,
    /// From an object to what it was made of.
    Arguments,
}

/// The keys from the result to a value.
pub(super) type Path<'a> = Vec<Key<'a>>;

/// `` `ema.module` ``
pub(super) fn name(path: &Path<'_>) -> String {
    let key = |key: &Key<'_>| match key {
        Key::Entry(name) => Some(printable(name)),
        Key::Number(number) => Some(number.to_string()),
        Key::Unnamed => Some("?".to_owned()),
        Key::Attributes | Key::Arguments => None,
    };
    let keys: Vec<_> = path.iter().filter_map(key).collect();
    if keys.is_empty() { "the outermost one".to_owned() } else { format!("`{}`", keys.join(".")) }
}

/// The keys as Python writes them: `["ema"]["module"]`. They are text from the file, and a user may copy them
/// into a shell, so a name that is not plain is left out.
pub(super) fn subscripts(path: &Path<'_>) -> String {
    let is_plain =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let subscript = |key: &Key<'_>| match key {
        Key::Entry(name) if is_plain(name) => format!("[\"{name}\"]"),
        Key::Entry(_) | Key::Unnamed => "[\"KEY\"]".to_owned(),
        Key::Number(number) => format!("[{number}]"),
        Key::Attributes => ".__dict__".to_owned(),
        Key::Arguments => String::new(),
    };
    path.iter().map(subscript).collect()
}
