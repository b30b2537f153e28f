//! What comes of calls: tensors, parameters and dictionaries from the known globals, and from every other
//! one an object that only knows its name.

use super::global::{Global, Name};
use super::input::Input;
use super::value::{Id, Object, PickledTensor, Storage, Value};
use crate::weights::error::Fault;

/// The most dimensions of a tensor; the weights of a convolution have 4. The limit keeps copies of shapes
/// small.
const MAX_RANK: usize = 8;

/// A tensor whose values are those of its storage negated or conjugated, or a part of a storage that old files name.
const VIEW: Name<'static> = Name { module: "torch.storage", name: "view" };

/// `callable(*arguments)`. Nothing is executed.
pub(super) fn call<'a>(
    values: &[Value<'a>],
    callable: Id,
    arguments: Id,
    input: &Input<'_>,
) -> Result<Value<'a>, Fault> {
    let tuple = arguments;
    let Value::Tuple(arguments) = &values[tuple] else {
        return Err(input.expected("a tuple of arguments", &values[tuple]));
    };
    let global = match &values[callable] {
        Value::Global(global) => *global,
        Value::Object(object) => Global::Unknown(object.maker),
        other => return Err(input.expected("a global to call", other)),
    };
    match (global, arguments.as_slice()) {
        (Global::Unknown(name), arguments) => {
            let maker = class(values, name, arguments).unwrap_or(name);
            Ok(Value::Object(Object { arguments: Some(tuple), ..Object::new(maker) }))
        }
        (Global::OrderedDict, []) => Ok(Value::Dict(vec![])),
        (Global::OrderedDict, &[pairs]) => dict(values, pairs, input),
        (Global::RebuildTensor, &[_, _, _, _, _, _, metadata, ..]) if !is_empty(&values[metadata]) => {
            Ok(Value::Object(Object::new(VIEW)))
        }
        // The remaining arguments, requires-grad and hooks, do not matter for inference.
        (Global::RebuildTensor, &[storage, offset, shape, stride, ..]) => {
            tensor(values, [storage, offset, shape, stride], input)
        }
        (Global::RebuildParameter, &[tensor, ..]) => same_tensor(&values[tensor], input),
        // One level: a subclass of a subclass is rebuilt as itself, and a deep nesting must not recurse.
        (Global::RebuildSubclass, &[function, _class, arguments, _state])
            if matches!(
                values[function],
                Value::Global(Global::RebuildTensor | Global::RebuildParameter | Global::Unknown(_))
            ) =>
        {
            call(values, function, arguments, input)
        }
        (global, arguments) => {
            let count = arguments.len();
            Err(input.damaged(format!("calls {global:?} with {count} arguments, a number it does not take")))
        }
    }
}

/// Whether the metadata of a tensor, such as `{"neg": True}`, says nothing.
fn is_empty(metadata: &Value<'_>) -> bool {
    matches!(metadata, Value::Dict(entries) if entries.is_empty()) || matches!(metadata, Value::Other("None"))
}

/// The class that the helpers of `pickle` itself are called for: it says more than their own names.
fn class<'a>(values: &[Value<'a>], helper: Name<'a>, arguments: &[Id]) -> Option<Name<'a>> {
    let is_helper = matches!(helper.module, "copyreg" | "copy_reg");
    match arguments.first().map(|&first| &values[first]) {
        Some(Value::Global(Global::Unknown(class))) if is_helper => Some(*class),
        _ => None,
    }
}

/// The dictionary of a list of pairs, as Python 2 wrote it.
fn dict<'a>(values: &[Value<'a>], pairs: Id, input: &Input<'_>) -> Result<Value<'a>, Fault> {
    let Value::List(pairs) = &values[pairs] else {
        return Err(input.expected("a list of pairs", &values[pairs]));
    };
    let pair = |&pair: &Id| match &values[pair] {
        Value::List(pair) | Value::Tuple(pair) => pair.as_slice().try_into().ok(),
        _ => None,
    };
    let entries: Option<Vec<[Id; 2]>> = pairs.iter().map(pair).collect();
    entries.map(Value::Dict).ok_or_else(|| input.damaged("makes a dict of something else than pairs"))
}

/// The tensor of a parameter.
fn same_tensor<'a>(tensor: &Value<'a>, input: &Input<'_>) -> Result<Value<'a>, Fault> {
    match tensor {
        Value::Tensor(tensor) => Ok(Value::Tensor(tensor.clone())),
        Value::Object(object) => Ok(Value::Object(Object::new(object.maker))),
        other => Err(input.expected("the tensor of a parameter", other)),
    }
}

/// The tensor that `_rebuild_tensor_v2` makes from its first four arguments.
fn tensor<'a>(
    values: &[Value<'a>],
    [storage, offset, shape, stride]: [Id; 4],
    input: &Input<'_>,
) -> Result<Value<'a>, Fault> {
    let storage = match &values[storage] {
        Value::Storage(storage) => *storage,
        Value::Object(object) => return Ok(Value::Object(Object::new(object.maker))),
        other => return Err(input.expected("the storage of a tensor", other)),
    };
    let offset = size(&values[offset], input)?;
    let (shape, stride) = (sizes(values, shape, input)?, sizes(values, stride, input)?);
    if shape.len() != stride.len() {
        return Err(input.damaged(format!("gives a tensor of shape {shape:?} the stride {stride:?}")));
    }
    Ok(Value::Tensor(PickledTensor { storage, offset, shape, stride }))
}

/// What a persistent id stands for. Torch writes `("storage", torch.FloatStorage, key, device, elements)`;
/// files from before version 1.6 have a sixth item, and `("module", class, source file, source)` for the
/// classes of whole modules.
pub(super) fn persistent<'a>(values: &[Value<'a>], id: Id, input: &Input<'_>) -> Result<Value<'a>, Fault> {
    let expected = |found| Err(input.expected("(\"storage\", type, key, device, elements)", found));
    let Value::Tuple(items) = &values[id] else { return expected(&values[id]) };
    let (kind, key, len) = match *items.as_slice() {
        [tag, class, _, _] if matches!(values[tag], Value::Text("module")) => {
            return match &values[class] {
                Value::Global(class) => Ok(Value::Global(*class)),
                other => Err(input.expected("the class of a module", other)),
            };
        }
        [tag, kind, key, _device, len] | [tag, kind, key, _device, len, _]
            if matches!(values[tag], Value::Text("storage")) =>
        {
            (kind, key, len)
        }
        _ => return expected(&values[id]),
    };
    if let Some(&view) = items.get(5)
        && !matches!(values[view], Value::Other("None"))
    {
        return Ok(Value::Object(Object::new(VIEW)));
    }
    match (&values[kind], &values[key]) {
        (&Value::Global(Global::Storage(dtype)), &Value::Text(key)) => {
            Ok(Value::Storage(Storage { key, dtype, len: size(&values[len], input)? }))
        }
        (&Value::Global(Global::Unknown(kind)), Value::Text(_)) => Ok(Value::Object(Object::new(kind))),
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
