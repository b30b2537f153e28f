//! Long flags with one dash, or with a dash of typography: clap takes `-model` for `-m odel`, and `—model` for a path.

use super::grammar::Grammar;
use super::mistake::Mistake;
use crate::cli::command_line::CommandLine;

/// En dash, em dash, and the minus sign.
const TYPOGRAPHIC: [char; 3] = ['–', '—', '−'];

/// Whether words may be such flags.
pub(super) fn has_odd_dashes(line: &CommandLine) -> bool {
    line.flags_and_words().any(|(_, word)| name(&word).is_some())
}

/// `model` of `-model` and `—model=v2`.
fn name(word: &str) -> Option<&str> {
    let name = match word.strip_prefix(TYPOGRAPHIC) {
        Some(rest) => rest.trim_start_matches(TYPOGRAPHIC).trim_start_matches('-'),
        None => word.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?,
    };
    let name = name.split('=').next()?;
    (name.len() > 1).then_some(name)
}

/// The first flag with wrong dashes.
pub(super) fn wrong(line: &CommandLine, grammar: &Grammar) -> Option<Mistake> {
    line.flags_and_words().find_map(|(index, word)| {
        let place = grammar.place(line, index);
        let name = name(&word)?;
        let long = format!("--{name}");
        place.argument(&long)?;
        let value = word.split_once('=').map(|(_, value)| format!("={value}")).unwrap_or_default();
        let given = word.trim_end_matches(&value);
        Some(Mistake {
            message: format!("{given} is no flag: long flags begin with two dashes"),
            meant: vec![line.spliced(index..index + 1, [format!("{long}{value}")])],
            otherwise: format!("{} --help", place.name),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_flags_with_odd_dashes() {
        let words =
            ["-model", "—model=v2", "–-res", "−−top", "-k", "-r0", "--model", "-", "—", "photo-1.jpg", "-1"];
        let expected = [
            Some("model"),
            Some("model"),
            Some("res"),
            Some("top"),
            None,
            Some("r0"),
            None,
            None,
            None,
            None,
            None,
        ];
        assert_eq!(words.map(name), expected);
    }
}
