//! A command line that is still being typed, as words.

/// The words of a line. Its last one is at the cursor, and may be empty.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Line {
    pub(in crate::cli) words: Vec<String>,
}

impl Line {
    /// Reads quotes and backslashes as shells do. A quote that is still open ends with the line. Own code, because `shlex`
    /// refuses such a line.
    pub(in crate::cli) fn read(text: &str) -> Self {
        let (mut words, mut word) = (vec![], String::new());
        let (mut quote, mut is_begun) = (None, false);
        let mut rest = text.chars();
        while let Some(next) = rest.next() {
            match (quote, next) {
                (Some(open), _) if next == open => quote = None,
                (None, '\'' | '"') => quote = Some(next),
                (None | Some('"'), '\\') => word.extend(rest.next()),
                (None, ' ' | '\t' | '\n') => {
                    if is_begun {
                        words.push(std::mem::take(&mut word));
                    }
                    is_begun = false;
                    continue;
                }
                _ => word.push(next),
            }
            is_begun = true;
        }
        words.push(word);
        Self { words }
    }

    /// The word at the cursor.
    pub(super) fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// The word after `flag`, or what follows its `=`.
    pub(super) fn value_of(&self, flag: &str) -> Option<&str> {
        let pairs = self.words.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1].as_str());
        pairs.or_else(|| self.words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('=')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_shells_do() {
        for (text, expected) in [
            ("mnet cl", vec!["mnet", "cl"]),
            ("mnet  classify ", vec!["mnet", "classify", ""]),
            ("a 'b c' d\\ e", vec!["a", "b c", "d e"]),
            ("a 'carpenter", vec!["a", "carpenter"]),
            ("a \"carpenter's k", vec!["a", "carpenter's k"]),
            ("a 'carpenter'\\''s k", vec!["a", "carpenter's k"]),
            ("a --only=\"Egyptian c", vec!["a", "--only=Egyptian c"]),
            ("a '' ", vec!["a", "", ""]),
            ("", vec![""]),
        ] {
            assert_eq!(Line::read(text).words, expected, "{text}");
        }
        let line = Line::read("mnet --cache-dir /a --endpoint=http://b x");
        assert_eq!(
            (line.value_of("--cache-dir"), line.value_of("--endpoint")),
            (Some("/a"), Some("http://b"))
        );
        assert_eq!(line.value_of("--end"), None);
    }
}
