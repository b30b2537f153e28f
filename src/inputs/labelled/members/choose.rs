//! Which column has the labels.

use std::sync::Arc;

use super::super::error::Fault;
use super::values::Column;
use crate::inputs::input::Input;

/// The label of each member.
pub(super) type Texts = Vec<Option<Arc<str>>>;

/// The labels of the only one of `columns` that has any, and its name; `None` if there is no such column. Several are as good as one
/// if they agree on all members. If the column `is_named`, what it has must be labels.
pub(super) fn choose(
    columns: Vec<Column>,
    members: &[Input],
    is_named: bool,
) -> Result<Option<(Texts, Option<String>)>, Fault> {
    let mut known = vec![];
    for column in columns {
        match column.other {
            Some((path, found)) if is_named => {
                return Err(Fault::NoLabel { column: column.name, path, found });
            }
            None if column.has_any() => known.push(column),
            // It is called like labels, and is something else.
            _ => {}
        }
    }
    let mut known = known.into_iter();
    let Some(mut first) = known.next() else { return Ok(None) };
    for other in known {
        let pairs = first.labels.iter_mut().zip(other.labels).zip(members);
        for ((label, another), member) in pairs {
            match (&label, another) {
                (Some(one), Some(another)) if *one != another => {
                    return Err(Fault::SeveralLabels {
                        path: member.path().to_owned(),
                        first: Box::new((first.name, one.to_string())),
                        other: Box::new((other.name, another.to_string())),
                    });
                }
                (None, another) => *label = another,
                _ => {}
            }
        }
    }
    Ok(Some((first.labels, Some(first.name))))
}
