//! Builds the value of a row from its leaves.

use std::slice;

use serde_json::{Map, Value};

use super::column::Levels;
use super::shape::{Repeated, Shape};

/// The entries of a leaf in one row, of which some have been used.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    levels: &'a Levels,
    at: usize,
    /// The values that have not been used. Null entries have no value.
    values: slice::IterMut<'a, Value>,
    highest: i16,
}

impl<'a> Cursor<'a> {
    /// Starts at the first entry. `highest` is the definition level of entries that are not null.
    pub(super) fn new(levels: &'a Levels, values: &'a mut [Value], highest: i16) -> Self {
        Self { levels, at: 0, values: values.iter_mut(), highest }
    }

    fn definition(&self) -> Option<i16> {
        self.levels.definition.get(self.at).copied()
    }

    fn repetition(&self) -> Option<i16> {
        self.levels.repetition.get(self.at).copied()
    }

    /// The next value, which may be null.
    fn take(&mut self) -> Option<Value> {
        let is_null = self.definition()? < self.highest;
        self.at += 1;
        if is_null { Some(Value::Null) } else { self.values.next().map(Value::take) }
    }
}

impl Shape {
    /// Takes a value from the leaves; `None` if their levels contradict each other.
    pub(super) fn value(&self, leaves: &mut [Cursor]) -> Option<Value> {
        match self {
            Self::Leaf(leaf) => leaves[*leaf].take(),
            Self::Optional(definition, inner) => {
                if leaves[self.first_leaf()].definition()? < *definition {
                    self.pass(leaves)?;
                    return Some(Value::Null);
                }
                inner.value(leaves)
            }
            Self::Struct(fields) => {
                let field = |(name, shape): &(String, Self)| Some((name.clone(), shape.value(leaves)?));
                fields.iter().map(field).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            Self::List(repeated, element) => {
                self.elements(*repeated, leaves, |leaves| element.value(leaves)).map(Value::Array)
            }
            Self::Map(repeated, pair) => {
                let [key, value] = &**pair;
                let entry = |leaves: &mut [Cursor]| Some((text(key.value(leaves)?), value.value(leaves)?));
                let entries = self.elements(*repeated, leaves, entry)?;
                Some(Value::Object(entries.into_iter().collect()))
            }
        }
    }

    /// The elements of a list, each as `take` takes it from the leaves.
    fn elements<T>(
        &self,
        repeated: Repeated,
        leaves: &mut [Cursor],
        mut take: impl FnMut(&mut [Cursor]) -> Option<T>,
    ) -> Option<Vec<T>> {
        let first = self.first_leaf();
        if leaves[first].definition()? < repeated.definition {
            self.pass(leaves)?;
            return Some(vec![]);
        }
        let mut elements = vec![take(leaves)?];
        while leaves[first].repetition().is_some_and(|repetition| repetition >= repeated.repetition) {
            elements.push(take(leaves)?);
        }
        Some(elements)
    }

    /// Passes over the entries that stand for a missing value: one of each leaf.
    fn pass(&self, leaves: &mut [Cursor]) -> Option<()> {
        match self {
            Self::Leaf(leaf) => leaves[*leaf].take().map(drop),
            Self::Optional(_, inner) | Self::List(_, inner) => inner.pass(leaves),
            Self::Struct(fields) => fields.iter().try_for_each(|(_, field)| field.pass(leaves)),
            Self::Map(_, pair) => pair.iter().try_for_each(|shape| shape.pass(leaves)),
        }
    }
}

/// A key of a map, which is text in JSON.
fn text(key: Value) -> String {
    match key {
        Value::String(key) => key,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;
    use serde_json::json;

    use super::*;

    /// The value of the only field of a schema, from the entries of its leaves: definition level, repetition level, value.
    fn assembled(field: &str, leaves: &[&[(i16, i16, Value)]]) -> Option<Value> {
        let schema = Arc::new(parse_message_type(&format!("message m {{ {field} }}")).unwrap());
        let shape = Shape::of(&schema.get_fields()[..1]).unwrap();
        let schema = SchemaDescriptor::new(schema);
        let highest: Vec<_> = schema.columns().iter().map(|leaf| leaf.max_def_level()).collect();
        let mut columns = vec![];
        for (leaf, highest) in leaves.iter().zip(&highest) {
            let (definition, repetition) = leaf.iter().map(|entry| (entry.0, entry.1)).unzip();
            let present = leaf.iter().filter(|entry| entry.0 == *highest);
            let values: Vec<_> = present.map(|entry| entry.2.clone()).collect();
            columns.push((Levels { definition, repetition }, values, *highest));
        }
        let mut cursors: Vec<_> = columns
            .iter_mut()
            .map(|(levels, values, highest)| Cursor::new(levels, values, *highest))
            .collect();
        shape.value(&mut cursors)
    }

    const LISTS: &str = "optional group a (LIST) { repeated group list { optional group element (LIST) { \
                         repeated group list { optional int32 element; } } } }";

    #[test]
    fn lists_in_lists() {
        let leaf = [
            (5, 0, json!(1)),
            (4, 2, json!(null)),
            (2, 1, json!(null)),
            (3, 1, json!(null)),
            (5, 1, json!(2)),
        ];
        assert_eq!(assembled(LISTS, &[&leaf]), Some(json!([[1, null], null, [], [2]])));
    }

    #[test]
    fn structs_and_maps() {
        let field = "optional group a { required int32 b; optional group c { optional int32 d; } }";
        let [b, c] = [[(1, 0, json!(7))], [(1, 0, json!(null))]];
        assert_eq!(assembled(field, &[&b, &c]), Some(json!({"b": 7, "c": null})));
        let nothing = [(0, 0, json!(null))];
        assert_eq!(assembled(field, &[&nothing, &nothing]), Some(json!(null)));
        let field = "optional group a (MAP) { repeated group key_value { required int32 key; optional int32 value; } }";
        let keys = [(2, 0, json!(1)), (2, 1, json!("x"))];
        let values = [(3, 0, json!(10)), (2, 1, json!(null))];
        assert_eq!(assembled(field, &[&keys, &values]), Some(json!({"1": 10, "x": null})));
        let none = [(1, 0, json!(null))];
        assert_eq!(assembled(field, &[&none, &none]), Some(json!({})));
    }

    #[test]
    fn old_lists_have_no_group_around_their_elements() {
        let leaf = [(1, 0, json!(1)), (1, 1, json!(2))];
        assert_eq!(assembled("repeated int32 a;", &[&leaf]), Some(json!([1, 2])));
        let field = "required group a (LIST) { repeated int32 array; }";
        assert_eq!(assembled(field, &[&leaf]), Some(json!([1, 2])));
        let field = "required group a (LIST) { repeated group a_tuple { required int32 b; } }";
        assert_eq!(assembled(field, &[&leaf]), Some(json!([{"b": 1}, {"b": 2}])));
    }

    #[test]
    fn levels_that_contradict_each_other_are_an_error() {
        let field = "optional group a (LIST) { repeated group list { required int32 b; required int32 c; } }";
        let two = [(2, 0, json!(1)), (2, 1, json!(2))];
        assert_eq!(assembled(field, &[&two, &two[..1]]), None);
        assert_eq!(assembled(field, &[&[], &[]]), None);
    }
}
