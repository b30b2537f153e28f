//! Negative numbers, which clap takes for flags: `-k -1`.

use super::grammar::Grammar;
use super::mistake::Mistake;
use crate::cli::command_line::CommandLine;

/// The mistake in a value that is the negative number at `index`, after its flag.
pub(super) fn negative_number(line: &CommandLine, index: usize, grammar: &Grammar) -> Option<Mistake> {
    let flag = line.words().get(index.checked_sub(1)?)?.to_str()?;
    let word = line.words().get(index)?.to_str()?;
    let digits = word.strip_prefix('-')?;
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_flag = flag.starts_with('-') && flag.len() > 1 && !flag.contains('=');
    (is_number && is_flag).then_some(())?;
    let joined = line.spliced(index - 1..index + 1, [format!("{flag}={word}")]);
    let apart = |line: CommandLine| separated(line, index - 1);
    let mistake = Mistake::find(&joined, grammar)?;
    Some(Mistake { meant: mistake.meant.into_iter().map(apart).collect(), ..mistake })
}

/// `--alpha 1` for the word `--alpha=1` at `index`, unless the value begins like a flag.
fn separated(line: CommandLine, index: usize) -> CommandLine {
    match line.words().get(index).and_then(|word| word.to_str()?.split_once('=')) {
        Some((flag, value)) if !value.starts_with('-') => line.spliced(index..index + 1, [flag, value]),
        _ => line,
    }
}
