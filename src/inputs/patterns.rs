//! Which files in a directory are labelled.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use thiserror::Error;

/// A pattern that cannot be parsed.
#[derive(Debug, Error)]
#[error("`{pattern}` is not a valid pattern: {reason}")]
pub struct PatternError {
    /// The pattern as given.
    pattern: String,
    /// What is wrong with it.
    reason: &'static str,
}

/// Endings of picture files: what a directory is searched for by default.
const ENDINGS: [&str; 22] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "dib", "tif", "tiff", "pnm", "pbm", "pgm",
    "ppm", "pam", "pfm", "apng", "qoi", "tga", "ico", "cur",
];

/// What to include and what to exclude. A pattern with a slash is matched against the path below the directory, any other
/// against the file name.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl Patterns {
    /// Includes files that match a pattern of `include`, or that have the ending of a picture if `include` is empty; leaves
    /// out those that match a pattern of `exclude`.
    ///
    /// # Errors
    /// If a pattern cannot be parsed.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, PatternError> {
        let parse_all = |words: &[String]| words.iter().map(|word| parse(word)).collect::<Result<_, _>>();
        Ok(Self { include: parse_all(include)?, exclude: parse_all(exclude)? })
    }

    /// Whether files are chosen by their endings, because no pattern says which to include.
    pub(super) fn is_by_ending(&self) -> bool {
        self.include.is_empty()
    }

    /// These without what includes the file at this path below the directory: what is left chooses the members of that file.
    pub(super) fn of_members(&self, relative: &Path) -> Self {
        let include = self.include.iter().filter(|&pattern| !any(std::slice::from_ref(pattern), relative));
        Self { include: include.cloned().collect(), exclude: self.exclude.clone() }
    }

    /// These patterns without the ones that name files of many pictures (see `is_collection`). Members do not have such names: with `*.tar` and
    /// `*.zip`, a zip would have no members.
    pub(super) fn without_collections(&self, is_collection: fn(&Path) -> bool) -> Self {
        let include = self.include.iter().filter(|pattern| !is_collection(&named_by(pattern.as_str())));
        Self { include: include.cloned().collect(), exclude: self.exclude.clone() }
    }

    /// Whether the file at this path below the directory is included.
    pub(super) fn includes(&self, relative: &Path) -> bool {
        let is_included =
            if self.include.is_empty() { has_picture_ending(relative) } else { any(&self.include, relative) };
        is_included && !self.excludes(relative)
    }

    /// Whether the file or the whole directory at this path is excluded.
    pub(super) fn excludes(&self, relative: &Path) -> bool {
        any(&self.exclude, relative)
    }
}

fn parse(word: &str) -> Result<Pattern, PatternError> {
    Pattern::new(word.trim_end_matches('/'))
        .map_err(|error| PatternError { pattern: word.to_owned(), reason: error.msg })
}

/// A name with the ending that a pattern such as `*.tar`, `*.[tT]ar` or `*.tar*` asks for. `*.tar/*` asks for members, so its name has no ending.
fn named_by(pattern: &str) -> PathBuf {
    let mut ending = String::new();
    let (_, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let mut rest = name.chars();
    while let Some(next) = rest.next() {
        if next != '[' {
            ending.push(next);
            continue;
        }
        // The first character stands for all of a class, which has at least one.
        ending.extend(rest.next());
        rest.by_ref().find(|character| *character == ']');
    }
    ending.trim_end_matches(['*', '?', '.']).into()
}

fn any(patterns: &[Pattern], relative: &Path) -> bool {
    // A name that is not UTF-8 is matched with replacement characters.
    let path = relative.to_string_lossy();
    let name = relative.file_name().unwrap_or_default().to_string_lossy();
    patterns.iter().any(|pattern| {
        let text = if pattern.as_str().contains('/') { &path } else { &name };
        pattern.matches_with(text, OPTIONS)
    })
}

/// Whether the file is named like a picture.
pub fn has_picture_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(include: &[&str], exclude: &[&str]) -> Patterns {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        Patterns::new(&owned(include), &owned(exclude)).unwrap()
    }

    #[test]
    fn pictures_by_their_endings() {
        let all = patterns(&[], &[]);
        assert!(all.includes(Path::new("a/B.JPeG")) && all.includes(Path::new(".qoi.png")));
        assert!(!all.includes(Path::new("notes.txt")) && !all.includes(Path::new("jpg")));
    }

    #[test]
    fn patterns_match_names_or_paths() {
        let some = patterns(&["*.jpg", "raw/**/*"], &["thumb*", "a/b"]);
        for included in ["x.jpg", "a/x.jpg", "raw/x", "raw/deep/er/x"] {
            assert!(some.includes(Path::new(included)), "{included}");
        }
        for other in ["x.JPG", "a/x.png", "a/thumb.jpg", "deep/raw/x"] {
            assert!(!some.includes(Path::new(other)), "{other}");
        }
        assert!(some.excludes(Path::new("a/b")) && !some.excludes(Path::new("b")));
        let error = Patterns::new(&["[".to_owned()], &[]).unwrap_err().to_string();
        assert!(error.starts_with("`[` is not a valid pattern: "), "{error}");
    }

    #[test]
    fn patterns_of_files_choose_no_members() {
        let is_collection = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            [".tar", ".tar.gz", ".zip", ".parquet"].iter().any(|ending| name.ends_with(ending))
        };
        let all = ["*.tar", "a/*.tar.gz", "*.ZIP", "*.tar*", "*.tar.*", "*.[pP]arquet", "*.t[ag][rz]"];
        let some = patterns(&[&all[..], &["*.jpg"]].concat(), &[]).without_collections(is_collection);
        assert_eq!(some.include.iter().map(Pattern::as_str).collect::<Vec<_>>(), ["*.jpg"]);
        assert!(patterns(&all, &["x"]).without_collections(is_collection).is_by_ending());
        for other in ["*", "photo*", "tar", "*tar", "*.tar/*", "*.tar.jpg", "*.[!tar]"] {
            assert!(!is_collection(&named_by(other)), "{other}");
        }
    }
}
