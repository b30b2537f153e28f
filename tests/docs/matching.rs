//! Whether what a command printed is what the document shows.
//!
//! In a document `…` stands for any text within a line, and on a line of its own for any lines. Times differ from run to run, so a
//! number before ` ms`, ` s` or `/s`, or after the name of a time in JSON, is any number.

/// Compares the lines that were printed with those that the document shows. Says where they part.
pub(crate) fn compare(shown: &[String], printed: &str, figures_vary: bool) -> Result<(), String> {
    let mask = |line: &str| mask(line.trim_end(), figures_vary);
    let shown: Vec<_> = shown.iter().map(|line| mask(line)).collect();
    let printed: Vec<_> = printed.lines().map(mask).collect();
    if shown.is_empty() || lines_match(&shown, &printed) {
        return Ok(());
    }
    Err(format!("shown:\n{}\nprinted:\n{}", shown.join("\n"), printed.join("\n")))
}

/// `line` with `#` for each number that is a time, or for each number.
pub(crate) fn mask(line: &str, all: bool) -> String {
    let mut masked = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(from.len());
        let (number, after) = from.split_at(length);
        masked.push_str(before);
        masked.push_str(if all || is_time(before, after) { "#" } else { number });
        rest = after;
    }
    masked + rest
}

fn is_time(before: &str, after: &str) -> bool {
    let unit = after.strip_prefix(' ').unwrap_or(after);
    let word: String = unit.chars().take_while(|c| c.is_alphabetic() || *c == '/').collect();
    ["ms", "s", "/s"].contains(&word.as_str())
        || ["\"decode\":", "\"preprocess\":", "\"infer\":"].iter().any(|name| before.ends_with(name))
}

fn lines_match(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=printed.len()).any(|skipped| lines_match(rest, &printed[skipped..]))
        }
        Some((first, rest)) => {
            printed.first().is_some_and(|line| line_matches(first, line)) && lines_match(rest, &printed[1..])
        }
    }
}

/// Whether `line` has the pieces of `pattern` between its `…`, in order.
fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else { return pattern == line };
    let Some(line) = line.strip_prefix(start) else { return false };
    line.char_indices().map(|(at, _)| at).chain([line.len()]).any(|at| line_matches(rest, &line[at..]))
}
