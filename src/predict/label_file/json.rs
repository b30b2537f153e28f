//! JSON: a list of names, names by index, indices by name, and the same inside a configuration.

use serde_json::{Map, Value};

use super::columns::of_records;
use super::indexed::{Names, in_order};
use crate::predict::labels::{Label, is_wnid};

/// Keys under which configurations have their names.
const NAMES_KEYS: [&str; 13] = [
    "id2label",
    "label_names",
    "class_to_idx",
    "label2id",
    "names",
    "class_names",
    "classes",
    "labels",
    "idx_to_class",
    "idx2label",
    "index_to_name",
    "label_map",
    "categories",
];

/// A whole file.
pub(super) fn document(text: &str) -> Option<Names> {
    let value: Value = serde_json::from_str(text).ok()?;
    (value.is_array() || value.is_object()).then(|| of_value(&value))
}

/// One object per line, as in `{"id": 0, "name": "tench"}`.
pub(super) fn lines(text: &str) -> Option<Names> {
    let records: Vec<Map<String, Value>> =
        text.trim().lines().map(serde_json::from_str).collect::<Result<_, _>>().ok()?;
    (!records.is_empty()).then(|| of_records(&records))
}

/// A text in brackets that nothing reads; `[unknown]` on the first of several lines is a name.
pub(super) fn damaged(text: &str) -> Option<Names> {
    let first = text.trim().lines().next()?.trim_end();
    let is_name = first.starts_with('[') && first.ends_with(']') && first.len() < text.trim().len();
    let error = serde_json::from_str::<Value>(text).err()?;
    (first.starts_with(['[', '{']) && !is_name).then(|| Err(format!("not valid JSON: {error}")))
}

/// The names in a list or an object.
pub(super) fn of_value(value: &Value) -> Names {
    match value {
        Value::Array(list) => {
            let records: Option<Vec<_>> = list.iter().map(|item| item.as_object().cloned()).collect();
            match records.filter(|records| !records.is_empty()) {
                Some(records) => of_records(&records),
                None => list
                    .iter()
                    .enumerate()
                    .map(|(index, item)| label(item, &format!("item {index}")))
                    .collect(),
            }
        }
        Value::Object(object) => of_object(object),
        other => Err(format!("expected a list or an object of names, found {other}")),
    }
}

fn of_object(object: &Map<String, Value>) -> Names {
    let is_container = |value: &&Value| value.is_array() || value.is_object();
    let mut inner = NAMES_KEYS.iter().filter_map(|key| object.get(*key).filter(is_container));
    if let Some(names) = inner.next() {
        return of_value(names);
    }
    let keys: Option<Vec<usize>> = object.keys().map(|key| key.trim().parse().ok()).collect();
    let indices: Option<Vec<usize>> = object.values().map(index).collect();
    match (keys, indices) {
        // Names of digits have numbers as indices: {"3": 0, "7": 1}.
        (Some(keys), indices) if indices.is_none() || object.values().all(Value::is_string) => {
            let entry = |(index, (key, value)): (usize, (&String, &Value))| {
                Ok((index, label(value, &format!("\"{key}\""))?))
            };
            in_order(keys.into_iter().zip(object).map(entry).collect::<Result<Vec<_>, String>>()?)
        }
        (_, Some(indices)) => {
            in_order(indices.into_iter().zip(object.keys().map(|key| Label::from(key.as_str()))))
        }
        _ => {
            Err("neither names by index, as in {\"0\": \"cat\"}, nor indices by name, as in {\"cat\": 0}"
                .into())
        }
    }
}

fn index(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => usize::try_from(other.as_u64()?).ok(),
    }
}

/// A name, or a pair of WordNet id and name, as in Keras' class index.
fn label(value: &Value, place: &str) -> Result<Label, String> {
    let text = |value: &Value| value.as_str().filter(|name| !name.trim().is_empty()).map(str::to_owned);
    let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([wnid, name]) => Some((text(wnid).filter(|wnid| is_wnid(wnid))?, text(name)?)),
        _ => None,
    };
    match (text(value), pair(value)) {
        (Some(name), _) => Ok(name.into()),
        (_, Some((wnid, name))) => Ok(Label { wnid: Some(wnid.into()), name: name.into() }),
        _ => Err(format!("{place} is {value}; expected a name")),
    }
}
