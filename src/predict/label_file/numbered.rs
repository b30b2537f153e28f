//! Lines that start with their index: `0 cat`, as Teachable Machine writes them, and `286  Egyptian cat` of Coral's files.

use super::indexed::{Names, in_order};
use super::lines::without_quotes;
use crate::predict::labels::Label;

/// The same in the braces of a dict, for names with apostrophes that Python would not read.
pub(super) fn lines_in_braces(text: &str) -> Option<Names> {
    lines(text.trim().strip_prefix('{')?.strip_suffix('}')?.trim())
}

/// The lines, if every one starts with its index. Names may start with numbers too (`20 km/h`, `30 km/h`): only numbers
/// that count the lines are indices.
pub(super) fn lines(text: &str) -> Option<Names> {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim).collect();
    let numbered: Vec<Option<(usize, &str)>> = lines.iter().map(|line| split(line)).collect();
    let is_own =
        |(line, number): (usize, &Option<(usize, &str)>)| number.is_some_and(|(number, _)| number == line);
    let own = numbered.iter().enumerate().filter(|&entry| is_own(entry)).count();
    let Some(entries) = numbered.iter().copied().collect::<Option<Vec<_>>>() else {
        // A few may do so by chance.
        let other = numbered.iter().enumerate().position(|entry| !is_own(entry))?;
        return (own > 1 && own * 2 > lines.len())
            .then(|| Err(format!("line {} does not start with its index, as others do", other + 1)));
    };
    let (numbers, names): (Vec<usize>, Vec<&str>) = entries.into_iter().unzip();
    let is_sorted = numbers.is_sorted_by(|a, b| a < b);
    let mut ordered = numbers.clone();
    ordered.sort_unstable();
    let counts_from = |first: usize| ordered.iter().enumerate().all(|(line, number)| *number == line + first);
    let starts_at_zero = is_sorted && ordered.first() == Some(&0);
    (counts_from(0) || counts_from(1) || starts_at_zero)
        .then(|| in_order(numbers.into_iter().zip(without_quotes(&names).into_iter().map(Label::from))))
}

/// The number at the start of a line, and the name after it.
fn split(line: &str) -> Option<(usize, &str)> {
    let end = line.find(|c: char| !c.is_ascii_digit())?;
    let rest = &line[end..];
    let name = rest
        .strip_prefix([':', ',', ';'])
        .or_else(|| rest.strip_prefix([' ', '\t']))
        .or_else(|| rest.strip_prefix(['.', ')']).filter(|name| name.starts_with(' ')))?;
    Some((line[..end].parse().ok()?, name.trim())).filter(|(_, name)| !name.is_empty())
}
