//! The shape of a column: which of its fields are optional, and which are lists or maps.

use std::ops::RangeFrom;

use parquet::basic::{ConvertedType, Repetition};
use parquet::schema::types::{Type, TypePtr};

/// How the leaves of a column make a value. Levels are those of Dremel: a definition level says how many of the optional and repeated
/// fields above a leaf are present, a repetition level which of the lists above it has another element.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The leaf of this number, counted from the first one of the column.
    Leaf(usize),
    /// Null below this definition level.
    Optional(i16, Box<Shape>),
    Struct(Vec<(String, Shape)>),
    List(Repeated, Box<Shape>),
    /// Keys and values.
    Map(Repeated, Box<[Shape; 2]>),
}

/// The levels of a list or map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Repeated {
    /// The lowest definition level of an element: below it, the list is empty.
    pub(super) definition: i16,
    /// The repetition level of elements after the first one.
    pub(super) repetition: i16,
}

impl Shape {
    /// The shape of the last of these fields, each of which is in the one before it. None if it has a struct without fields, or is in a
    /// list.
    pub(super) fn of(fields: &[TypePtr]) -> Option<Self> {
        let (last, parents) = fields.split_last()?;
        let mut levels = Repeated { definition: 0, repetition: 0 };
        let mut optional = vec![];
        for parent in parents {
            match parent.get_basic_info().repetition() {
                Repetition::REQUIRED => {}
                Repetition::OPTIONAL => {
                    levels.definition += 1;
                    optional.push(levels.definition);
                }
                Repetition::REPEATED => return None,
            }
        }
        let shape = field(last, levels, &mut (0..))?;
        Some(optional.into_iter().rev().fold(shape, |inner, level| Self::Optional(level, Box::new(inner))))
    }

    pub(super) fn first_leaf(&self) -> usize {
        match self {
            Self::Leaf(leaf) => *leaf,
            Self::Optional(_, inner) | Self::List(_, inner) => inner.first_leaf(),
            Self::Struct(fields) => fields[0].1.first_leaf(),
            Self::Map(_, pair) => pair[0].first_leaf(),
        }
    }
}

/// The shape of a field. `levels` are those of its parent, `leaves` the numbers of the leaves that follow.
fn field(field: &Type, levels: Repeated, leaves: &mut RangeFrom<usize>) -> Option<Shape> {
    match field.get_basic_info().repetition() {
        Repetition::REQUIRED => content(field, levels, leaves),
        Repetition::OPTIONAL => {
            let definition = levels.definition + 1;
            let inner = content(field, Repeated { definition, ..levels }, leaves)?;
            Some(Shape::Optional(definition, Box::new(inner)))
        }
        // A list without the annotation.
        Repetition::REPEATED => {
            let levels = levels.repeated();
            Some(Shape::List(levels, Box::new(content(field, levels, leaves)?)))
        }
    }
}

/// The shape of what a field holds where it is present.
fn content(field: &Type, levels: Repeated, leaves: &mut RangeFrom<usize>) -> Option<Shape> {
    if field.is_primitive() {
        return Some(Shape::Leaf(leaves.next()?));
    }
    let child = match field.get_fields() {
        [] => return None,
        [child] if child.get_basic_info().repetition() == Repetition::REPEATED => child,
        fields => return structure(fields, levels, leaves),
    };
    match field.get_basic_info().converted_type() {
        ConvertedType::LIST => {
            let levels = levels.repeated();
            let element = if is_element(child, field) {
                content(child, levels, leaves)
            } else {
                self::field(&child.get_fields()[0], levels, leaves)
            };
            Some(Shape::List(levels, Box::new(element?)))
        }
        ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE if is_entry(child) => {
            let levels = levels.repeated();
            let [key, value] = [0, 1].map(|at| self::field(&child.get_fields()[at], levels, leaves));
            Some(Shape::Map(levels, Box::new([key?, value?])))
        }
        _ => structure(field.get_fields(), levels, leaves),
    }
}

fn structure(fields: &[TypePtr], levels: Repeated, leaves: &mut RangeFrom<usize>) -> Option<Shape> {
    let named = |inner: &TypePtr| Some((inner.name().to_owned(), field(inner, levels, leaves)?));
    fields.iter().map(named).collect::<Option<_>>().map(Shape::Struct)
}

/// Whether the repeated field of a list is itself the element, as old programs have written it, and not a group around it: the rules for
/// backward compatibility of the format's `LogicalTypes.md`.
fn is_element(repeated: &Type, list: &Type) -> bool {
    repeated.is_primitive()
        || repeated.get_fields().len() != 1
        || repeated.name() == "array"
        || repeated.name() == format!("{}_tuple", list.name())
}

/// Whether the repeated field of a map has a key and a value.
fn is_entry(repeated: &Type) -> bool {
    repeated.is_group() && repeated.get_fields().len() == 2
}

impl Repeated {
    /// The levels of the elements of a list with these levels.
    fn repeated(self) -> Self {
        Self { definition: self.definition + 1, repetition: self.repetition + 1 }
    }
}
