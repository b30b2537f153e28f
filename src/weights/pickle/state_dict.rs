//! The result of a pickle: a dictionary of tensors.

use super::value::{Id, PickledTensor, Value};
use crate::terminal_text::printable;
use crate::weights::error::Fault;

/// The tensors of a dictionary that holds nothing else, or of its entry `state_dict` if it has one.
pub(super) fn tensors<'a>(
    values: &[Value<'a>],
    dict: Id,
) -> Result<Vec<(&'a str, PickledTensor<'a>)>, Fault> {
    let outer = entries(values, dict)?;
    let nested = outer.iter().find(|[key, _]| matches!(values[*key], Value::Text("state_dict")));
    let entries = match nested {
        Some([_, state_dict]) => entries(values, *state_dict)?,
        None => outer,
    };
    entries.iter().map(|&[key, value]| tensor(&values[key], &values[value])).collect()
}

fn entries<'v>(values: &'v [Value<'_>], dict: Id) -> Result<&'v [[Id; 2]], Fault> {
    match &values[dict] {
        Value::Dict(entries) => Ok(entries),
        other => unsupported(format!("expected a dict of tensors, found {}", other.kind())),
    }
}

fn tensor<'a>(key: &Value<'a>, value: &Value<'a>) -> Result<(&'a str, PickledTensor<'a>), Fault> {
    match (key, value) {
        (Value::Text(name), Value::Tensor(tensor)) => Ok((*name, tensor.clone())),
        (Value::Text(name), other) => {
            let name = printable(name);
            unsupported(format!("entry `{name}`: expected a tensor, found {}", other.kind()))
        }
        (other, _) => unsupported(format!("expected tensor names as keys, found {}", other.kind())),
    }
}

fn unsupported<T>(reason: String) -> Result<T, Fault> {
    Err(Fault::Unsupported { reason })
}
