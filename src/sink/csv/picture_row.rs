//! What a row of ours says.

use std::ops::Range;

use base64::prelude::{BASE64_STANDARD, Engine};

use super::header::{HEADER, has};
use crate::record::ModelInfo;

/// A row of ours.
#[derive(Debug, PartialEq)]
pub(super) struct PictureRow {
    /// Its bytes.
    pub(super) path: Vec<u8>,
    /// Where the row lies.
    pub(super) range: Range<u64>,
    /// What answered, if the file has a column for it.
    pub(super) model: Option<ModelInfo>,
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

/// What is in a row, if its fields are what we write: the path, what answered, the answer.
pub(super) fn ours(fields: Vec<Vec<u8>>, columns: usize) -> Option<(Vec<u8>, Option<ModelInfo>, RowContent)> {
    if fields.len() != columns {
        return None;
    }
    let mut fields = fields.into_iter();
    // Only a path may be any bytes.
    let path = fields.next().filter(|path| !path.is_empty())?;
    let mut fields: Vec<_> = fields.map(|field| String::from_utf8(field).ok()).collect::<Option<_>>()?;
    fields.resize(HEADER.len() - 1, String::new());
    let [rank, index, wnid, label, score, error, _damaged, name, res, path_bytes, temperature] = &fields[..]
    else {
        return None;
    };
    let path = if path_bytes.is_empty() { path } else { BASE64_STANDARD.decode(path_bytes).ok()? };
    let model = match (&**name, &**res) {
        ("", "") => None,
        ("", _) => return None,
        (name, res) => {
            let temperature = if temperature.is_empty() { None } else { Some(temperature.parse().ok()?) };
            Some(ModelInfo {
                name: name.to_owned(),
                resolution: whole_number(res)?,
                temperature,
                embedding: None,
            })
        }
    };
    let is_answer = if has(columns, "model") { model.is_some() } else { error.is_empty() };
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
    Some((path, model, content))
}

/// A number without a fraction. A data frame whose column has gaps writes it as `7.0`.
fn whole_number(text: &str) -> Option<usize> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}
