//! What the allowed globals build when they are called: tensors, parameters, dictionaries, and storages.

use super::input::Input;
use super::value::{Global, Id, PickledTensor, Storage, Value};
use crate::weights::error::Fault;

/// The most dimensions of a tensor; the weights of a convolution have 4. The limit keeps copies of shapes
/// small.
const MAX_RANK: usize = 8;

/// `callable(*arguments)`: a tensor or an empty dictionary.
pub(super) fn call<'a>(
    values: &[Value<'a>],
    callable: Id,
    arguments: Id,
    input: &Input<'_>,
) -> Result<Value<'a>, Fault> {
    let Value::Tuple(arguments) = &values[arguments] else {
        return Err(input.expected("a tuple of arguments", &values[arguments]));
    };
    match (&values[callable], arguments.as_slice()) {
        (Value::Global(Global::OrderedDict), []) => Ok(Value::Dict(vec![])),
        // The remaining arguments (requires-grad, hooks and, in newer files, metadata) do not matter for
        // inference.
        (Value::Global(Global::RebuildTensor), &[storage, offset, shape, stride, _, _, ..]) => {
            tensor(values, [storage, offset, shape, stride], input).map(Value::Tensor)
        }
        (Value::Global(Global::RebuildParameter), &[tensor, _, _]) => match &values[tensor] {
            Value::Tensor(tensor) => Ok(Value::Tensor(tensor.clone())),
            other => Err(input.expected("the tensor of a parameter", other)),
        },
        (Value::Global(global), arguments) => {
            let count = arguments.len();
            Err(input.damaged(format!("calls {global:?} with {count} arguments, a number it does not take")))
        }
        (other, _) => Err(input.expected("a global to call", other)),
    }
}

/// The tensor that `_rebuild_tensor_v2` makes from its first four arguments.
fn tensor<'a>(
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

/// The storage of a persistent id, which torch writes as `("storage", torch.FloatStorage, key, device,
/// elements)`.
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

/// A non-negative integer.
fn size(value: &Value<'_>, input: &Input<'_>) -> Result<usize, Fault> {
    match value {
        Value::Int(int) => {
            usize::try_from(*int).map_err(|_| input.damaged(format!("expected a size, found {int}")))
        }
        other => Err(input.expected("a size", other)),
    }
}
