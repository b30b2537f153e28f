//! What a row of ours says.

use std::ops::Range;

use base64::prelude::{BASE64_STANDARD, Engine};

use super::header::{Columns, HEADER, has};
use crate::record::{Level, ModelInfo, Precision};

/// A row of ours.
#[derive(Debug, PartialEq)]
pub(super) struct PictureRow {
    /// Its bytes.
    pub(super) path: Vec<u8>,
    /// Where the row lies.
    pub(super) range: Range<u64>,
    /// What answered, if the file has a column for it.
    pub(super) model: Option<ModelInfo>,
    /// What it lists.
    pub(super) level: Level,
    /// A check sum of the classes of groups, if the user has made some.
    pub(super) own_groups: Option<String>,
    /// The class, or the group, by its name.
    pub(super) label: String,
    pub(super) content: RowContent,
}

#[derive(Debug, PartialEq)]
pub(super) enum RowContent {
    /// A class: its rank, its index and its score.
    Class(u32, usize, f32),
    /// An answer without classes.
    NoClass,
    /// Why there is no answer.
    Failure(String),
}

/// What is in the row in `range`, if its fields are what we write.
pub(super) fn ours(mut fields: Vec<Vec<u8>>, columns: &Columns, range: Range<u64>) -> Option<PictureRow> {
    if fields.len() != columns.count() {
        return None;
    }
    let mut asked = fields.split_off(columns.known);
    let kept = asked.split_off(columns.count_asked());
    if !kept.iter().all(|value| str::from_utf8(value).is_ok()) {
        return None;
    }
    let own_groups = columns.asked.as_ref().filter(|asked| asked.has_own_groups).and_then(|_| asked.pop());
    let own_groups = own_groups.map(String::from_utf8).transpose().ok()?;
    let mut fields = fields.into_iter();
    // Only a path may be any bytes.
    let path = fields.next().filter(|path| !path.is_empty())?;
    let mut fields: Vec<_> = fields.map(|field| String::from_utf8(field).ok()).collect::<Option<_>>()?;
    fields.resize(HEADER.len() - 1, String::new());
    let [rank, index, wnid, label, score, error, _damaged, name, res, path_bytes, temperature, precision] =
        &fields[..]
    else {
        return None;
    };
    let path = if path_bytes.is_empty() { path } else { BASE64_STANDARD.decode(path_bytes).ok()? };
    let model = match (&**name, &**res) {
        ("", "") => None,
        ("", _) => return None,
        (name, res) => {
            let temperature = if temperature.is_empty() { None } else { Some(temperature.parse().ok()?) };
            let precision = if precision.is_empty() { None } else { Some(Precision::named(precision)?) };
            Some(ModelInfo {
                name: name.to_owned(),
                resolution: whole_number(res)?,
                temperature,
                precision,
                embedding: None,
            })
        }
    };
    let is_answer = if has(columns.known, "model") { model.is_some() } else { error.is_empty() };
    let content = if rank.is_empty() {
        match [index, wnid, label, score].iter().all(|field| field.is_empty()) {
            true if !is_answer => RowContent::Failure(error.clone()),
            true if error.is_empty() => RowContent::NoClass,
            _ => return None,
        }
    } else {
        let is_score = |score: &f32| is_answer && error.is_empty() && (0.0..=1.0).contains(score);
        let score = score.parse().ok().filter(is_score)?;
        let rank = u32::try_from(whole_number(rank)?).ok().filter(|rank| *rank > 0)?;
        RowContent::Class(rank, whole_number(index)?, score)
    };
    let level = level(&asked, !matches!(content, RowContent::Failure(_)))?;
    Some(PictureRow { path, range, model, level, own_groups, label: label.clone(), content })
}

/// What the fields after the known ones say: a failure has nothing there, and an answer the score of each group.
fn level(asked: &[Vec<u8>], is_answer: bool) -> Option<Level> {
    let [level, scores @ ..] = asked else { return Some(Level::Class) };
    let text = |field: &Vec<u8>| str::from_utf8(field).ok().map(str::to_owned);
    let is_score =
        |field: &Vec<u8>| text(field)?.parse::<f32>().ok().filter(|score| (0.0..=1.0).contains(score));
    let is_right = |field: &Vec<u8>| if is_answer { is_score(field).is_some() } else { field.is_empty() };
    let level = if level.is_empty() { Level::Class } else { Level::named(&text(level)?)? };
    scores.iter().all(is_right).then_some(level)
}

/// A number without a fraction. A data frame whose column has gaps writes it as `7.0`.
fn whole_number(text: &str) -> Option<usize> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}
