//! What a pickle can build: plain data, the allowed globals, and tensors.

use crate::terminal_text::printable;
use crate::weights::dtype::Dtype;
use crate::weights::error::Fault;

/// Index of a value among all values that the machine has made.
pub(super) type Id = usize;

/// A value on the machine's stack.
pub(super) enum Value<'a> {
    Int(i64),
    Text(&'a str),
    Tuple(Vec<Id>),
    /// Keys and values in the order in which they were added.
    Dict(Vec<[Id; 2]>),
    Global(Global),
    Storage(Storage<'a>),
    Tensor(PickledTensor<'a>),
    /// A value that no tensor is made from; what it is, in words.
    Other(&'static str),
}

impl Value<'_> {
    /// What it is, for messages.
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

/// The globals that a pickle may name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Dtype),
}

impl Global {
    /// The global `module.name`, or the error that refuses it.
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

/// A block of elements that tensors are views of; an entry of the zip file.
#[derive(Clone, Copy)]
pub(in crate::weights) struct Storage<'a> {
    /// The entry is called `data/KEY`.
    pub(in crate::weights) key: &'a str,
    pub(in crate::weights) dtype: Dtype,
    /// Number of elements.
    pub(in crate::weights) len: usize,
}

/// A tensor as a pickle describes it. `shape` and `stride` have the same length; nothing else has been
/// checked.
#[derive(Clone)]
pub(in crate::weights) struct PickledTensor<'a> {
    pub(in crate::weights) storage: Storage<'a>,
    /// Its first element in the storage.
    pub(in crate::weights) offset: usize,
    pub(in crate::weights) shape: Vec<usize>,
    /// Stride of each dimension, in elements.
    pub(in crate::weights) stride: Vec<usize>,
}
