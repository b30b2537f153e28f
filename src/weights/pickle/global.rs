//! The globals of a pickle: the few that tensors are made with, and all others, which are only remembered by
//! name.

use std::fmt;

use crate::terminal_text::printable;
use crate::weights::dtype::Dtype;

/// What a pickle names as `module.name`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global<'a> {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    /// Calls another function, and gives its tensor a subclass.
    RebuildSubclass,
    Storage(Dtype),
    /// Never called: what it would make is a [`Value::Object`](super::value::Value::Object).
    Unknown(Name<'a>),
}

/// `module.name`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) module: &'a str,
    pub(super) name: &'a str,
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", printable(self.module), printable(self.name))
    }
}

#[rustfmt::skip]
const KNOWN: &[(&str, &str, Global<'static>)] = &[
    ("collections", "OrderedDict", Global::OrderedDict),
    ("torch._utils", "_rebuild_tensor", Global::RebuildTensor),
    ("torch._utils", "_rebuild_tensor_v2", Global::RebuildTensor),
    ("torch._utils", "_rebuild_parameter", Global::RebuildParameter),
    ("torch._utils", "_rebuild_parameter_with_state", Global::RebuildParameter),
    ("torch.nn.parameter", "Parameter", Global::RebuildParameter),
    ("torch._tensor", "_rebuild_from_type", Global::RebuildSubclass),
    ("torch._tensor", "_rebuild_from_type_v2", Global::RebuildSubclass),
    ("torch", "HalfStorage", Global::Storage(Dtype::F16)),
    ("torch", "BFloat16Storage", Global::Storage(Dtype::Bf16)),
    ("torch", "FloatStorage", Global::Storage(Dtype::F32)),
    ("torch", "DoubleStorage", Global::Storage(Dtype::F64)),
    ("torch", "CharStorage", Global::Storage(Dtype::I8)),
    ("torch", "ShortStorage", Global::Storage(Dtype::I16)),
    ("torch", "IntStorage", Global::Storage(Dtype::I32)),
    ("torch", "LongStorage", Global::Storage(Dtype::I64)),
    ("torch", "ByteStorage", Global::Storage(Dtype::U8)),
    ("torch", "BoolStorage", Global::Storage(Dtype::Bool)),
    // Bytes. Tensors of types that torch has no class of storages for are made from it.
    ("torch.storage", "UntypedStorage", Global::Storage(Dtype::U8)),
];

impl<'a> Global<'a> {
    pub(super) fn find(module: &'a str, name: &'a str) -> Self {
        let known = KNOWN.iter().find(|(its_module, its_name, _)| (*its_module, *its_name) == (module, name));
        known.map_or(Self::Unknown(Name { module, name }), |(.., global)| *global)
    }
}
