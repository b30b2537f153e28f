//! Rust source as words and marks, without comments, literals and test code.

/// The tokens of `text`: identifiers, `::`, and single characters.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    without_tests(&split(&without_literals(text)))
}

/// Comments become nothing, strings and characters a `"`.
fn without_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = literal(rest).unwrap_or(0);
        if length > 0 {
            code.push(if rest.starts_with('/') { ' ' } else { '"' });
            rest = &rest[length..];
        } else if first.is_alphanumeric() || first == '_' {
            // A word as a whole: its end is not the `r` or `b` of a string.
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            code.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

/// The length of the comment or literal that `text` begins with.
fn literal(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(text.find("*/")? + 2);
    }
    let body = text.strip_prefix('b').unwrap_or(text);
    let prefix = text.len() - body.len();
    if let Some(raw) = body.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 1;
            return Some(prefix + 1 + start + raw[start..].find(&end)? + end.len());
        }
    }
    if body.starts_with('"') {
        return Some(prefix + quoted(body, '"')?);
    }
    // A lifetime has no second quote.
    let second = body.strip_prefix('\'')?.chars().next()?;
    let is_character = second == '\\' || body[1 + second.len_utf8()..].starts_with('\'');
    if is_character { Some(prefix + quoted(body, '\'')?) } else { None }
}

/// The length of what stands between two `quote`s, with both.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    let end = text[1..].find(|c: char| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    Some(end? + 2)
}

fn split(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = match word {
            0 if rest.starts_with("::") => 2,
            0 => first.len_utf8(),
            word => word,
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Leaves out every item under `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut rest = tokens;
    while let Some(token) = rest.first() {
        if rest.len() < MARK.len() || rest[..MARK.len()] != MARK {
            kept.push(token.clone());
            rest = &rest[1..];
            continue;
        }
        rest = &rest[MARK.len()..];
        let mut depth = 0;
        let end = rest.iter().position(|token| {
            depth += i32::from(token == "{") - i32::from(token == "}");
            depth == 0 && (token == ";" || token == "}")
        });
        rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
    }
    kept
}
