//! What a pickle can build: data, the globals that may appear in it, and tensors.

use super::super::Dtype;
use super::super::error::Fault;
use super::input::Input;
use crate::terminal_text::printable;

/// The dimensions a tensor may have; a convolution's weights have 4. The limit keeps copies of shapes small.
const MAX_RANK: usize = 8;

/// Number of a value.
pub(super) type Id = usize;

/// A value on the stack of the machine.
pub(super) enum Value<'a> {
    Int(i64),
    Text(&'a str),
    Tuple(Vec<Id>),
    /// Keys and values in the order in which they were added.
    Dict(Vec<[Id; 2]>),
    Global(Global),
    Storage(Storage<'a>),
    Tensor(PickledTensor<'a>),
    /// Data that no tensor is made from: what it is, in words.
    Other(&'static str),
}

impl Value<'_> {
    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Int(_) => "an integer",
            Self::Text(_) => "a string",
            Self::Tuple(_) => "a tuple",
            Self::Dict(_) => "a dict",
            Self::Global(_) => "a global",
            Self::Storage(_) => "a storage",
            Self::Tensor(_) => "a tensor",
            Self::Other(kind) => kind,
        }
    }
}

/// The globals that may appear in a pickle.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Dtype),
}

impl Global {
    /// The global of this name, or the error that refuses it.
    #[rustfmt::skip]
    pub(super) fn find(module: &str, name: &str) -> Result<Self, Fault> {
        Ok(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Self::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Self::RebuildParameter,
            ("torch", "HalfStorage") => Self::Storage(Dtype::F16),
            ("torch", "BFloat16Storage") => Self::Storage(Dtype::Bf16),
            ("torch", "FloatStorage") => Self::Storage(Dtype::F32),
            ("torch", "DoubleStorage") => Self::Storage(Dtype::F64),
            ("torch", "CharStorage") => Self::Storage(Dtype::I8),
            ("torch", "ShortStorage") => Self::Storage(Dtype::I16),
            ("torch", "IntStorage") => Self::Storage(Dtype::I32),
            ("torch", "LongStorage") => Self::Storage(Dtype::I64),
            ("torch", "ByteStorage") => Self::Storage(Dtype::U8),
            ("torch", "BoolStorage") => Self::Storage(Dtype::Bool),
            _ => return Err(Self::refuse(module, name)),
        })
    }

    /// The error that refuses a global.
    pub(super) fn refuse(module: &str, name: &str) -> Fault {
        Fault::Refused { global: format!("{}.{}", printable(module), printable(name)) }
    }
}

/// A run of elements that tensors are parts of; an entry of the zip file.
#[derive(Clone, Copy)]
pub(in super::super) struct Storage<'a> {
    /// Its file is `data/KEY`.
    pub(in super::super) key: &'a str,
    pub(in super::super) dtype: Dtype,
    /// Number of elements.
    pub(in super::super) len: usize,
}

/// A tensor as a pickle describes it. `shape` and `stride` have the same length; nothing else has been checked.
#[derive(Clone)]
pub(in super::super) struct PickledTensor<'a> {
    pub(in super::super) storage: Storage<'a>,
    /// Element of the storage at which it starts.
    pub(in super::super) offset: usize,
    pub(in super::super) shape: Vec<usize>,
    /// Elements from one index to the next, per dimension.
    pub(in super::super) stride: Vec<usize>,
}

/// The tensor that `_rebuild_tensor_v2` makes of its first four arguments.
pub(super) fn tensor<'a>(
    values: &[Value<'a>],
    [storage, offset, shape, stride]: [Id; 4],
    input: &Input<'_>,
) -> Result<PickledTensor<'a>, Fault> {
    let Value::Storage(storage) = values[storage] else {
        return Err(input.expected("the storage of a tensor", &values[storage]));
    };
    let offset = size(&values[offset], input)?;
    let (shape, stride) = (sizes(values, shape, input)?, sizes(values, stride, input)?);
    if shape.len() != stride.len() {
        return Err(input.damaged(format!("gives a tensor of shape {shape:?} the stride {stride:?}")));
    }
    Ok(PickledTensor { storage, offset, shape, stride })
}

/// The storage that a persistent id stands for.
pub(super) fn storage<'a>(values: &[Value<'a>], id: Id, input: &Input<'_>) -> Result<Storage<'a>, Fault> {
    let expected = |found| Err(input.expected("(\"storage\", type, key, device, elements)", found));
    let Value::Tuple(items) = &values[id] else { return expected(&values[id]) };
    let &[tag, kind, key, _device, len] = items.as_slice() else { return expected(&values[id]) };
    match (&values[tag], &values[kind], &values[key]) {
        (Value::Text("storage"), &Value::Global(Global::Storage(dtype)), &Value::Text(key)) => {
            Ok(Storage { key, dtype, len: size(&values[len], input)? })
        }
        _ => expected(&values[id]),
    }
}

/// A tuple of sizes.
fn sizes(values: &[Value<'_>], id: Id, input: &Input<'_>) -> Result<Vec<usize>, Fault> {
    match &values[id] {
        Value::Tuple(items) if items.len() <= MAX_RANK => {
            items.iter().map(|&item| size(&values[item], input)).collect()
        }
        Value::Tuple(items) => {
            Err(input
                .damaged(format!("has a tensor of {} dimensions, expected at most {MAX_RANK}", items.len())))
        }
        other => Err(input.expected("a tuple of sizes", other)),
    }
}

/// An integer that counts something.
fn size(value: &Value<'_>, input: &Input<'_>) -> Result<usize, Fault> {
    match value {
        Value::Int(int) => {
            usize::try_from(*int).map_err(|_| input.damaged(format!("expected a size, found {int}")))
        }
        other => Err(input.expected("a size", other)),
    }
}
