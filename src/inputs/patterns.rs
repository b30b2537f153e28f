//! Which files of a directory are pictures to label.

use std::path::Path;

use glob::{MatchOptions, Pattern};
use thiserror::Error;

/// A pattern that is none.
#[derive(Debug, Error)]
#[error("`{pattern}` is no pattern: {reason}")]
pub struct PatternError {
    /// As it was given.
    pattern: String,
    /// What is wrong with it.
    reason: &'static str,
}

/// Endings of the formats that are read: what a directory is searched for if nothing else is said.
const ENDINGS: [&str; 20] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "dib", "tif", "tiff", "pnm", "pbm", "pgm",
    "ppm", "pam", "qoi", "tga", "ico", "cur",
];

/// What to take and what to leave. A pattern with a slash is held against the path below the directory, any other against
/// the name.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    take: Vec<Pattern>,
    leave: Vec<Pattern>,
}

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl Patterns {
    /// Files that match one of `take` (or have the ending of a picture, if there is none) and none of `leave`.
    ///
    /// # Errors
    /// If a word is no pattern.
    pub fn new(take: &[String], leave: &[String]) -> Result<Self, PatternError> {
        let parsed = |words: &[String]| words.iter().map(|word| parsed(word)).collect::<Result<_, _>>();
        Ok(Self { take: parsed(take)?, leave: parsed(leave)? })
    }

    /// Whether a file at that path below the directory is taken.
    pub(super) fn takes(&self, relative: &Path) -> bool {
        let taken = if self.take.is_empty() { has_ending(relative) } else { any(&self.take, relative) };
        taken && !self.leaves(relative)
    }

    /// Whether a file or a whole directory at that path is left out.
    pub(super) fn leaves(&self, relative: &Path) -> bool {
        any(&self.leave, relative)
    }
}

fn parsed(word: &str) -> Result<Pattern, PatternError> {
    Pattern::new(word.trim_end_matches('/'))
        .map_err(|error| PatternError { pattern: word.to_owned(), reason: error.msg })
}

fn any(patterns: &[Pattern], relative: &Path) -> bool {
    // A name that is not UTF-8 is matched by what can be shown of it.
    let path = relative.to_string_lossy();
    let name = relative.file_name().unwrap_or_default().to_string_lossy();
    patterns.iter().any(|pattern| {
        let text = if pattern.as_str().contains('/') { &path } else { &name };
        pattern.matches_with(text, OPTIONS)
    })
}

fn has_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(take: &[&str], leave: &[&str]) -> Patterns {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        Patterns::new(&owned(take), &owned(leave)).unwrap()
    }

    #[test]
    fn pictures_by_their_endings() {
        let all = patterns(&[], &[]);
        assert!(all.takes(Path::new("a/B.JPeG")) && all.takes(Path::new(".qoi.png")));
        assert!(!all.takes(Path::new("notes.txt")) && !all.takes(Path::new("jpg")));
    }

    #[test]
    fn names_or_paths() {
        let some = patterns(&["*.jpg", "raw/**/*"], &["thumb*", "a/b"]);
        for taken in ["x.jpg", "a/x.jpg", "raw/x", "raw/deep/er/x"] {
            assert!(some.takes(Path::new(taken)), "{taken}");
        }
        for left in ["x.JPG", "a/x.png", "a/thumb.jpg", "deep/raw/x"] {
            assert!(!some.takes(Path::new(left)), "{left}");
        }
        assert!(some.leaves(Path::new("a/b")) && !some.leaves(Path::new("b")));
        assert!(
            Patterns::new(&["[".to_owned()], &[]).unwrap_err().to_string().starts_with("`[` is no pattern")
        );
    }
}
