//! Which column has the pictures.

use parquet::basic::{ConvertedType, Type};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

use super::column::Bytes;
use super::fault::fault;
use super::features::Features;
use super::open::ParquetFile;

/// A column of pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PictureColumn {
    /// `image`; a field of a struct is named `struct.field`.
    pub(super) name: String,
    /// The leaf of the schema that has the bytes.
    pub(super) bytes: usize,
    /// The leaf that has their names, beside the bytes in a struct, as `datasets` writes it.
    pub(super) path: Option<usize>,
}

/// The first bytes of common pictures.
const SIGNATURES: [&[u8]; 7] = [b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*"];

/// The column that `asked` names; if it names none, the only one that can have pictures. Of several, it is the one that `datasets` says
/// has pictures, or else the one that begins with a picture.
///
/// # Errors
/// If there is no such column, or more than one. The error lists the candidates.
pub(super) fn choose(file: &ParquetFile, asked: Option<&str>) -> Result<PictureColumn> {
    let schema = file.schema();
    let candidates = candidates(schema);
    if let Some(name) = asked {
        let is_asked = |column: &&PictureColumn| column.name == name;
        let found = candidates.iter().find(is_asked).cloned().or_else(|| byte_column(schema, name));
        return found.ok_or_else(|| unknown(name, &candidates, schema));
    }
    let features = Features::of(file.metadata());
    let (images, others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|column| features.is_image(&column.name));
    let candidates = if images.is_empty() { others } else { images };
    let [_, _, ..] = &candidates[..] else {
        return candidates.into_iter().next().ok_or_else(|| missing(schema));
    };
    let begins = |column: &&PictureColumn| begins_with_picture(file, column).unwrap_or(false);
    let mut pictures = candidates.iter().filter(begins);
    match (pictures.next(), pictures.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ => Err(several(&candidates)),
    }
}

/// All columns that can have pictures: byte strings that are not text, and structs with one that is called `bytes`.
fn candidates(schema: &SchemaDescriptor) -> Vec<PictureColumn> {
    let is_bytes = |column: &ColumnDescriptor| {
        column.physical_type() == Type::BYTE_ARRAY
            && column.logical_type_ref().is_none()
            && column.converted_type() == ConvertedType::NONE
            && column.max_rep_level() == 0
    };
    let leaves = schema.columns().iter().enumerate().filter(|(_, column)| is_bytes(column));
    leaves.map(|(leaf, column)| picture_column(schema, leaf, column)).collect()
}

fn picture_column(schema: &SchemaDescriptor, leaf: usize, column: &ColumnDescriptor) -> PictureColumn {
    match column.path().parts() {
        [parents @ .., last] if last == "bytes" && !parents.is_empty() => {
            let name = parents.join(".");
            PictureColumn { path: find(schema, &format!("{name}.path")), name, bytes: leaf }
        }
        parts => PictureColumn { name: parts.join("."), bytes: leaf, path: None },
    }
}

/// A column of byte strings, regardless of the meaning that the schema gives them.
fn byte_column(schema: &SchemaDescriptor, name: &str) -> Option<PictureColumn> {
    find(schema, name).map(|bytes| PictureColumn { name: name.to_owned(), bytes, path: None })
}

/// The leaf called `name`, if it has byte strings, at most one a row.
fn find(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    schema.columns().iter().position(|column| {
        column.physical_type() == Type::BYTE_ARRAY
            && column.max_rep_level() == 0
            && column.path().parts().join(".") == name
    })
}

/// Whether the first picture of a column looks like one.
fn begins_with_picture(file: &ParquetFile, column: &PictureColumn) -> Result<bool> {
    let groups = file.groups();
    let Some(group) = groups.iter().position(|group| group.num_rows() > 0) else { return Ok(false) };
    let mut bytes = Bytes::open(file, group, column.bytes)?;
    for _ in 0..groups[group].num_rows() {
        if let Some(value) = bytes.next()? {
            return Ok(SIGNATURES.iter().any(|signature| value.data().starts_with(signature)));
        }
    }
    Ok(false)
}

fn unknown(name: &str, candidates: &[PictureColumn], schema: &SchemaDescriptor) -> ParquetError {
    let Some(first) = candidates.first() else { return missing(schema) };
    fault(format!(
        "has no column of pictures called `{name}`; try --image-column {} (it has {})",
        first.name,
        names(candidates)
    ))
}

fn several(candidates: &[PictureColumn]) -> ParquetError {
    fault(format!(
        "has {} columns that may hold pictures: {}; choose one: --image-column {}",
        candidates.len(),
        names(candidates),
        candidates[0].name
    ))
}

fn names(candidates: &[PictureColumn]) -> String {
    candidates.iter().map(|column| &*column.name).collect::<Vec<_>>().join(", ")
}

fn missing(schema: &SchemaDescriptor) -> ParquetError {
    let is_list = |column: &&std::sync::Arc<ColumnDescriptor>| {
        column.max_rep_level() > 0
            && column.physical_type() == Type::BYTE_ARRAY
            && column.logical_type_ref().is_none()
            && column.converted_type() == ConvertedType::NONE
    };
    let list = schema.columns().iter().find(is_list).and_then(|column| column.path().parts().first());
    fault(list.map_or_else(
        || format!("has no column of pictures; its columns are {}", all_names(schema)),
        |list| format!("has no column with one picture a row; {list} has lists of them"),
    ))
}

/// The columns of a file, for people.
pub(super) fn all_names(schema: &SchemaDescriptor) -> String {
    let fields = schema.root_schema().get_fields();
    fields.iter().map(|field| field.name()).collect::<Vec<_>>().join(", ")
}
