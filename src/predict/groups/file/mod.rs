//! `--groups FILE`: groups that a user defines, as JSON: `{"pets": ["@dog", "tabby", 282]}`.
//!
//! A label is anything that `--only` takes. An `@word` names another group of the file or, if the file has no group of
//! that name, a known group of the model's classes. Within its own definition, a group's name means the known group, so that
//! `{"dog": ["@dog", "dingo"]}` adds to it.

mod entries;
mod error;
mod resolve;

use std::path::Path;

pub use error::{GroupFault, GroupFileError};

use self::entries::Entries;
use self::resolve::Definitions;
use super::find::word_for;
use super::group::{Group, Groups, NamedGroup};
use super::spelling::word;
use super::unknown::UnknownGroup;
use crate::encoding::other_than_utf8;
use crate::predict::labels::Labels;
use crate::regular_file;

/// The largest file that is read, in bytes. The names of 20,000 classes take 1 MB.
const LARGEST: u64 = 16 << 20;

/// The groups that `@words` may name: those of a file, and those that are known for the classes.
#[derive(Clone, Debug, Default)]
pub struct AllGroups {
    /// The groups of the file, in its order.
    own: Vec<Group>,
    by_name: Groups,
    known: Groups,
}

impl AllGroups {
    /// Only the groups that are known for `labels`.
    pub fn known(labels: &Labels) -> Self {
        Self { known: labels.groups(), ..Self::default() }
    }

    /// The groups in the file at `path`, and those that are known for `labels`.
    ///
    /// # Errors
    /// If the file cannot be read, is not of this form, or names something that is neither a class nor a group.
    pub fn read(path: &Path, labels: &Labels) -> Result<Self, GroupFileError> {
        let bytes = read(path)?;
        Self::parse(&bytes, labels)
            .map_err(|fault| GroupFileError::Fault { path: path.into(), fault: fault.into() })
    }

    fn parse(bytes: &[u8], labels: &Labels) -> Result<Self, GroupFault> {
        let known = labels.groups();
        let own = Definitions::new(entries(bytes)?, labels, &known)?.resolve()?;
        Ok(Self { by_name: Groups::new(own.clone()), own, known })
    }

    /// The groups of the file.
    pub fn own(&self) -> &[Group] {
        &self.own
    }

    /// The words that name the groups of the file at `path`, such as `@pets`, without looking at classes. Empty if the file cannot be
    /// read.
    pub fn words_in(path: &Path) -> Vec<String> {
        let entries = read(path).ok().and_then(|bytes| entries(&bytes).ok());
        let names = entries.into_iter().flat_map(|Entries(entries)| entries).map(|(name, _)| name);
        names
            .map(|name| word(name.trim().trim_start_matches('@').trim()))
            .filter(|word| word != "@")
            .collect()
    }

    /// All groups: those of the file, then those that are known.
    pub fn iter(&self) -> impl Iterator<Item = &NamedGroup> {
        self.by_name.iter().chain(self.known.iter())
    }

    /// The groups whose name contains `pattern`, as [`Groups::search`] finds them: those of the file, then those that are known.
    pub fn search(&self, pattern: &str) -> Vec<&NamedGroup> {
        self.by_name.search(pattern).into_iter().chain(self.known.search(pattern)).collect()
    }

    /// A word that finds this group. If a group of the file has its name, the word is another name or its WordNet id.
    pub fn word(&self, named: &NamedGroup) -> String {
        word_for(named, |word| self.by_name.get(word).or_else(|| self.known.get(word)))
    }

    /// The groups of the file whose name also means a known group, each with that known group.
    pub fn both(&self) -> impl Iterator<Item = (&Group, Group)> {
        self.own.iter().filter_map(|group| Some((group, self.known.find(&group.name).ok()?)))
    }

    /// The `@word` for the group of the file that `name` means: `@pets` for `pets`.
    pub fn own_word(&self, name: &str) -> Option<String> {
        self.by_name.find(name).ok().map(|group| word(&group.name))
    }

    /// The group that `word` names. Groups of the file take precedence.
    ///
    /// # Errors
    /// If no group has this name, or if it has several meanings.
    pub fn find(&self, word: &str) -> Result<Group, UnknownGroup> {
        self.by_name.find(word).or_else(|own| {
            self.known.find(word).map_err(|known| {
                let knows_better = own.similar.is_empty() && !known.similar.is_empty();
                if self.own.is_empty() || knows_better { known } else { own }
            })
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, GroupFileError> {
    regular_file::read(path, LARGEST).map_err(|source| GroupFileError::Io { path: path.into(), source })
}

fn entries(bytes: &[u8]) -> Result<Entries, GroupFault> {
    if let Some(encoding) = other_than_utf8(bytes) {
        return Err(GroupFault::Form(format!("it is {}, expected UTF-8", encoding.name)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| GroupFault::Form(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        Labels::imagenet(1000).unwrap()
    }

    fn read(text: &str) -> Result<AllGroups, String> {
        AllGroups::parse(text.as_bytes(), &labels()).map_err(|fault| fault.to_string())
    }

    fn classes(groups: &AllGroups, word: &str) -> Vec<usize> {
        groups.find(word).unwrap().classes.into_iter().collect()
    }

    #[test]
    fn labels_are_what_only_takes() {
        let text = r#"{"pets": ["tabby", "n02099601", 282, "283", "151-153", "@hamster"]}"#;
        let groups = read(text).unwrap();
        assert_eq!(classes(&groups, "@pets"), [151, 152, 153, 207, 281, 282, 283, 333]);
        assert_eq!(classes(&groups, "@PET"), classes(&groups, "@pets"));
        // One label needs no list, and a byte order mark is not part of the text.
        assert_eq!(classes(&read("\u{feff}{\"cats\": \"tabby\"}").unwrap(), "@cats"), [281]);
    }

    #[test]
    fn groups_may_name_each_other_in_any_order() {
        let groups =
            read(r#"{"all": ["@pets", "@big cats"], "pets": "tabby", "big cats": ["lion", "tiger"]}"#);
        let groups = groups.unwrap();
        assert_eq!(classes(&groups, "@all"), [281, 291, 292]);
        let names: Vec<_> = groups.own().iter().map(|group| &*group.name).collect();
        assert_eq!(names, ["all", "pets", "big cats"]);
    }

    #[test]
    fn a_group_of_the_file_wins_and_may_add_to_the_known_one() {
        let pets = read(r#"{"@@pets": ["@dog"]}"#).unwrap();
        assert_eq!((classes(&pets, "@pets").len(), &*pets.own()[0].name), (118, "pets"));
        let groups = read(r#"{"@dogs": ["@dog", "dingo"], "wild": ["timber wolf"]}"#).unwrap();
        assert_eq!(classes(&groups, "@dog").len(), 119);
        assert_eq!(classes(&groups, "@n02084071").len(), 118);
        let both: Vec<_> = groups.both().map(|(own, known)| (own.name.clone(), known.name)).collect();
        assert_eq!(both, [("dogs".into(), "dog".into())]);
        assert!(groups.find("@cat").is_ok());
    }

    #[test]
    fn faults_name_group_and_label_and_what_is_similar() {
        for (text, expected) in [
            (
                r#"{"pets": ["tabby", "tabbby"]}"#,
                "group `pets`: no class of ImageNet-1k is called `tabbby`; similar: tabby",
            ),
            (
                r#"{"pets": ["@vehicel"]}"#,
                "group `pets`: no group of classes is called `@vehicel`; similar: @vehicle",
            ),
            (r#"{"all": ["@petz"], "pets": ["tabby"]}"#, "similar: @pets"),
            (r#"{"pets": ["birdss"], "birdss": ["cock"]}"#, "group `pets`: `birdss` is a group: \"@birdss\""),
            (r#"{"pets": []}"#, "group `pets` has no labels"),
            (r#"{"pets": [["tabby"]]}"#, "group `pets`: expected names of classes, found [\"tabby\"]"),
            (r#"{"pets": {"a": 1}}"#, "group `pets`: expected names of classes, found {\"a\":1}"),
            (r#"{"pets": [1.5]}"#, "group `pets`: expected names of classes, found 1.5"),
            (r#"{"pets": ["tabby"], "pets": ["lion"]}"#, "two groups are called alike: `pets` and `pets`"),
            (
                r#"{"big cat": ["tiger"], "Big-Cats": ["lion"]}"#,
                "two groups are called alike: `big cat` and `Big-Cats`",
            ),
            (
                r#"{"a": ["@b"], "b": ["@c"], "c": ["@a"]}"#,
                "groups are made of each other: `a`, `b`, `c`, `a`",
            ),
            (r#"{"zyzzyva": ["@zyzzyva"]}"#, "groups are made of each other: `zyzzyva`, `zyzzyva`"),
            (r#"{"": ["tabby"]}"#, "a group has no name"),
            (r#"{"n02084071": ["tabby"]}"#, "`n02084071` is the form of a WordNet id, not a name"),
            ("{\"a\\nb\": [\"tabby\"]}", "the name `a\\nb` has a control character"),
            ("{}", "it has no groups"),
            ("[\"tabby\"]", "expected groups by name, as in {\"pets\": [\"@dog\", \"tabby\"]}"),
            ("{\"pets\": [\"tabby\"]", "EOF while parsing"),
            ("", "EOF while parsing"),
        ] {
            let fault = read(text).unwrap_err();
            assert!(fault.contains(expected), "{text}: {fault}");
        }
        assert!(AllGroups::parse(b"\xff\xfe{\0}\0", &labels()).unwrap_err().to_string().contains("UTF-16"));
    }

    #[test]
    fn a_checkpoint_may_have_any_classes() {
        let own = Labels::new(["rust", "mildew", "healthy"].map(Into::into).into());
        let groups = AllGroups::parse(br#"{"ill": ["Rust", 1]}"#, &own).unwrap();
        assert_eq!(classes(&groups, "@ill"), [0, 1]);
        assert_eq!(classes(&groups, "@healthy"), [2]);
        assert!(AllGroups::parse(br#"{"ill": [3]}"#, &own).is_err());
    }
}
