//! What a pickle can build: plain data, tensors, and objects that are only remembered.

use super::global::{Global, Name};
use crate::weights::dtype::Dtype;

/// Index of a value among all values that the machine has made.
pub(super) type Id = usize;

/// A value on the machine's stack.
pub(super) enum Value<'a> {
    Int(i64),
    Bool(bool),
    Text(&'a str),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    /// Keys and values in the order in which they were added.
    Dict(Vec<[Id; 2]>),
    Global(Global<'a>),
    Storage(Storage<'a>),
    Tensor(PickledTensor<'a>),
    /// What an unknown global would have made. It was not called.
    Object(Object<'a>),
    /// A value that no tensor is made from; what it is, in words.
    Other(&'static str),
}

/// What is known of an object that was not made.
pub(super) struct Object<'a> {
    /// Its class, or the function that returns it.
    pub(super) maker: Name<'a>,
    /// Keys and values, if it is a kind of dictionary.
    pub(super) items: Vec<[Id; 2]>,
    /// What was appended to it, if it is a kind of list.
    pub(super) appended: Vec<Id>,
    /// The tuple that its maker was called with.
    pub(super) arguments: Option<Id>,
    /// Its attributes.
    pub(super) state: Option<Id>,
}

impl Value<'_> {
    /// What it is, for messages.
    pub(super) fn kind(&self) -> String {
        let fixed = match self {
            Self::Int(_) => "an integer",
            Self::Bool(_) => "a bool",
            Self::Text(_) => "a string",
            Self::Tuple(_) => "a tuple",
            Self::List(_) => "a list",
            Self::Dict(_) => "a dict",
            Self::Global(Global::Unknown(name)) => return format!("the global `{name}`"),
            Self::Global(_) => "a global",
            Self::Storage(_) => "a storage",
            Self::Tensor(_) => "a tensor",
            Self::Object(object) => return object.kind(),
            Self::Other(kind) => kind,
        };
        fixed.to_owned()
    }

    /// Whether it is a tensor, though of a kind that is not read.
    pub(super) fn is_unread_tensor(&self) -> bool {
        matches!(self, Self::Object(object) if object.is_tensor())
    }

    /// Whether it is an array of numpy.
    pub(super) fn is_array(&self) -> bool {
        matches!(self, Self::Object(object) if object.is_array())
    }
}

impl<'a> Object<'a> {
    pub(super) fn new(maker: Name<'a>) -> Self {
        Self { maker, items: vec![], appended: vec![], arguments: None, state: None }
    }

    fn is_tensor(&self) -> bool {
        self.maker.module == "torch._utils" && self.maker.name.starts_with("_rebuild_")
            || self.maker.module == "torch.storage"
            || self.maker.module == "torch" && self.maker.name.ends_with("Storage")
            || self.is_array()
    }

    /// Whether it is an array of numpy, whose package was renamed in version 2.
    pub(super) fn is_array(&self) -> bool {
        matches!(
            self.maker.module,
            "numpy.core.multiarray" | "numpy._core.multiarray" | "numpy._core.numeric"
        ) && matches!(self.maker.name, "_reconstruct" | "_frombuffer")
    }

    fn kind(&self) -> String {
        match self.maker.name {
            _ if self.is_array() => "a numpy array".to_owned(),
            "_rebuild_qtensor" => "a quantised tensor".to_owned(),
            "_rebuild_sparse_tensor" => "a sparse tensor".to_owned(),
            "view" if self.is_tensor() => {
                "a view that negates its values or names a part of a storage".to_owned()
            }
            _ if self.is_tensor() => format!("a tensor of a kind that is not read (`{}`)", self.maker),
            _ => format!("an object of `{}`", self.maker),
        }
    }
}

/// A block of elements that tensors are views of.
#[derive(Clone, Copy)]
pub(in crate::weights) struct Storage<'a> {
    /// Its name in the file.
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
