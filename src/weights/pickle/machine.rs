//! The stack machine: one opcode after the other, until STOP.

use std::collections::HashMap;

use super::input::Input;
use super::rebuild;
use super::value::{Global, Id, Value};
use crate::weights::error::Fault;

/// The most opcodes of a program. A tensor takes about 30, so this is enough for 8000 of them.
const MAX_OPCODES: usize = 1 << 18;

/// The state of a program that is being executed.
pub(super) struct Machine<'a> {
    input: Input<'a>,
    /// All values made so far; everything else refers to them by index.
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack at each MARK.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(pickle: &'a [u8]) -> Self {
        Self { input: Input::new(pickle), values: vec![], stack: vec![], marks: vec![], memo: HashMap::new() }
    }

    /// Executes the program; returns the value that it builds.
    pub(super) fn run(&mut self) -> Result<Id, Fault> {
        for _ in 0..MAX_OPCODES {
            if let Some(result) = self.step()? {
                return Ok(result);
            }
        }
        Err(Fault::Unsupported { reason: format!("its pickle has more than {MAX_OPCODES} opcodes") })
    }

    /// All values that the program has made.
    pub(super) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// Executes one opcode. STOP returns the result.
    #[rustfmt::skip]
    fn step(&mut self) -> Result<Option<Id>, Fault> {
        match self.input.u8()? {
            b'.' /* STOP */ => return self.pop().map(Some),
            0x80 /* PROTO */ => self.protocol()?,
            b'(' /* MARK */ => self.marks.push(self.stack.len()),
            b'N' /* NONE */ => self.push(Value::Other("None")),
            0x88 | 0x89 /* NEWTRUE, NEWFALSE */ => self.push(Value::Other("a bool")),
            b'G' /* BINFLOAT */ => { self.input.take(8)?; self.push(Value::Other("a float")); }
            b'K' /* BININT1 */ => { let int = self.input.int(1)?; self.push(Value::Int(int)); }
            b'M' /* BININT2 */ => { let int = self.input.int(2)?; self.push(Value::Int(int)); }
            b'J' /* BININT */ => { let int = i64::from(self.input.u32()?.cast_signed()); self.push(Value::Int(int)); }
            0x8a /* LONG1 */ => { let int = self.input.long()?; self.push(Value::Int(int)); }
            b'X' /* BINUNICODE */ => { let text = self.input.text()?; self.push(Value::Text(text)); }
            b')' /* EMPTY_TUPLE */ => self.push(Value::Tuple(vec![])),
            0x85 /* TUPLE1 */ => self.tuple(1)?,
            0x86 /* TUPLE2 */ => self.tuple(2)?,
            0x87 /* TUPLE3 */ => self.tuple(3)?,
            b't' /* TUPLE */ => { let items = self.pop_mark()?; self.push(Value::Tuple(items)); }
            b']' /* EMPTY_LIST */ => self.push(Value::Other("a list")),
            b'a' /* APPEND */ => { self.pop()?; self.top()?; }
            b'e' /* APPENDS */ => { self.pop_mark()?; self.top()?; }
            b'}' /* EMPTY_DICT */ => self.push(Value::Dict(vec![])),
            b's' /* SETITEM */ => { let value = self.pop()?; let key = self.pop()?; self.set_items(&[key, value])?; }
            b'u' /* SETITEMS */ => { let items = self.pop_mark()?; self.set_items(&items)?; }
            b'c' /* GLOBAL */ => { let global = self.global()?; self.push(Value::Global(global)); }
            b'R' /* REDUCE */ => self.reduce()?,
            b'b' /* BUILD */ => self.build()?,
            b'Q' /* BINPERSID */ => self.storage()?,
            b'q' /* BINPUT */ => { let key = self.input.u8()?; self.memo.insert(key.into(), self.top()?); }
            b'r' /* LONG_BINPUT */ => { let key = self.input.u32()?; self.memo.insert(key, self.top()?); }
            b'h' /* BINGET */ => { let key = self.input.u8()?; self.recall(key.into())?; }
            b'j' /* LONG_BINGET */ => { let key = self.input.u32()?; self.recall(key)?; }
            b'i' /* INST */ => return Err(Global::refuse(self.input.line()?, self.input.line()?)),
            0x93 /* STACK_GLOBAL */ => return Err(self.refuse_stack_global()?),
            opcode => return Err(Fault::Unsupported {
                reason: format!("its pickle has opcode {opcode:#04x}, which torch does not write for tensors"),
            }),
        }
        Ok(None)
    }

    fn protocol(&mut self) -> Result<(), Fault> {
        match self.input.u8()? {
            2 => Ok(()),
            other => Err(Fault::Unsupported { reason: format!("expected pickle protocol 2, found {other}") }),
        }
    }

    fn push(&mut self, value: Value<'a>) {
        self.stack.push(self.values.len());
        self.values.push(value);
    }

    /// The value on top of the stack, if it is above the last mark.
    fn top(&self) -> Result<Id, Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        self.stack[floor..]
            .last()
            .copied()
            .ok_or_else(|| self.input.damaged("takes a value from an empty stack"))
    }

    fn pop(&mut self) -> Result<Id, Fault> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// Removes the last mark and the values above it.
    fn pop_mark(&mut self) -> Result<Vec<Id>, Fault> {
        let mark = self.marks.pop().ok_or_else(|| self.input.damaged("pops a mark that was not set"))?;
        Ok(self.stack.split_off(mark))
    }

    fn tuple(&mut self, len: usize) -> Result<(), Fault> {
        let mut items = (0..len).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.push(Value::Tuple(items));
        Ok(())
    }

    /// Adds alternating keys and values to the dictionary on top of the stack.
    fn set_items(&mut self, items: &[Id]) -> Result<(), Fault> {
        let top = self.top()?;
        let (pairs, rest) = items.as_chunks::<2>();
        match &mut self.values[top] {
            Value::Dict(entries) if rest.is_empty() => entries.extend_from_slice(pairs),
            Value::Dict(_) => return Err(self.input.damaged("has a key without a value")),
            other => return Err(self.input.expected("a dict to add to", other)),
        }
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), Fault> {
        let id = self
            .memo
            .get(&key)
            .ok_or_else(|| self.input.damaged("recalls a value that it did not memoize"))?;
        self.stack.push(*id);
        Ok(())
    }

    fn global(&mut self) -> Result<Global, Fault> {
        Global::find(self.input.line()?, self.input.line()?)
    }

    /// Protocol 2 has no `STACK_GLOBAL`, so it is refused whatever it names.
    fn refuse_stack_global(&mut self) -> Result<Fault, Fault> {
        let (name, module) = (self.pop()?, self.pop()?);
        match (&self.values[module], &self.values[name]) {
            (Value::Text(module), Value::Text(name)) => Ok(Global::refuse(module, name)),
            (_, other) => Err(self.input.expected("the name of a global", other)),
        }
    }

    /// Calls a global with a tuple of arguments.
    fn reduce(&mut self) -> Result<(), Fault> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let value = rebuild::call(&self.values, callable, arguments, &self.input)?;
        self.push(value);
        Ok(())
    }

    /// Would set attributes of a dictionary. A `state_dict` has one, `_metadata`, with versions of its
    /// modules, which do not matter here: it is dropped.
    fn build(&mut self) -> Result<(), Fault> {
        self.pop()?;
        match &self.values[self.top()?] {
            Value::Dict(_) => Ok(()),
            other => Err(self.input.expected("a dict to set attributes of", other)),
        }
    }

    fn storage(&mut self) -> Result<(), Fault> {
        let id = self.pop()?;
        let storage = rebuild::storage(&self.values, id, &self.input)?;
        self.push(Value::Storage(storage));
        Ok(())
    }
}
