//! One name per line.

use super::indexed::Names;
use crate::predict::labels::Label;

/// The lines as names. What looks like another form, or like more than names, is refused.
pub(super) fn plain(text: &str) -> Names {
    let lines: Vec<_> = text.trim_end().lines().map(str::trim).collect();
    match fault(&lines) {
        Some(fault) => Err(fault),
        None => Ok(without_quotes(&lines).into_iter().map(Label::from).collect()),
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
    // `dog 1` before `cat 0`: the numbers are indices, and the lines are in another order.
    let last_words = lines.iter().map(|line| line.rsplit_once([' ', '\t', ','])?.1.parse::<usize>().ok());
    let numbers: Vec<usize> = last_words.collect::<Option<_>>()?;
    let mut ordered = numbers.clone();
    ordered.sort_unstable();
    let are_indices = ordered.iter().enumerate().all(|(line, number)| line == *number);
    (are_indices && !numbers.is_sorted())
        .then(|| "the lines end in their indices, and are in another order".into())
}

/// The names without quotes, if all of them have some.
pub(super) fn without_quotes<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let inner = |name: &&'a str| {
        let name = name.strip_suffix(',').unwrap_or(name);
        ['"', '\''].into_iter().find_map(|quote| name.strip_prefix(quote)?.strip_suffix(quote))
    };
    let quoted: Option<Vec<_>> = names.iter().map(inner).collect();
    quoted.unwrap_or_else(|| names.to_vec())
}
