//! What Python prints: `{0: 'tench, Tinca tinca', …}`, `['cat', 'dog']`, and the entries of a dict line by line.

use serde_json::{Map, Value};

use super::indexed::Names;
use super::json;

/// The deepest nesting of a literal with names.
const DEEPEST: usize = 4;

/// A dict or list as Python writes it, with or without the braces of the dict.
pub(super) fn literal(text: &str) -> Option<Names> {
    let text = text.trim();
    let value = if text.starts_with(['{', '[', '(']) {
        whole(text)?
    } else {
        let (key, rest) = value(text, 0)?;
        let item = rest.trim_start().strip_prefix(':')?.trim_start();
        let is_entry = key.is_string() || item.starts_with(['\'', '"']);
        whole(&format!("{{{}}}", is_entry.then_some(text)?))?
    };
    Some(json::of_value(&value))
}

fn whole(text: &str) -> Option<Value> {
    let (value, rest) = value(text, DEEPEST)?;
    rest.trim().is_empty().then_some(value)
}

/// One value, and the text after it.
fn value(text: &str, depth: usize) -> Option<(Value, &str)> {
    let text = text.trim_start();
    match text.chars().next()? {
        '{' => dict(&text[1..], depth.checked_sub(1)?),
        '[' => list(&text[1..], ']', depth.checked_sub(1)?),
        '(' => list(&text[1..], ')', depth.checked_sub(1)?),
        '\'' | '"' => quoted(text).map(|(string, rest)| (string.into(), rest)),
        '0'..='9' => {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            Some((text[..end].parse::<u64>().ok()?.into(), &text[end..]))
        }
        _ => Some((Value::Null, text.strip_prefix("None")?)),
    }
}

fn list(mut text: &str, end: char, depth: usize) -> Option<(Value, &str)> {
    let mut items = Vec::new();
    loop {
        if let Some(rest) = text.trim_start().strip_prefix(end) {
            return Some((items.into(), rest));
        }
        let (item, rest) = value(text, depth)?;
        items.push(item);
        text = after_item(rest, end)?;
    }
}

/// A dict, its keys as text; none if a key occurs twice.
fn dict(mut text: &str, depth: usize) -> Option<(Value, &str)> {
    let mut entries = Map::new();
    loop {
        if let Some(rest) = text.trim_start().strip_prefix('}') {
            return Some((entries.into(), rest));
        }
        let (key, rest) = value(text, 0)?;
        let key = key.as_str().map(str::to_owned).or_else(|| Some(key.as_u64()?.to_string()))?;
        let (item, rest) = value(rest.trim_start().strip_prefix(':')?, depth)?;
        if entries.insert(key, item).is_some() {
            return None;
        }
        text = after_item(rest, '}')?;
    }
}

/// The text after a comma, or from the `end` on.
fn after_item(rest: &str, end: char) -> Option<&str> {
    let rest = rest.trim_start();
    rest.strip_prefix(',').or_else(|| rest.starts_with(end).then_some(rest))
}

/// A string between quotes, and the text after it.
pub(super) fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| ['\'', '"'].contains(c))?;
    let mut string = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((index, char)) = chars.next() {
        match char {
            '\\' => string.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                same @ ('\\' | '\'' | '"') => same,
                'x' => escaped(&mut chars, 2)?,
                'u' => escaped(&mut chars, 4)?,
                _ => return None,
            }),
            '\n' => return None,
            _ if char == quote => return Some((string, &text[index + 1..])),
            _ => string.push(char),
        }
    }
    None
}

/// A character by its code in hexadecimal digits.
fn escaped(chars: &mut impl Iterator<Item = (usize, char)>, digits: usize) -> Option<char> {
    let code = chars
        .take(digits)
        .map(|(_, char)| char.to_digit(16))
        .try_fold(0, |code, digit| Some(code * 16 + digit?));
    char::from_u32(code?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<Result<Vec<String>, String>> {
        let names = literal(text)?;
        Some(names.map(|labels| labels.into_iter().map(|label| label.name.to_string()).collect()))
    }

    fn are(text: &str, expected: &[&str]) {
        assert_eq!(names(text), Some(Ok(expected.iter().map(ToString::to_string).collect())), "{text}");
    }

    #[test]
    fn dicts_and_lists() {
        are("{0: 'tench, Tinca tinca',\n 1: \"man-eater's\",}", &["tench, Tinca tinca", "man-eater's"]);
        are("{'cat': 0, 'it\\'s': 1}", &["cat", "it's"]);
        are("['cat', 'caf\\xe9', '\\u732b']", &["cat", "café", "猫"]);
        are("('cat', 'dog')", &["cat", "dog"]);
        are("{0: ('n01440764', 'tench')}", &["tench"]);
        are("0: 'cat',\n1: 'dog',\n", &["cat", "dog"]);
        are("0:'cat',\n1:'dog'", &["cat", "dog"]);
        are("\"1\": \"dog\",\n\"0\": \"cat\"", &["cat", "dog"]);
        are("'cat': 0,\n'dog': 1,", &["cat", "dog"]);
    }

    #[test]
    fn what_is_not_a_literal() {
        for text in [
            "cat\ndog",
            "0 cat",
            "0: cat",
            "{0: 'cat'",
            "{0: 'cat' 1: 'dog'}",
            "{0: 'a', 0: 'b'}",
            "['cat\n']",
            "['\\q']",
            "",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
        assert_eq!(names(&"[".repeat(100_000)), None);
        assert!(names("{0: 'cat', 2: 'dog'}").unwrap().unwrap_err().contains("no name for class 1"));
    }
}
