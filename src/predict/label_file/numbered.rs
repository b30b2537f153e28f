//! Lines with their index: `0 cat`, as Teachable Machine writes them, `286  Egyptian cat` of Coral's files, and
//! `/a/airfield 0` of Places365.

use std::collections::BTreeSet;

use super::indexed::{Names, in_order};
use super::lines::without_quotes;
use crate::predict::labels::Label;

/// A line's index and its name.
type Entry<'a> = (usize, &'a str);

/// Numbered lines in the braces of a dict, for names with apostrophes that Python would not read.
pub(super) fn lines_in_braces(text: &str) -> Option<Names> {
    lines(text.trim().strip_prefix('{')?.strip_suffix('}')?.trim())
}

/// The lines, if every one starts with its index. Names may start with numbers too (`20 km/h`, `0 stars`): only numbers
/// that count the lines, and leave a name for each, are indices.
pub(super) fn lines(text: &str) -> Option<Names> {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim).collect();
    let split: Vec<Option<Entry>> = lines.iter().map(|line| split_start(line)).collect();
    let own = |first: usize| {
        let is_own = |(line, entry): (usize, &Option<Entry>)| {
            entry.is_some_and(|(number, _)| Some(number) == line.checked_sub(first))
        };
        split.iter().enumerate().filter(|&entry| is_own(entry)).count()
    };
    // Lines after a header count from their second.
    let most_own = [own(0), own(1)].into_iter().any(|own| own > 1 && own * 2 > lines.len());
    if let Some(other) = split.iter().position(Option::is_none) {
        return most_own
            .then(|| Err(format!("line {} does not start with its index, as others do", other + 1)));
    }
    let entries: Vec<Entry> = split.into_iter().flatten().collect();
    let are_indices = are_names(&entries) && (count(&entries) || most_own);
    are_indices.then(|| named(&entries))
}

/// The lines, if every one ends with its index and they are in order.
pub(super) fn lines_at_end(text: &str) -> Option<Names> {
    let entries: Vec<Entry> = text.trim_end().lines().map(split_end).collect::<Option<_>>()?;
    let from = |first: usize| entries.iter().enumerate().all(|(line, (number, _))| *number == line + first);
    (are_names(&entries) && (from(0) || from(1))).then(|| named(&entries))
}

fn named(entries: &[Entry]) -> Names {
    let (numbers, names): (Vec<usize>, Vec<&str>) = entries.iter().copied().unzip();
    in_order(numbers.into_iter().zip(without_quotes(&names).into_iter().map(Label::from)))
}

/// Whether the numbers start at 0 or 1 and count the lines, with at most a few gaps, which are faults.
fn count(entries: &[Entry]) -> bool {
    let numbers: BTreeSet<usize> = entries.iter().map(|(number, _)| *number).collect();
    let ends = numbers.first().zip(numbers.last());
    ends.is_some_and(|(first, last)| {
        // The last may be the largest number there is.
        let gaps = last - first - (numbers.len() - 1);
        numbers.len() == entries.len() && *first <= 1 && gaps <= entries.len() / 2
    })
}

/// Whether what is left beside the numbers tells the classes apart, as it does not in `1 star`, `2 stars`, `3 stars`.
/// A few classes of ImageNet share a name.
fn are_names(entries: &[Entry]) -> bool {
    let names: BTreeSet<&str> = entries.iter().map(|(_, name)| *name).collect();
    names.len() * 10 > entries.len() * 9
}

/// The number at the start of a line, and the name after it. A time, `1:30`, has none.
fn split_start(line: &str) -> Option<Entry<'_>> {
    let end = line.find(|c: char| !c.is_ascii_digit())?;
    let rest = &line[end..];
    let is_name = |name: &&str| !name.starts_with(|c: char| c.is_ascii_digit());
    let name = rest
        .strip_prefix([',', ';', ' ', '\t'])
        .or_else(|| rest.strip_prefix([':', '=']).filter(is_name))
        .or_else(|| rest.strip_prefix(['.', ')']).filter(|name| name.starts_with(' ')))?;
    entry(&line[..end], name)
}

/// The number at the end of a line, and the name before it.
fn split_end(line: &str) -> Option<Entry<'_>> {
    let line = line.trim();
    let (name, number) = line.rsplit_once([' ', '\t', ',', ':', '=', ';'])?;
    entry(number, name.trim_end_matches([' ', '\t', ',', ':', '=', ';']))
}

fn entry<'a>(number: &str, name: &'a str) -> Option<Entry<'a>> {
    let is_number = number.bytes().all(|c| c.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, name.trim())).filter(|(_, name)| !name.is_empty())
}
