//! The dictionaries of tensors in the result of a pickle, wherever they are nested.

use std::collections::VecDeque;

use super::value::{Id, Object, Value};
use crate::terminal_text::printable;

/// How many dictionaries, lists and tuples deep the search goes.
const MAX_DEPTH: usize = 6;

/// A step from a dictionary or list to a value in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Entry(&'a str),
    Item(usize),
}

/// Where a value is: the keys from the result to it.
pub(super) type Path<'a> = Vec<Key<'a>>;

/// A dictionary with at least one tensor.
pub(super) struct Dictionary<'v, 'a> {
    pub(super) path: Path<'a>,
    pub(super) entries: &'v [[Id; 2]],
    /// How many tensors it has, without scalars: counters do not make a network larger.
    pub(super) tensors: usize,
    /// Whether one of them may be the weight of a convolution: of several filters, unlike the mean of a picture.
    pub(super) has_filters: bool,
    /// Whether one of them may be the weight of a layer.
    pub(super) has_matrix: bool,
}

/// What a search finds.
#[derive(Default)]
pub(super) struct Found<'v, 'a> {
    pub(super) dictionaries: Vec<Dictionary<'v, 'a>>,
    /// Whole modules.
    pub(super) modules: Vec<(Path<'a>, &'v Object<'a>)>,
    /// The first tensor of a kind that is not read, and the dictionary that it is in.
    pub(super) unread: Option<(Path<'a>, &'a str, &'v Value<'a>)>,
    /// Whether there was the state of an optimizer.
    pub(super) optimizer: bool,
}

/// Searches everything that is reachable from `result`, level by level, and each value once. The state of an
/// optimizer is left out: it has tensors in the shapes of the network's.
pub(super) fn search<'v, 'a>(values: &'v [Value<'a>], result: Id) -> Found<'v, 'a> {
    let mut found = Found::default();
    let mut is_seen = vec![false; values.len()];
    let mut queue = VecDeque::from([(Path::new(), result)]);
    is_seen[result] = true;
    while let Some((path, id)) = queue.pop_front() {
        let mut visit = |key: Key<'a>, value: Id| {
            if path.len() < MAX_DEPTH && !std::mem::replace(&mut is_seen[value], true) {
                queue.push_back((path.iter().copied().chain([key]).collect(), value));
            }
        };
        let entries = match &values[id] {
            Value::List(items) | Value::Tuple(items) => {
                items.iter().enumerate().for_each(|(index, &item)| visit(Key::Item(index), item));
                continue;
            }
            Value::Object(object) if is_module(values, object) => {
                found.modules.push((path, object));
                continue;
            }
            Value::Object(object) => &object.items,
            Value::Dict(entries) => entries,
            _ => continue,
        };
        if is_optimizer(values, entries) {
            found.optimizer = true;
            continue;
        }
        for &[key, value] in entries {
            match values[key] {
                Value::Text(name) if is_optimizer_name(name) => found.optimizer = true,
                Value::Text(name) => visit(Key::Entry(name), value),
                _ => {}
            }
        }
        if shapes(values, entries).next().is_some() {
            found.dictionaries.push(Dictionary {
                path,
                entries,
                tensors: shapes(values, entries).filter(|shape| !shape.is_empty()).count(),
                has_filters: shapes(values, entries).any(|shape| shape.len() >= 4 && shape[0] > 1),
                has_matrix: shapes(values, entries).any(|shape| shape.len() >= 2),
            });
        } else if found.unread.is_none() {
            found.unread = unread(values, entries).map(|(name, value)| (path, name, value));
        }
    }
    found
}

/// The shapes of the tensors among the named entries.
fn shapes<'v>(values: &'v [Value<'_>], entries: &'v [[Id; 2]]) -> impl Iterator<Item = &'v [usize]> {
    entries.iter().filter_map(|&[key, value]| match (&values[key], &values[value]) {
        (Value::Text(_), Value::Tensor(tensor)) => Some(tensor.shape.as_slice()),
        _ => None,
    })
}

fn unread<'v, 'a>(values: &'v [Value<'a>], entries: &[[Id; 2]]) -> Option<(&'a str, &'v Value<'a>)> {
    entries.iter().find_map(|&[key, value]| match (&values[key], &values[value]) {
        (Value::Text(name), value) if value.is_unread_tensor() => Some((*name, value)),
        _ => None,
    })
}

/// Every `torch.optim.Optimizer` has `param_groups`, and fastai's have `hypers`.
fn is_optimizer(values: &[Value<'_>], entries: &[[Id; 2]]) -> bool {
    entries.iter().any(|[key, _]| matches!(values[*key], Value::Text("param_groups" | "hypers")))
}

/// `optimizer`, `optimizer_states`, `optim`, `opt`.
fn is_optimizer_name(name: &str) -> bool {
    name == "opt" || name.starts_with("optim")
}

/// Whether an object is a `torch.nn.Module`: all of them have `_modules`.
fn is_module(values: &[Value<'_>], object: &Object<'_>) -> bool {
    let state = object.state.map(|state| &values[state]);
    let Some(Value::Dict(attributes)) = state else { return false };
    attributes.iter().any(|[key, _]| matches!(values[*key], Value::Text("_modules")))
}

/// `` `ema.module` ``
pub(super) fn name(path: &Path<'_>) -> String {
    if path.is_empty() {
        return "the outermost one".to_owned();
    }
    let keys = path.iter().map(|key| match key {
        Key::Entry(name) => printable(name),
        Key::Item(index) => index.to_string(),
    });
    format!("`{}`", keys.collect::<Vec<_>>().join("."))
}

/// The keys as Python writes them: `["ema"]["module"]`. They are text from the file, and a user may copy them
/// into a shell, so a name that is not plain is left out.
pub(super) fn subscripts(path: &Path<'_>) -> String {
    let is_plain =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let subscript = |key: &Key<'_>| match key {
        Key::Entry(name) if is_plain(name) => format!("[\"{name}\"]"),
        Key::Entry(_) => "[\"KEY\"]".to_owned(),
        Key::Item(index) => format!("[{index}]"),
    };
    path.iter().map(subscript).collect()
}
