//! A restricted pickle machine: reads what `torch.save` writes of a dictionary of tensors, and refuses all else.
//!
//! A pickle is a program for a stack machine (Python's `pickletools` documents the opcodes). This machine has no opcode
//! that runs anything: a global is one of the few in [`Global`], an error otherwise, and calling one builds a [`Value`].
//!
//! Costs are bounded whatever the program: it ends after [`MAX_OPCODES`]; each opcode adds at most one value, one place on
//! the stack and one memo entry; values name each other by number, so none is ever copied or dropped in depth; strings are
//! slices of the input. Nothing is allocated by a number that the program states.

mod input;
mod value;

use std::collections::HashMap;

use super::Fault;
use crate::terminal_text::printable;
use input::Input;
use value::{Global, Id, Value};
pub(super) use value::{PickledTensor, Storage};

/// Opcodes before a program is given up. A tensor takes about 30, so this is enough for 8000 of them.
const MAX_OPCODES: usize = 1 << 18;

/// The names and tensors of the dictionary that the pickle builds, or of its entry `state_dict` if it has one.
pub(super) fn read(pickle: &[u8]) -> Result<Vec<(&str, PickledTensor<'_>)>, Fault> {
    let mut machine = Machine::new(pickle);
    for _ in 0..MAX_OPCODES {
        if let Some(result) = machine.step()? {
            return machine.tensors(result);
        }
    }
    Err(Fault::Unsupported { reason: format!("its pickle has more than {MAX_OPCODES} opcodes") })
}

struct Machine<'a> {
    input: Input<'a>,
    /// All values made so far; everything else refers to them by index.
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack at which MARK was executed.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    fn new(pickle: &'a [u8]) -> Self {
        Self { input: Input::new(pickle), values: vec![], stack: vec![], marks: vec![], memo: HashMap::new() }
    }

    /// Execute one opcode. STOP gives the result.
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

    /// The topmost value, if it is above the last mark.
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

    /// The values above the last mark, which goes with them.
    fn pop_mark(&mut self) -> Result<Vec<Id>, Fault> {
        let mark =
            self.marks.pop().ok_or_else(|| self.input.damaged("goes back to a mark that was not set"))?;
        Ok(self.stack.split_off(mark))
    }

    fn tuple(&mut self, len: usize) -> Result<(), Fault> {
        let mut items = (0..len).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.push(Value::Tuple(items));
        Ok(())
    }

    /// Add alternating keys and values to the dictionary on top.
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
        let id = self.memo.get(&key).ok_or_else(|| self.input.damaged("recalls what it did not memorise"))?;
        self.stack.push(*id);
        Ok(())
    }

    fn global(&mut self) -> Result<Global, Fault> {
        Global::find(self.input.line()?, self.input.line()?)
    }

    /// Protocol 2 has no `STACK_GLOBAL`, so whatever it asks for is refused, if possible by name.
    fn refuse_stack_global(&mut self) -> Result<Fault, Fault> {
        let (name, module) = (self.pop()?, self.pop()?);
        match (&self.values[module], &self.values[name]) {
            (Value::Text(module), Value::Text(name)) => Ok(Global::refuse(module, name)),
            (_, other) => Err(self.input.expected("the name of a global", other)),
        }
    }

    /// Call a global on a tuple of arguments: makes a tensor or an empty dictionary.
    fn reduce(&mut self) -> Result<(), Fault> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let Value::Tuple(arguments) = &self.values[arguments] else {
            return Err(self.input.expected("a tuple of arguments", &self.values[arguments]));
        };
        let value = match (&self.values[callable], arguments.as_slice()) {
            (Value::Global(Global::OrderedDict), []) => Value::Dict(vec![]),
            // Requires-grad, hooks and, in newer files, metadata do not concern inference.
            (Value::Global(Global::RebuildTensor), &[storage, offset, shape, stride, _, _, ..]) => {
                Value::Tensor(value::tensor(&self.values, [storage, offset, shape, stride], &self.input)?)
            }
            (Value::Global(Global::RebuildParameter), &[tensor, _, _]) => match &self.values[tensor] {
                Value::Tensor(tensor) => Value::Tensor(tensor.clone()),
                other => return Err(self.input.expected("the tensor of a parameter", other)),
            },
            (Value::Global(global), arguments) => {
                let found = arguments.len();
                return Err(self
                    .input
                    .damaged(format!("calls {global:?} with {found} arguments, a number it does not take")));
            }
            (other, _) => return Err(self.input.expected("a global to call", other)),
        };
        self.push(value);
        Ok(())
    }

    /// Set attributes of a dictionary. A `state_dict` has one, `_metadata`: versions of its modules, which say nothing about
    /// weights. Being built by this machine it is plain data, and is left alone.
    fn build(&mut self) -> Result<(), Fault> {
        self.pop()?;
        match &self.values[self.top()?] {
            Value::Dict(_) => Ok(()),
            other => Err(self.input.expected("a dict to set attributes of", other)),
        }
    }

    /// Torch's persistent ids are `("storage", torch.FloatStorage, key, device, elements)`.
    fn storage(&mut self) -> Result<(), Fault> {
        let id = self.pop()?;
        let storage = value::storage(&self.values, id, &self.input)?;
        self.push(Value::Storage(storage));
        Ok(())
    }

    /// The tensors of a dictionary that has nothing else in it, or of its entry `state_dict`.
    fn tensors(&self, dict: Id) -> Result<Vec<(&'a str, PickledTensor<'a>)>, Fault> {
        let entries = self.dict(dict)?;
        let is_state_dict = |[key, _]: &&[Id; 2]| matches!(self.values[*key], Value::Text("state_dict"));
        let entries = match entries.iter().find(is_state_dict) {
            Some([_, nested]) => self.dict(*nested)?,
            None => entries,
        };
        let tensors = entries.iter().map(|&[key, value]| match (&self.values[key], &self.values[value]) {
            (Value::Text(name), Value::Tensor(tensor)) => Ok((*name, tensor.clone())),
            (Value::Text(name), other) => Err(Fault::Unsupported {
                reason: format!("entry `{}`: expected a tensor, found {}", printable(name), other.kind()),
            }),
            (other, _) => Err(Fault::Unsupported {
                reason: format!("expected names of tensors, found {} as a key", other.kind()),
            }),
        });
        tensors.collect()
    }

    fn dict(&self, id: Id) -> Result<&[[Id; 2]], Fault> {
        match &self.values[id] {
            Value::Dict(entries) => Ok(entries),
            other => Err(Fault::Unsupported {
                reason: format!("expected a dict of tensors, found {}", other.kind()),
            }),
        }
    }
}
