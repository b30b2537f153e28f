//! Label maps of TensorFlow: `item { id: 1 name: 'n01440764' display_name: 'tench' }`.

use super::indexed::{Names, in_order};
use super::python::quoted;
use crate::predict::labels::{Label, is_wnid};

/// A label map. Its ids start at 1, because 0 is TensorFlow's background: the first item is the first class. A map with
/// an id of 0 has a name for the background too.
pub(super) fn items(text: &str) -> Option<Names> {
    let text = text.trim();
    after_item(text)?.starts_with('{').then(|| entries(text))
}

/// The text after `item`, which may have a colon.
fn after_item(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("item")?.trim_start();
    Some(rest.strip_prefix(':').unwrap_or(rest).trim_start())
}

fn entries(mut text: &str) -> Names {
    let mut entries = Vec::new();
    while !text.is_empty() {
        let number = entries.len() + 1;
        let (entry, rest) = item(text)
            .ok_or_else(|| format!("item {number} of the label map is not `item {{ id: … name: … }}`"))?;
        entries.push(entry);
        text = rest.trim_start();
    }
    let has_background = entries.iter().any(|(id, _)| *id == 0);
    in_order(entries.into_iter().map(|(id, label)| (id - usize::from(!has_background), label)))
}

/// One item, and the text after it.
fn item(text: &str) -> Option<((usize, Label), &str)> {
    let mut rest = after_item(text)?.strip_prefix('{')?;
    let (mut id, mut name, mut display_name) = (None, None, None);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if let Some(after) = rest.strip_prefix('}') {
            let wnid = name.clone().filter(|name: &String| is_wnid(name) && display_name.is_some());
            let label = Label { wnid: wnid.map(Into::into), name: display_name.or(name)?.into() };
            return Some(((id?, label), after));
        }
        let (field, value) = rest.split_once(':')?;
        let value = value.trim_start();
        match field.trim() {
            "id" => {
                let end = value.find(|c: char| !c.is_ascii_digit())?;
                id = Some(value[..end].parse().ok()?);
                rest = &value[end..];
            }
            "name" => (name, rest) = quoted(value).map(|(text, rest)| (Some(text), rest))?,
            "display_name" => (display_name, rest) = quoted(value).map(|(text, rest)| (Some(text), rest))?,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<Result<Vec<String>, String>> {
        Some(items(text)?.map(|labels| labels.iter().map(|label| label.name.to_string()).collect()))
    }

    #[test]
    fn label_maps() {
        let cats = Some(Ok(vec!["cat".to_owned(), "dog".to_owned()]));
        assert_eq!(names("item {\n  id: 1\n  name: 'cat'\n}\nitem {\n  name: \"dog\"\n  id: 2\n}\n"), cats);
        assert_eq!(names("item{ id: 0, name: 'cat' } item{ id: 1, name: 'dog' }"), cats);
        assert_eq!(names("item: { id: 1 name: 'cat' }\nitem: { id: 2 name: 'dog' }"), cats);
        assert_eq!(names("item name\nitem two"), None);
        let pair = items("item { name: 'n01440764' id: 1 display_name: 'tench' }").unwrap().unwrap();
        assert_eq!((pair[0].wnid.as_deref(), &*pair[0].name), (Some("n01440764"), "tench"));
    }

    #[test]
    fn maps_with_a_fault() {
        let fault = |text: &str| names(text).unwrap().unwrap_err();
        assert!(fault("item { id: 1 }").starts_with("item 1 of the label map is not"));
        assert!(fault("item { id: 1 name: 'cat'").starts_with("item 1 of the label map is not"));
        assert_eq!(
            fault("item { id: 1 name: 'a' } item { id: 3 name: 'b' }"),
            "no name for class 1, but one for class 2"
        );
    }
}
