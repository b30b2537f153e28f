//! The opcodes of all protocols, 0 to 5, one after the other until STOP.

use super::literals::{byte_string, int_line, long, quoted_line, text_line};
use super::machine::{MAX_NUMBERS, MAX_OPCODES, Machine, too_long};
use super::value::{Id, Value};
use crate::weights::error::{Fault, Remedy};

/// The opcodes of None, bools and numbers, which torch never keeps in its memo.
const NUMBERS: &[u8] = b"N\x88\x89FGILKMJ\x8a\x8b";

impl Machine<'_> {
    /// Executes the program; returns the value that it builds.
    pub(super) fn run(&mut self) -> Result<Id, Fault> {
        let (mut opcodes, mut numbers) = (0, 0);
        loop {
            let opcode = self.input.u8()?;
            let (count, limit, what) = if NUMBERS.contains(&opcode) {
                (&mut numbers, MAX_NUMBERS, "numbers")
            } else {
                (&mut opcodes, MAX_OPCODES, "opcodes")
            };
            if *count == limit {
                return Err(too_long(limit, what));
            }
            *count += 1;
            if let Some(result) = self.step(opcode)? {
                return Ok(result);
            }
        }
    }

    /// Executes one opcode. STOP returns the result.
    #[rustfmt::skip]
    fn step(&mut self, opcode: u8) -> Result<Option<Id>, Fault> {
        match opcode {
            b'.' /* STOP */ => return self.pop().map(Some),
            0x80 /* PROTO */ => self.protocol()?,
            0x95 /* FRAME */ => { self.input.take(8)?; }
            // The stack and the memo.
            b'(' /* MARK */ => self.mark(),
            b'0' /* POP */ => self.drop_top()?,
            b'1' /* POP_MARK */ => { self.pop_mark()?; }
            b'2' /* DUP */ => self.duplicate()?,
            b'p' /* PUT */ => { let key = self.memo_line()?; self.memoize(Some(key))?; }
            b'q' /* BINPUT */ => { let key = self.input.u8()?; self.memoize(Some(key.into()))?; }
            b'r' /* LONG_BINPUT */ => { let key = self.input.u32()?; self.memoize(Some(key))?; }
            0x94 /* MEMOIZE */ => self.memoize(None)?,
            b'g' /* GET */ => { let key = self.memo_line()?; self.recall(key)?; }
            b'h' /* BINGET */ => { let key = self.input.u8()?; self.recall(key.into())?; }
            b'j' /* LONG_BINGET */ => { let key = self.input.u32()?; self.recall(key)?; }
            // Numbers.
            b'N' /* NONE */ => self.push(Value::Other("None")),
            0x88 /* NEWTRUE */ => self.push(Value::Bool(true)),
            0x89 /* NEWFALSE */ => self.push(Value::Bool(false)),
            b'F' /* FLOAT */ => { self.input.line()?; self.push(Value::Other("a float")); }
            b'G' /* BINFLOAT */ => { self.input.take(8)?; self.push(Value::Other("a float")); }
            b'I' | b'L' /* INT, LONG */ => { let int = int_line(self.input.line()?); self.push(int); }
            b'K' /* BININT1 */ => { let int = self.input.int(1)?; self.push(Value::Int(int)); }
            b'M' /* BININT2 */ => { let int = self.input.int(2)?; self.push(Value::Int(int)); }
            b'J' /* BININT */ => { let int = self.input.u32()?.cast_signed(); self.push(Value::Int(int.into())); }
            0x8a /* LONG1 */ => { let int = long(self.input.block(1)?); self.push(int); }
            0x8b /* LONG4 */ => { let int = long(self.input.block(4)?); self.push(int); }
            // Text and bytes.
            b'S' /* STRING */ => { let text = quoted_line(self.input.line()?); self.push(text); }
            b'V' /* UNICODE */ => { let text = text_line(self.input.line()?); self.push(text); }
            b'U' /* SHORT_BINSTRING */ => { let text = byte_string(self.input.block(1)?); self.push(text); }
            b'T' /* BINSTRING */ => { let text = byte_string(self.input.block(4)?); self.push(text); }
            0x8c /* SHORT_BINUNICODE */ => { let text = self.input.text(1)?; self.push(Value::Text(text)); }
            b'X' /* BINUNICODE */ => { let text = self.input.text(4)?; self.push(Value::Text(text)); }
            0x8d /* BINUNICODE8 */ => { let text = self.input.text(8)?; self.push(Value::Text(text)); }
            b'C' /* SHORT_BINBYTES */ => { self.input.block(1)?; self.push(Value::Other("bytes")); }
            b'B' /* BINBYTES */ => { self.input.block(4)?; self.push(Value::Other("bytes")); }
            0x8e | 0x96 /* BINBYTES8, BYTEARRAY8 */ => { self.input.block(8)?; self.push(Value::Other("bytes")); }
            0x97 /* NEXT_BUFFER */ => self.push(Value::Other("a buffer")),
            0x98 /* READONLY_BUFFER */ => {}
            // Collections.
            b')' /* EMPTY_TUPLE */ => self.push(Value::Tuple(vec![])),
            0x85 /* TUPLE1 */ => self.tuple(1)?,
            0x86 /* TUPLE2 */ => self.tuple(2)?,
            0x87 /* TUPLE3 */ => self.tuple(3)?,
            b't' /* TUPLE */ => { let items = self.pop_mark()?; self.push(Value::Tuple(items)); }
            b']' /* EMPTY_LIST */ => self.push(Value::List(vec![])),
            b'l' /* LIST */ => { let items = self.pop_mark()?; self.push(Value::List(items)); }
            b'a' /* APPEND */ => { let item = self.pop()?; self.append(&[item])?; }
            b'e' | 0x90 /* APPENDS, ADDITEMS */ => { let items = self.pop_mark()?; self.append(&items)?; }
            0x8f /* EMPTY_SET */ => self.push(Value::Other("a set")),
            0x91 /* FROZENSET */ => { self.pop_mark()?; self.push(Value::Other("a set")); }
            b'}' /* EMPTY_DICT */ => self.push(Value::Dict(vec![])),
            b'd' /* DICT */ => self.dict()?,
            b's' /* SETITEM */ => { let value = self.pop()?; let key = self.pop()?; self.set_items(&[key, value])?; }
            b'u' /* SETITEMS */ => { let items = self.pop_mark()?; self.set_items(&items)?; }
            // Globals and objects.
            b'c' /* GLOBAL */ => self.global()?,
            0x93 /* STACK_GLOBAL */ => self.stack_global()?,
            b'R' | 0x81 /* REDUCE, NEWOBJ */ => self.call()?,
            0x92 /* NEWOBJ_EX */ => { self.pop()?; self.call()?; }
            b'i' /* INST */ => { let arguments = self.pop_mark()?; self.global()?; self.push(Value::Tuple(arguments)); self.call()?; }
            b'o' /* OBJ */ => self.call_mark()?,
            b'b' /* BUILD */ => self.set_state()?,
            b'Q' /* BINPERSID */ => self.persistent()?,
            0x82 /* EXT1 */ => self.extension(1)?,
            0x83 /* EXT2 */ => self.extension(2)?,
            0x84 /* EXT4 */ => self.extension(4)?,
            _ => return Err(self.input.damaged(format!("has {opcode:#04x}, which is no opcode"))),
        }
        Ok(None)
    }

    fn protocol(&mut self) -> Result<(), Fault> {
        match self.input.u8()? {
            0..=5 => Ok(()),
            other => {
                let reason = format!("expected a pickle protocol of at most 5, found {other}");
                Err(Fault::Unsupported { reason, remedy: Some(Remedy::SaveAgain) })
            }
        }
    }

    /// A value whose meaning both sides of a transfer agreed on.
    fn extension(&mut self, width: usize) -> Result<(), Fault> {
        self.input.take(width)?;
        self.push(Value::Other("a registered object"));
        Ok(())
    }
}
