//! Lines that start with WordNet ids: `n01440764 tench, Tinca tinca`, as in `synset_words.txt`, or the ids alone.

use super::indexed::Names;
use crate::predict::labels::{Label, is_wnid};

/// The lines, each the class of its own place.
pub(super) fn lines(text: &str) -> Option<Names> {
    let split = |line: &str| {
        let line = line.trim();
        let (wnid, rest) = line.split_at_checked(9).filter(|(wnid, _)| is_wnid(wnid))?;
        let is_apart = rest.is_empty() || rest.starts_with([' ', '\t', ',', ':']);
        is_apart.then(|| (wnid.to_owned(), rest.trim_start_matches([' ', '\t', ',', ':']).to_owned()))
    };
    let lines: Vec<(String, String)> = text.trim_end().lines().map(split).collect::<Option<_>>()?;
    if lines.is_empty() {
        return None;
    }
    let has_number = |(_, name): &(String, String)| {
        name.split_whitespace().next().is_some_and(|word| word.parse::<usize>().is_ok())
    };
    if lines.iter().all(has_number) {
        // map_clsloc.txt: another order, whose numbers start at 1.
        return Some(Err("a number follows each WordNet id, as in ImageNet's development kit, whose order is not that of the outputs".into()));
    }
    let names = lines.iter().filter(|(_, name)| !name.is_empty()).count();
    if names == 0 {
        return Some(Ok(lines.into_iter().map(|(wnid, _)| wnid.into()).collect()));
    }
    Some(match lines.iter().position(|(_, name)| name.is_empty()) {
        Some(line) => Err(format!("line {} has a WordNet id without a name", line + 1)),
        None => Ok(lines
            .into_iter()
            .map(|(wnid, name)| Label { wnid: Some(wnid.into()), name: name.into() })
            .collect()),
    })
}
