//! The values of columns that records keep.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::Result;
use parquet::schema::types::{SchemaDescriptor, TypePtr};
use serde_json::Value;

use super::assemble::Cursor;
use super::column::{self, Levels, Rows};
use super::fault::fault;
use super::open::ParquetFile;
use super::shape::Shape;
use super::values::{Kind, float, int96};

/// The columns of a file that are kept.
#[derive(Debug)]
pub(super) struct KeptColumns(Vec<Option<KeptColumn>>);

#[derive(Debug)]
struct KeptColumn {
    shape: Shape,
    /// The number of its first leaf in the schema, and what each of its leaves holds.
    first: usize,
    kinds: Vec<Kind>,
}

impl KeptColumns {
    /// Finds the columns called `names`; a field of a struct is named `struct.field`.
    ///
    /// # Errors
    /// If the file does not have one of them, or if it cannot be kept; not if it `allows_missing` columns, which are null.
    pub(super) fn find(schema: &SchemaDescriptor, names: &[String], allows_missing: bool) -> Result<Self> {
        let find = |name: &String| {
            let found = KeptColumn::find(schema, name);
            if allows_missing { Ok(found.ok()) } else { found.map(Some) }
        };
        names.iter().map(find).collect::<Result<_>>().map(Self)
    }

    /// Opens them in row group `group`.
    pub(super) fn open(&self, file: &ParquetFile, group: usize) -> Result<KeptRows<'_>> {
        let open = |column: &KeptColumn| {
            let leaves = column.kinds.iter().zip(column.first..);
            leaves.map(|(kind, leaf)| Leaf::open(file, group, leaf, *kind)).collect::<Result<_>>()
        };
        let columns = self.0.iter().map(|column| {
            let opened = column.as_ref().map(|column| Ok((&column.shape, open(column)?)));
            opened.transpose()
        });
        columns.collect::<Result<_>>().map(KeptRows)
    }
}

impl KeptColumn {
    fn find(schema: &SchemaDescriptor, name: &str) -> Result<Self> {
        let fields = schema.root_schema().get_fields();
        let mut path = vec![];
        let Some(first) = find(fields, name, &mut path) else {
            let all = fields.iter().map(|field| field.name()).collect::<Vec<_>>().join(", ");
            return Err(fault(format!("has no column called `{name}`; it has {all}")));
        };
        let Some(shape) = Shape::of(&path) else {
            return Err(fault(format!("the column {name} is a part of a list; keep the list")));
        };
        let count = path.last().map_or(0, leaves);
        let kinds = (first..first + count).map(|leaf| {
            let column = schema.column(leaf);
            Kind::of(column.self_type()).ok_or_else(|| {
                let leaf = column.path().parts().join(".");
                fault(format!("the column {leaf} {}", Kind::fault(column.self_type())))
            })
        });
        Ok(Self { shape, first, kinds: kinds.collect::<Result<_>>()? })
    }
}

/// The field called `name`, as `path` from the root, and the number of its first leaf.
fn find(fields: &[TypePtr], name: &str, path: &mut Vec<TypePtr>) -> Option<usize> {
    let mut leaf = 0;
    for field in fields {
        path.push(TypePtr::clone(field));
        if field.name() == name {
            return Some(leaf);
        }
        let inner = name.strip_prefix(field.name()).and_then(|rest| rest.strip_prefix('.'));
        if let Some(inner) = inner.filter(|_| field.is_group())
            && let Some(found) = find(field.get_fields(), inner, path)
        {
            return Some(leaf + found);
        }
        path.pop();
        leaf += leaves(field);
    }
    None
}

/// How many leaves a field has.
fn leaves(field: &TypePtr) -> usize {
    if field.is_primitive() { 1 } else { field.get_fields().iter().map(leaves).sum() }
}

/// The kept columns of a row group.
pub(super) struct KeptRows<'a>(Vec<Option<(&'a Shape, Vec<Leaf>)>>);

impl KeptRows<'_> {
    pub(super) fn pass(&mut self) {
        for leaf in self.0.iter_mut().flatten().flat_map(|(_, leaves)| leaves) {
            leaf.rows.pass();
        }
    }

    /// The values of the next row.
    pub(super) fn next(&mut self) -> Result<Vec<Value>> {
        let next = |column: &mut Option<(&Shape, Vec<Leaf>)>| {
            column.as_mut().map_or(Ok(Value::Null), |(shape, leaves)| value(shape, leaves))
        };
        self.0.iter_mut().map(next).collect()
    }
}

fn value(shape: &Shape, leaves: &mut [Leaf]) -> Result<Value> {
    for leaf in &mut *leaves {
        leaf.rows.read(&mut leaf.levels, &mut leaf.values)?;
    }
    let mut cursors: Vec<_> = leaves.iter_mut().map(Leaf::cursor).collect();
    let contradiction = || fault("the levels of a column contradict each other");
    shape.value(&mut cursors).ok_or_else(contradiction)
}

/// A leaf of a kept column, in a row group.
struct Leaf {
    rows: Box<dyn JsonRows>,
    /// The values of the row that was read last.
    levels: Levels,
    values: Vec<Value>,
    /// The definition level of an entry that is not null.
    highest: i16,
}

impl Leaf {
    fn open(file: &ParquetFile, group: usize, leaf: usize, kind: Kind) -> Result<Self> {
        let rows: Box<dyn JsonRows> = match column::open(file, group, leaf)? {
            ColumnReader::BoolColumnReader(column) => json_rows(column, |value| (*value).into()),
            ColumnReader::Int32ColumnReader(column) => json_rows(column, move |value| kind.int32(*value)),
            ColumnReader::Int64ColumnReader(column) => json_rows(column, move |value| kind.int64(*value)),
            ColumnReader::Int96ColumnReader(column) => json_rows(column, |value| int96(value.data())),
            ColumnReader::FloatColumnReader(column) => json_rows(column, |value| float(*value)),
            ColumnReader::DoubleColumnReader(column) => json_rows(column, |value| float(*value)),
            ColumnReader::ByteArrayColumnReader(column) => {
                json_rows(column, move |value| kind.bytes(value.data()))
            }
            ColumnReader::FixedLenByteArrayColumnReader(column) => {
                json_rows(column, move |value| kind.bytes(value.data()))
            }
        };
        let highest = file.schema().column(leaf).max_def_level();
        Ok(Self { rows, levels: Levels::default(), values: vec![], highest })
    }

    fn cursor(&mut self) -> Cursor<'_> {
        Cursor::new(&self.levels, &mut self.values, self.highest)
    }
}

/// The rows of a leaf of any type, as JSON.
trait JsonRows {
    fn pass(&mut self);

    /// Reads the next row, in place of the last one.
    fn read(&mut self, levels: &mut Levels, values: &mut Vec<Value>) -> Result<()>;
}

fn json_rows<T: DataType>(
    column: ColumnReaderImpl<T>,
    to_json: impl Fn(&T::T) -> Value + 'static,
) -> Box<dyn JsonRows> {
    Box::new(Typed { rows: Rows::new(column), values: vec![], to_json })
}

struct Typed<T: DataType, F> {
    rows: Rows<T>,
    values: Vec<T::T>,
    to_json: F,
}

impl<T: DataType, F: Fn(&T::T) -> Value> JsonRows for Typed<T, F> {
    fn pass(&mut self) {
        self.rows.pass();
    }

    fn read(&mut self, levels: &mut Levels, values: &mut Vec<Value>) -> Result<()> {
        self.rows.read(levels, &mut self.values)?;
        values.clear();
        values.extend(self.values.drain(..).map(|value| (self.to_json)(&value)));
        Ok(())
    }
}
