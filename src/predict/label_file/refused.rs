//! Forms that are not read, so that their lines are not taken for names.

use super::indexed::Names;

/// What a browser saves in place of a file.
pub(super) fn web_page(text: &str) -> Option<Names> {
    let start = text.trim_start().get(..14)?.to_lowercase();
    (start.starts_with("<!doctype html") || start.starts_with("<html"))
        .then(|| Err("a web page, not a file of names".into()))
}

/// `names:` of ultralytics and others.
pub(super) fn yaml(text: &str) -> Option<Names> {
    let starts_names = |line: &str| {
        let value = line.strip_prefix("names:").map(str::trim_start);
        value.is_some_and(|value| value.is_empty() || value.starts_with(['[', '{', '#']))
    };
    let is_yaml = text.lines().next()?.trim_end() == "---" || text.lines().any(starts_names);
    is_yaml.then(|| Err("YAML, which is not read".into()))
}
