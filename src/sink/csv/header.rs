//! The columns, and which of them a file lacks that an earlier version began.

use std::borrow::Cow;

use csv::Writer;

use super::row::{Row, RowParser};
use crate::record::Question;
use crate::sink::resume_error::titles;

/// All columns, in order. `rank` counts from 1. A failure has only `path`, `error` and perhaps `path_bytes`; an answer without
/// classes has neither the columns from `rank` to `score` nor an `error`.
///
/// - `damaged` says in each row of a picture what is wrong with its file.
/// - `model` and `res` say in each row of an answer what gave it.
/// - `path_bytes` holds the bytes of the path in base64, if they are not UTF-8. The file itself always is.
/// - `temperature` says in each row of an answer by what the logits were divided. A file that was begun without one has no such
///   column.
///
/// - `precision` says in each row of an answer which numbers gave it, if some were asked for. A file that was begun without has no
///   such column.
///
/// A file of a run that asks for more than classes has more columns after these, as [`AskedColumns`] says. The columns that records
/// keep come last, each with [`KEPT`] before its name; a failure has them, too.
///
/// A later version may add columns at the end; [`EARLIER`] then gets the number that there were.
#[rustfmt::skip]
pub(super) const HEADER: [&str; 13] = [
    "path", "rank", "index", "wnid", "label", "score", "error", "damaged", "model", "res", "path_bytes", "temperature",
    "precision",
];

/// How many of the columns a file without precision has.
pub(super) const WITHOUT_PRECISION: usize = HEADER.len() - 1;

/// How many of the columns a file with neither precision nor temperature has.
pub(super) const WITHOUT_TEMPERATURE: usize = WITHOUT_PRECISION - 1;

/// How many of the columns the files of earlier versions have.
const EARLIER: [usize; 2] = [8, 7];

/// Whether a file with so many columns has this one.
pub(super) fn has(columns: usize, name: &str) -> bool {
    HEADER[..columns].contains(&name)
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// How many of [`HEADER`].
    pub(super) known: usize,
    /// Those after them, in a file of a run that asks for more than classes.
    pub(super) asked: Option<AskedColumns>,
    /// The names of the columns that records keep.
    pub(super) kept: Vec<String>,
}

/// The columns for what is asked beside classes: `level`, which is empty where answers list classes, and the score of each group
/// under its title, such as `@dog`, in each row of an answer. Where the user has made some of the groups, `own_groups` is a check
/// sum of their classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AskedColumns {
    pub(super) titles: Vec<String>,
    pub(super) has_own_groups: bool,
}

impl AskedColumns {
    /// Those that answers to `question` need.
    pub(super) fn of(question: &Question) -> Option<Self> {
        (*question != Question::default())
            .then(|| Self { titles: titles(&question.groups), has_own_groups: question.own_groups.is_some() })
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.names().count()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let own_groups = self.has_own_groups.then_some(OWN_GROUPS);
        [LEVEL].into_iter().chain(self.titles.iter().map(String::as_str)).chain(own_groups)
    }

    /// Those in this header after the known columns; `None` if others are there.
    fn read(fields: &[Vec<u8>]) -> Option<Self> {
        let [level, titles @ ..] = fields else { return None };
        let (titles, has_own_groups) = match titles {
            [titles @ .., last] if last == OWN_GROUPS.as_bytes() => (titles, true),
            titles => (titles, false),
        };
        let title =
            |field: &Vec<u8>| String::from_utf8(field.clone()).ok().filter(|text| text.starts_with('@'));
        Some(Self { titles: titles.iter().map(title).collect::<Option<_>>()?, has_own_groups })
            .filter(|_| level == LEVEL.as_bytes())
    }
}

impl Columns {
    /// How many fields a row has.
    pub(super) fn count(&self) -> usize {
        self.known + self.count_asked() + self.kept.len()
    }

    /// How many columns there are for what is asked beside classes.
    pub(super) fn count_asked(&self) -> usize {
        self.asked.as_ref().map_or(0, AskedColumns::count)
    }

    /// The header, without the end of its line.
    pub(super) fn header(&self) -> Vec<u8> {
        let mut line = Writer::from_writer(vec![]);
        let written = line.write_record(self.names().map(|name| name.as_bytes().to_vec()));
        let line = written
            .ok()
            .and_then(|()| line.into_inner().ok())
            .unwrap_or_else(|| unreachable!("memory takes it"));
        line.trim_ascii_end().to_vec()
    }

    /// The names of all columns.
    pub(super) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let asked = self.asked.iter().flat_map(AskedColumns::names);
        let kept = self.kept.iter().map(|name| Cow::Owned([KEPT, name].concat()));
        HEADER[..self.known].iter().copied().chain(asked).map(Cow::Borrowed).chain(kept)
    }
}

/// What comes before the name of a column that records keep, which may be that of one of ours.
const KEPT: &str = "kept.";

/// The column that says what answers list.
const LEVEL: &str = "level";

/// The column that says what groups are that the user has made.
const OWN_GROUPS: &str = "own_groups";

/// The columns that a line names, if it is our header. Spreadsheets add a byte order mark and carriage returns.
pub(super) fn own_columns(header: &[u8]) -> Option<Columns> {
    let Row::Whole(fields) = RowParser::default().line(without_mark(header).trim_ascii_end()) else {
        return None;
    };
    let is_beginning = |known: &usize| {
        fields.len() >= *known
            && HEADER.iter().zip(&fields).take(*known).all(|(name, field)| name.as_bytes() == field)
    };
    let mut known = [HEADER.len(), WITHOUT_PRECISION, WITHOUT_TEMPERATURE].into_iter().chain(EARLIER);
    let known = known.find(is_beginning)?;
    let others = &fields[known..];
    let is_kept = |field: &&Vec<u8>| field.starts_with(KEPT.as_bytes());
    let count = others.iter().rev().take_while(is_kept).count();
    let (asked, kept) = others.split_at(others.len() - count);
    let name = |field: &Vec<u8>| str::from_utf8(&field[KEPT.len()..]).ok().map(str::to_owned);
    let kept = kept.iter().map(name).collect::<Option<_>>()?;
    match asked {
        _ if known < WITHOUT_TEMPERATURE && !others.is_empty() => None,
        [] => Some(Columns { known, asked: None, kept }),
        asked => Some(Columns { known, asked: Some(AskedColumns::read(asked)?), kept }),
    }
}

/// A line without a byte order mark.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}
