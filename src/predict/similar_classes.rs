//! Names of classes that are like a word that names none.

use super::labels::Label;
use crate::models::spelling::normal;

/// How names are like a word, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They are groups that include what the word means: `@dog` for `puppy`.
    Group,
    /// They are the word's parts, between its commas.
    Parts,
    /// They hold the word: `tiger cat` for `cat` or `cats`.
    Word,
    /// They hold the word but are something else: `tree frog` for `tree`.
    Other,
    /// They are spelled much like it: `golden retriever` for `golden retriver`.
    Spelling,
}

/// Words that name nothing.
const ARTICLES: [&str; 8] = ["a", "an", "the", "of", "and", "or", "in", "on"];

/// Letters for each of which that many are right, one may be wrong.
const LETTERS_PER_SLIP: usize = 4;

/// Names that are like `word`, all in the same way, the best first; of each class one name.
pub(super) fn similar(word: &str, classes: &[Label]) -> Option<(Likeness, Vec<String>)> {
    let names = |label: &Label| label.name.split(", ").map(str::to_owned).collect::<Vec<_>>();
    let parts: Vec<_> = word.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_name = |part: &&str| classes.iter().flat_map(names).any(|name| name.eq_ignore_ascii_case(part));
    if parts.len() > 1 && parts.iter().all(is_name) {
        return Some((Likeness::Parts, parts.into_iter().map(str::to_owned).collect()));
    }
    let wanted = Wanted::new(word)?;
    let best = |label: &Label| {
        names(label)
            .into_iter()
            .filter_map(|name| Some((wanted.rank(&name)?, name)))
            .min_by_key(|(rank, _)| *rank)
    };
    let mut found: Vec<_> = classes.iter().filter_map(best).collect();
    // Stable: classes of one rank stay in their order.
    found.sort_by_key(|(rank, _)| *rank);
    let likeness = found.first()?.0.0;
    let alike = found.into_iter().take_while(|(rank, _)| rank.0 == likeness).map(|(_, name)| name);
    let mut names: Vec<String> = vec![];
    for name in alike {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some((likeness, names))
}

/// A word as it is compared.
struct Wanted {
    words: Vec<String>,
    joined: String,
}

/// The likeness of a name, then how far it is from the word.
type Rank = (Likeness, usize);

impl Wanted {
    fn new(word: &str) -> Option<Self> {
        let words = words(word);
        let says_nothing = |word: &String| ARTICLES.contains(&&**word);
        (!words.iter().all(says_nothing)).then(|| Self { words, joined: joined(word) })
    }

    fn rank(&self, name: &str) -> Option<Rank> {
        let found = words(name);
        let is_in = |word: &String| found.iter().any(|found| is_same(word, found));
        if self.joined == joined(name) {
            return Some((Likeness::Spelling, 0))
                .filter(|_| !self.words.iter().all(is_in))
                .or(Some((Likeness::Word, 0)));
        }
        if self.words.iter().all(is_in) {
            // What something is comes last: a tiger cat is a cat, a cat bear is not.
            let is_head =
                found.last().zip(self.words.last()).is_some_and(|(found, word)| is_same(word, found));
            return Some((if is_head { Likeness::Word } else { Likeness::Other }, 1));
        }
        let joined = joined(name);
        let whole = strsim::damerau_levenshtein(&self.joined, &joined);
        let allowed = slips(&self.joined);
        let by_word = || {
            let nearest = |word: &String| {
                let distance = |found: &String| strsim::damerau_levenshtein(word, found);
                found
                    .iter()
                    .filter(|found| begin_alike(word, found))
                    .map(distance)
                    .min()
                    .filter(|distance| *distance <= slips(word))
            };
            self.words.iter().map(nearest).sum::<Option<usize>>()
        };
        let whole = Some(whole).filter(|whole| *whole <= allowed && begin_alike(&self.joined, &joined));
        whole
            .or_else(|| by_word().map(|distance| distance + allowed))
            .map(|distance| (Likeness::Spelling, distance))
    }
}

/// Whether two words may differ by a typing error, which seldom affects the first letter: `flower` is not taken for
/// `blower`.
fn begin_alike(word: &str, name: &str) -> bool {
    let letters = |text: &str| (text.chars().next(), text.chars().nth(1));
    let ((first, second), (known, next)) = (letters(word), letters(name));
    first == known || first == next || second == known
}

/// How many letters of a word may be wrong.
fn slips(word: &str) -> usize {
    word.chars().count() / LETTERS_PER_SLIP
}

/// `tiger` and `cat` of `Tiger-cat`.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// A name without case and separators.
fn joined(name: &str) -> String {
    normal(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether all words of `pattern` are words of the name, possibly in the plural.
pub(super) fn holds_words(pattern: &str, name: &str) -> bool {
    let (wanted, found) = (words(pattern), words(name));
    !wanted.is_empty() && wanted.iter().all(|word| found.iter().any(|found| is_same(word, found)))
}

/// Whether `pattern` occurs anywhere in the name, in any case.
pub(super) fn holds_letters(pattern: &str, name: &str) -> bool {
    !pattern.is_empty() && name.to_lowercase().contains(&pattern.to_lowercase())
}

/// Whether both are one word, perhaps as a plural.
pub(super) fn is_same(word: &str, found: &str) -> bool {
    word == found || is_singular(found, word) || is_singular(word, found)
}

fn is_singular(one: &str, many: &str) -> bool {
    singulars(many).iter().any(|singular| singular == one)
}

/// The words that `many` may be the plural of.
pub(super) fn singulars(many: &str) -> Vec<String> {
    let with =
        |end: &str, singular: &'static str| many.strip_suffix(end).map(|stem| format!("{stem}{singular}"));
    let plain = ["s", "es"].into_iter().filter_map(|end| with(end, "")).filter(|one| one.len() > 2);
    plain.chain(with("ies", "y")).chain(with("ves", "f")).chain(with("ves", "fe")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::labels::Labels;

    fn of(word: &str) -> (Option<Likeness>, Vec<String>) {
        let labels = Labels::imagenet(1000).unwrap();
        similar(word, labels.classes()).map_or((None, vec![]), |(likeness, names)| (Some(likeness), names))
    }

    #[test]
    fn whole_words_come_first() {
        for word in ["cat", "cats", "Cat", "CATS"] {
            let (likeness, names) = of(word);
            assert_eq!(likeness, Some(Likeness::Word));
            let cats =
                ["tabby cat", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat", "Madagascar cat"];
            assert_eq!(names[..6], cats, "{word}");
            assert!(!names.iter().any(|name| name.contains("catesbeiana")), "{names:?}");
        }
        assert_eq!(of("golden_retriever"), (Some(Likeness::Word), vec!["golden retriever".to_owned()]));
        assert!(of("car").1.contains(&"sports car".to_owned()));
        assert!(of("dog").1.contains(&"Eskimo dog".to_owned()));
    }

    #[test]
    fn slips_of_the_finger() {
        for (word, expected) in [
            ("tabbby", "tabby"),
            ("golden retriver", "golden retriever"),
            ("goldenretriever", "golden retriever"),
            ("godlen retriever", "golden retriever"),
            ("Egiptian cat", "Egyptian cat"),
            ("siamesse", "Siamese"),
            ("carpenters kit", "carpenter's kit"),
            ("acustic guitar", "acoustic guitar"),
        ] {
            let (likeness, names) = of(word);
            assert_eq!(
                (likeness, names[0].as_str()),
                (Some(Likeness::Spelling), expected),
                "{word}: {names:?}"
            );
        }
    }

    #[test]
    fn what_holds_the_word_and_is_something_else_comes_last() {
        assert_eq!(of("tree"), (Some(Likeness::Other), vec!["tree frog".to_owned()]));
        assert_eq!(of("Persian").1, ["Persian cat"]);
    }

    #[test]
    fn commas_are_no_separators() {
        let tabby = vec!["tabby".to_owned(), "lynx".to_owned()];
        assert_eq!(of("tabby,lynx"), (Some(Likeness::Parts), tabby.clone()));
        assert_eq!(of("tabby, lynx,"), (Some(Likeness::Parts), tabby));
        assert_eq!(of("tabby,zyzzyva").0, None);
    }

    #[test]
    fn what_is_like_no_class() {
        for word in ["person", "zyzzyva", "", "?", "human", "flower", "the"] {
            assert_eq!(of(word), (None, vec![]), "{word}");
        }
    }
}
