//! The dictionaries of tensors in the result of a pickle, wherever they are nested.

use super::path::{Key, Path};
use super::value::{Id, Object, Value};

/// How many dictionaries, lists and objects deep the search goes.
const MAX_DEPTH: usize = 64;

/// A dictionary with at least one tensor.
pub(super) struct Dictionary<'v, 'a> {
    pub(super) path: Path<'a>,
    pub(super) entries: &'v [[Id; 2]],
    /// How many tensors it has, without scalars: counters do not make a network larger.
    pub(super) tensors: usize,
    /// Whether one of them may be the weight of a convolution.
    pub(super) has_filters: bool,
    /// Whether one of them may be the weight of a layer.
    pub(super) has_matrix: bool,
}

/// Something that may be a network and cannot be read as one.
pub(super) struct Unread<'a, T> {
    pub(super) path: Path<'a>,
    pub(super) what: T,
    pub(super) may_be_network: bool,
}

/// What a search finds.
#[derive(Default)]
pub(super) struct Found<'v, 'a> {
    pub(super) dictionaries: Vec<Dictionary<'v, 'a>>,
    /// Whole modules.
    pub(super) modules: Vec<Unread<'a, &'v Object<'a>>>,
    /// Dictionaries of tensors of a kind that is not read: the first of each, with its name.
    pub(super) tensors: Vec<Unread<'a, (&'a str, &'v Value<'a>)>>,
    /// Tensors in lists, or under keys that are no names.
    pub(super) nameless: Vec<Unread<'a, ()>>,
    /// Whether there was the state of an optimizer.
    pub(super) optimizer: bool,
}

/// A value that may hold others, and how it was reached.
struct Node<'a> {
    id: Id,
    /// Index of the node that holds it.
    parent: Option<usize>,
    key: Key<'a>,
    depth: usize,
    /// Index of the module that it is a part of.
    module: Option<usize>,
}

/// Searches everything that is reachable from `result`, level by level, and each value once. The state of an
/// optimizer is left out: it has tensors in the shapes of the network's.
pub(super) fn search<'v, 'a>(values: &'v [Value<'a>], result: Id) -> Found<'v, 'a> {
    let root = Node { id: result, parent: None, key: Key::Arguments, depth: 0, module: None };
    let mut is_seen = vec![false; values.len()];
    is_seen[result] = true;
    let mut search = Search { values, nodes: vec![root], is_seen, found: Found::default() };
    let mut next = 0;
    while next < search.nodes.len() {
        search.open(next);
        next += 1;
    }
    search.found
}

struct Search<'v, 'a> {
    values: &'v [Value<'a>],
    /// Those opened so far, and after them those that wait.
    nodes: Vec<Node<'a>>,
    is_seen: Vec<bool>,
    found: Found<'v, 'a>,
}

impl<'v, 'a> Search<'v, 'a> {
    /// Notes what a node is, and lets all that it holds wait.
    fn open(&mut self, node: usize) {
        let values = self.values;
        match &values[self.nodes[node].id] {
            Value::List(items) | Value::Tuple(items) => self.list(node, items),
            Value::Dict(entries) => self.dictionary(node, entries),
            Value::Object(object) => {
                if self.nodes[node].module.is_none() && is_module(values, object) {
                    self.nodes[node].module = Some(self.found.modules.len());
                    let path = self.path(node);
                    self.found.modules.push(Unread { path, what: object, may_be_network: false });
                }
                self.dictionary(node, &object.items);
                self.list(node, &object.appended);
                object.arguments.into_iter().for_each(|value| self.visit(node, Key::Arguments, value));
                object.state.into_iter().for_each(|value| self.visit(node, Key::Attributes, value));
            }
            _ => {}
        }
    }

    fn list(&mut self, node: usize, items: &'v [Id]) {
        self.nameless(node, items.iter().copied());
        for (index, &item) in items.iter().enumerate() {
            self.visit(node, Key::Number(index as i64), item);
        }
    }

    fn dictionary(&mut self, node: usize, entries: &'v [[Id; 2]]) {
        let values = self.values;
        let is_optimizer = is_optimizer(values, entries);
        for &[key, value] in entries {
            match values[key] {
                Value::Text(name) if is_optimizer_name(name) || is_optimizer && STATE.contains(&name) => {
                    self.found.optimizer = true;
                }
                Value::Text(name) => self.visit(node, Key::Entry(name), value),
                Value::Int(number) => self.visit(node, Key::Number(number), value),
                _ => self.visit(node, Key::Unnamed, value),
            }
        }
        let is_named = |key: Id| matches!(values[key], Value::Text(_));
        self.nameless(node, entries.iter().filter(|[key, _]| !is_named(*key)).map(|[_, value]| *value));
        if !is_optimizer {
            self.named(node, entries);
        }
    }

    /// Notes the tensors among named entries.
    fn named(&mut self, node: usize, entries: &'v [[Id; 2]]) {
        let values = self.values;
        let named = |is: fn(&Value<'a>) -> bool| {
            entries.iter().filter_map(move |&[key, value]| match (&values[key], &values[value]) {
                (Value::Text(name), value) if is(value) => Some((*name, value)),
                _ => None,
            })
        };
        let shapes: Vec<_> = named(|_| true).filter_map(|(_, value)| shape(value)).collect();
        let has_filters = shapes.iter().any(|shape| is_filters(shape));
        if let Some(module) = self.nodes[node].module {
            self.found.modules[module].may_be_network |= has_filters;
        } else if shapes.is_empty() {
            let mut unread = named(Value::is_unread_tensor);
            let Some(what) = unread.next() else { return };
            let may_be_network = unread.chain([what]).any(|(name, _)| name.contains('.'));
            let path = self.path(node);
            self.found.tensors.push(Unread { path, what, may_be_network });
        } else if matches!(self.nodes[node].key, Key::Number(_))
            && !named(|_| true).any(|(name, _)| name.contains('.'))
        {
            // What an optimizer keeps of one parameter.
            let path = self.path(node);
            self.found.nameless.push(Unread { path, what: (), may_be_network: false });
        } else {
            self.found.dictionaries.push(Dictionary {
                path: self.path(node),
                entries,
                tensors: shapes.iter().filter(|shape| !shape.is_empty()).count(),
                has_filters,
                has_matrix: shapes.iter().any(|shape| shape.len() >= 2),
            });
        }
    }

    /// Notes tensors without names.
    fn nameless(&mut self, node: usize, ids: impl Iterator<Item = Id>) {
        let shapes: Vec<_> = ids.filter_map(|id| shape(&self.values[id])).collect();
        if !shapes.is_empty() && self.nodes[node].module.is_none() {
            let may_be_network = shapes.iter().any(|shape| is_filters(shape));
            let path = self.path(node);
            self.found.nameless.push(Unread { path, what: (), may_be_network });
        }
    }

    /// Lets a value wait, if it may hold others.
    fn visit(&mut self, parent: usize, key: Key<'a>, id: Id) {
        let Node { depth, module, .. } = self.nodes[parent];
        let may_hold = match &self.values[id] {
            Value::Object(_) => !self.values[id].is_unread_tensor(),
            value => matches!(value, Value::Dict(_) | Value::List(_) | Value::Tuple(_)),
        };
        if may_hold && depth < MAX_DEPTH && !std::mem::replace(&mut self.is_seen[id], true) {
            self.nodes.push(Node { id, parent: Some(parent), key, depth: depth + 1, module });
        }
    }

    fn path(&self, node: usize) -> Path<'a> {
        let nodes = std::iter::successors(Some(&self.nodes[node]), |node| Some(&self.nodes[node.parent?]));
        let mut path: Path<'_> = nodes.filter(|node| node.parent.is_some()).map(|node| node.key).collect();
        path.reverse();
        path
    }
}

fn shape<'v>(value: &'v Value<'_>) -> Option<&'v [usize]> {
    if let Value::Tensor(tensor) = value { Some(&tensor.shape) } else { None }
}

/// Several filters, unlike the mean of a picture.
fn is_filters(shape: &[usize]) -> bool {
    shape.len() >= 4 && shape[0] > 1
}

/// What optimizers keep: those of torch, and of fastai.
const STATE: [&str; 3] = ["state", "param_groups", "hypers"];

/// Whether a dictionary has their names. Their state has no tensors under the names of layers, as that of a network has.
fn is_optimizer(values: &[Value<'_>], entries: &[[Id; 2]]) -> bool {
    let entry = |own: &str| {
        let is_own = |key: Id| matches!(values[key], Value::Text(name) if name == own);
        entries.iter().find(|[key, _]| is_own(*key)).map(|[_, value]| &values[*value])
    };
    let is_state = |state: &Value<'_>| match state {
        Value::Dict(entries) => !entries.iter().any(|&[key, value]| {
            matches!(values[key], Value::Text(name) if name.contains('.')) && shape(&values[value]).is_some()
        }),
        _ => true,
    };
    entry("state").is_some_and(is_state) && (entry("param_groups").is_some() || entry("hypers").is_some())
}

/// `optimizer`, `optimizer_states`, `optim`, `opt`; not `optimized_model`.
fn is_optimizer_name(name: &str) -> bool {
    matches!(name, "opt" | "optim") || name.starts_with("optimizer")
}

/// Whether an object is a `torch.nn.Module`: all of them have `_modules`.
fn is_module(values: &[Value<'_>], object: &Object<'_>) -> bool {
    let state = object.state.map(|state| &values[state]);
    let Some(Value::Dict(attributes)) = state else { return false };
    attributes.iter().any(|[key, _]| matches!(values[*key], Value::Text("_modules")))
}
