//! One name per line.

use super::indexed::Names;
use crate::predict::labels::Label;

/// What lines of other forms start with: lists of YAML and Markdown, tables of Markdown.
const MARKS: [&str; 3] = ["- ", "* ", "|"];

/// The lines as names. What looks like another form, or like more than names, is refused.
pub(super) fn plain(text: &str) -> Names {
    let lines: Vec<_> = text.trim_end().lines().map(str::trim).collect();
    let names = without_quotes(&lines);
    match fault(&lines).or_else(|| fault_of_names(&names)) {
        Some(fault) => Err(fault),
        None => Ok(names.into_iter().map(Label::from).collect()),
    }
}

fn fault(lines: &[&str]) -> Option<String> {
    if let Some(line) = lines.iter().position(|line| line.is_empty()) {
        return Some(format!("line {} is empty; every line names a class", line + 1));
    }
    let first = lines.first()?;
    if first.starts_with("# ") && lines.len() > 1 && !lines[1].starts_with('#') {
        return Some(format!("line 1 is a comment: {first:?}; every line names a class"));
    }
    if first.ends_with(':') && lines.len() > 1 {
        return Some(format!("line 1 is a heading: {first:?}; every line names a class"));
    }
    let mark = MARKS.iter().find(|mark| lines.iter().all(|line| line.starts_with(*mark)));
    mark.map(|mark| format!("every line starts with {mark:?}, which is not part of a name"))
}

fn fault_of_names(names: &[&str]) -> Option<String> {
    let all = |test: fn(&&str) -> bool| names.iter().all(test);
    // The last item of a list has no comma.
    let but_last = &names[..names.len().saturating_sub(1)];
    if !but_last.is_empty() && but_last.iter().all(|name| name.ends_with(',')) {
        return Some("every line ends with a comma, which is not part of a name".into());
    }
    if !names.is_empty() && all(|name| name.starts_with(['"', '\''])) {
        return Some(format!("line 1 has more than a name in quotes: {}", names[0]));
    }
    (are_indices(names)).then(|| "the lines have their indices, and are in another order".into())
}

/// Whether each name has one number and more, and these numbers are those of the outputs in another order: `dog 1`
/// before `cat 0`.
fn are_indices(names: &[&str]) -> bool {
    let numbers: Option<Vec<usize>> = names.iter().map(|name| only_number(name)).collect();
    numbers.is_some_and(|numbers| {
        let mut ordered = numbers.clone();
        ordered.sort_unstable();
        ordered.iter().enumerate().all(|(line, number)| line == *number) && !numbers.is_sorted()
    })
}

/// The number in a name that has one, and letters too.
fn only_number(name: &str) -> Option<usize> {
    let mut numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let number = numbers.next()?.parse().ok()?;
    (numbers.next().is_none() && name.chars().any(char::is_alphabetic)).then_some(number)
}

/// The names without quotes, if all of them have some.
pub(super) fn without_quotes<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let inner = |name: &&'a str| {
        let name = name.strip_suffix(',').unwrap_or(name);
        let inside = |quote: char| {
            name.strip_prefix(quote)?
                .strip_suffix(quote)
                .filter(|inside| !inside.is_empty() && !inside.contains(quote))
        };
        ['"', '\''].into_iter().find_map(inside)
    };
    let quoted: Option<Vec<_>> = names.iter().map(inner).collect();
    quoted.unwrap_or_else(|| names.to_vec())
}
