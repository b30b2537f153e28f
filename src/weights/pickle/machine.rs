//! The state of the stack machine, and what its opcodes do with it.

use std::collections::HashMap;

use super::global::Global;
use super::input::Input;
use super::rebuild;
use super::value::{Id, Value};
use crate::weights::error::{Fault, Remedy};

/// The most opcodes of a program, and the most entries that its calls copy. A tensor takes about 30, so this is
/// enough for a network of 8000 tensors, its moving average and its optimizer's state.
pub(super) const MAX_OPCODES: usize = 1 << 20;

/// The most numbers besides: people keep the loss of every step, and the split of their pictures.
pub(super) const MAX_NUMBERS: usize = 1 << 21;

/// The state of a program that is being executed.
pub(super) struct Machine<'a> {
    pub(super) input: Input<'a>,
    /// All values made so far; everything else refers to them by index.
    pub(super) values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack at each MARK.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    /// Entries that calls have copied so far.
    copied: usize,
    /// What nothing is known of but its kind is made once.
    others: HashMap<&'static str, Id>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(pickle: &'a [u8]) -> Self {
        let input = Input::new(pickle);
        Self {
            input,
            values: vec![],
            stack: vec![],
            marks: vec![],
            memo: HashMap::new(),
            copied: 0,
            others: HashMap::new(),
        }
    }

    pub(super) fn push(&mut self, value: Value<'a>) {
        let id = self.values.len();
        let made = if let Value::Other(kind) = value { *self.others.entry(kind).or_insert(id) } else { id };
        self.stack.push(made);
        if made == id {
            self.values.push(value);
        }
    }

    pub(super) fn mark(&mut self) {
        self.marks.push(self.stack.len());
    }

    /// The value on top of the stack, if it is above the last mark.
    fn top(&self) -> Result<Id, Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        self.stack[floor..]
            .last()
            .copied()
            .ok_or_else(|| self.input.damaged("takes a value from an empty stack"))
    }

    pub(super) fn pop(&mut self) -> Result<Id, Fault> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// Removes the value on top or, if there is none above the last mark, the mark.
    pub(super) fn drop_top(&mut self) -> Result<(), Fault> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(|_| ())
    }

    pub(super) fn duplicate(&mut self) -> Result<(), Fault> {
        self.stack.push(self.top()?);
        Ok(())
    }

    /// Removes the last mark and the values above it.
    pub(super) fn pop_mark(&mut self) -> Result<Vec<Id>, Fault> {
        let mark = self.marks.pop().ok_or_else(|| self.input.damaged("pops a mark that was not set"))?;
        Ok(self.stack.split_off(mark))
    }

    pub(super) fn tuple(&mut self, len: usize) -> Result<(), Fault> {
        let mut items = (0..len).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.push(Value::Tuple(items));
        Ok(())
    }

    /// A dictionary of alternating keys and values.
    pub(super) fn dict(&mut self) -> Result<(), Fault> {
        let items = self.pop_mark()?;
        self.push(Value::Dict(vec![]));
        self.set_items(&items)
    }

    /// Adds alternating keys and values to the dictionary on top of the stack.
    pub(super) fn set_items(&mut self, items: &[Id]) -> Result<(), Fault> {
        let top = self.top()?;
        let (pairs, rest) = items.as_chunks::<2>();
        match &mut self.values[top] {
            Value::Dict(_) | Value::Object(_) if !rest.is_empty() => {
                return Err(self.input.damaged("has a key without a value"));
            }
            Value::Dict(entries) => entries.extend_from_slice(pairs),
            Value::Object(object) => object.items.extend_from_slice(pairs),
            other => return Err(self.input.expected("a dict to add to", other)),
        }
        Ok(())
    }

    /// Adds to the list on top of the stack. What a set collects does not matter: it holds no dictionaries.
    pub(super) fn append(&mut self, items: &[Id]) -> Result<(), Fault> {
        let top = self.top()?;
        match &mut self.values[top] {
            Value::List(list) => list.extend_from_slice(items),
            Value::Object(object) => object.appended.extend_from_slice(items),
            Value::Other(_) => {}
            other => return Err(self.input.expected("a list to add to", other)),
        }
        Ok(())
    }

    /// Stores the value on top under a number, or under the next one.
    pub(super) fn memoize(&mut self, key: Option<u32>) -> Result<(), Fault> {
        self.memo.insert(key.unwrap_or(self.memo.len() as u32), self.top()?);
        Ok(())
    }

    pub(super) fn recall(&mut self, key: u32) -> Result<(), Fault> {
        let id = self
            .memo
            .get(&key)
            .ok_or_else(|| self.input.damaged("recalls a value that it did not memoize"))?;
        self.stack.push(*id);
        Ok(())
    }

    /// The number in a line of protocol 0.
    pub(super) fn memo_line(&mut self) -> Result<u32, Fault> {
        self.input
            .line()?
            .parse()
            .map_err(|_| self.input.damaged("memoizes under something else than a number"))
    }

    /// The global of two lines: module and name.
    pub(super) fn global(&mut self) -> Result<(), Fault> {
        let (module, name) = (self.input.line()?, self.input.line()?);
        self.push(Value::Global(Global::find(module, name)));
        Ok(())
    }

    /// The global whose module and name are on the stack.
    pub(super) fn stack_global(&mut self) -> Result<(), Fault> {
        let (name, module) = (self.pop()?, self.pop()?);
        match (&self.values[module], &self.values[name]) {
            (&Value::Text(module), &Value::Text(name)) => {
                self.push(Value::Global(Global::find(module, name)));
            }
            (_, other) => return Err(self.input.expected("the name of a global", other)),
        }
        Ok(())
    }

    /// `callable(*arguments)`, the arguments in a tuple on top of the stack.
    pub(super) fn call(&mut self) -> Result<(), Fault> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let value = rebuild::call(&self.values, callable, arguments, &self.input)?;
        if let Value::Dict(entries) = &value {
            self.copied += entries.len();
        }
        if self.copied > MAX_OPCODES {
            return Err(too_long(MAX_OPCODES, "entries in the dictionaries that it makes"));
        }
        self.push(value);
        Ok(())
    }

    /// The same with the callable as the first value after the mark, and the arguments after it.
    pub(super) fn call_mark(&mut self) -> Result<(), Fault> {
        let items = self.pop_mark()?;
        let Some((callable, arguments)) = items.split_first() else {
            return Err(self.input.damaged("takes a value from an empty stack"));
        };
        self.stack.push(*callable);
        self.push(Value::Tuple(arguments.to_vec()));
        self.call()
    }

    /// Sets attributes. Those of a dictionary (a state dict has `_metadata`, the versions of its modules) and
    /// of a tensor do not matter; those of an object may be networks, or tell that it is a module.
    pub(super) fn set_state(&mut self) -> Result<(), Fault> {
        let (state, top) = (self.pop()?, self.top()?);
        match &mut self.values[top] {
            Value::Object(object) => object.state = Some(state),
            Value::Dict(_) | Value::Tensor(_) => {}
            other => return Err(self.input.expected("an object to set attributes of", other)),
        }
        Ok(())
    }

    /// The storage that a persistent id stands for.
    pub(super) fn persistent(&mut self) -> Result<(), Fault> {
        let id = self.pop()?;
        let value = rebuild::persistent(&self.values, id, &self.input)?;
        self.push(value);
        Ok(())
    }
}

/// The error for a program beyond the limit.
pub(super) fn too_long(limit: usize, what: &str) -> Fault {
    let reason = format!("its pickle has more than {limit} {what}");
    Fault::Unsupported { reason, remedy: Some(Remedy::SaveStateDict) }
}
