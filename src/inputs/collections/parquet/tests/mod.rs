//! Files of pyarrow and datasets (`tests/golden/parquet/make.py`).

mod damage;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};

use super::super::reading::MemberOptions;
use super::super::testing::{Found, names};
use crate::inputs::{Patterns, Shard};

fn path(name: &str) -> String {
    format!("{}/tests/golden/parquet/{name}.parquet", env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap()
}

fn found(content: &[u8], options: MemberOptions) -> Vec<Found> {
    super::super::testing::found("x.parquet", content, options)
}

fn found_all(content: &[u8]) -> Vec<Found> {
    found(content, MemberOptions::default())
}

/// The only error, which is of the file.
fn error(found: &[Found]) -> &str {
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "x.parquet");
    found[0].1.as_ref().unwrap_err()
}

fn picture(number: u32) -> Vec<u8> {
    format!("picture {number}").into_bytes()
}

fn image_column(name: &str) -> MemberOptions {
    MemberOptions { image_column: Some(name.to_owned()), ..MemberOptions::default() }
}

fn keeping(names: &[&str]) -> MemberOptions {
    MemberOptions { keep: names.iter().map(|&name| name.to_owned()).collect(), ..MemberOptions::default() }
}

/// The values that are kept of each row.
fn kept(name: &str, columns: &[&str]) -> Vec<Vec<Value>> {
    let rows = found(&golden(name), keeping(columns)).into_iter();
    rows.map(|(_, outcome)| outcome.unwrap().1).collect()
}

/// Pictures in pages of `page_rows` rows and groups of `group_rows`, with a column of names.
fn written(rows: u32, group_rows: u32, page_rows: usize) -> Vec<u8> {
    let schema = "message m { required group image { required binary bytes; required binary path (UTF8); } }";
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_data_page_row_count_limit(page_rows)
        .set_write_batch_size(page_rows)
        .build();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(vec![], schema, Arc::new(properties)).unwrap();
    let numbers: Vec<_> = (0..rows).collect();
    for numbers in numbers.chunks(group_rows as usize) {
        let mut group = writer.next_row_group().unwrap();
        for ending in ["", ".jpg"] {
            let value =
                |n: &u32| if ending.is_empty() { picture(*n) } else { format!("{n}{ending}").into_bytes() };
            let values: Vec<_> = numbers.iter().map(|n| ByteArray::from(value(n))).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn pictures_of_all_codecs_and_encodings() {
    for name in ["none", "snappy", "zstd", "gzip", "plain", "large", "dictionary"] {
        let found = found_all(&golden(name));
        let expected = (0..5).map(|row| {
            let number = if name == "dictionary" { row % 2 } else { row };
            (format!("x.parquet/{row}"), Ok((picture(number), vec![])))
        });
        assert_eq!(found, expected.collect::<Vec<_>>(), "{name}");
    }
    for (name, codec) in [("brotli", "BROTLI"), ("lz4", "LZ4_RAW")] {
        let found = found_all(&golden(name));
        let expected = format!(
            "cannot be read from row 0 on: the column image is compressed with {codec}, \
             which mnet cannot read; it reads SNAPPY, GZIP and ZSTD"
        );
        assert_eq!(error(&found), expected);
    }
    assert_eq!(found_all(&golden("no_rows")), []);
}

#[test]
fn structs_of_datasets_name_their_pictures() {
    let found = found_all(&golden("structs"));
    let null = Some("its row has no picture: the value is null");
    let expected = [
        ("x.parquet/a/0.jpg", None),
        ("x.parquet/1.jpg", Some("its row has a path and no bytes: the picture is not in this file")),
        ("x.parquet/2", null),
        ("x.parquet/3", None),
    ];
    assert_eq!(names(&found), expected);
    let found = found_all(&golden("nulls"));
    assert_eq!(names(&found), [("x.parquet/0", None), ("x.parquet/1", null), ("x.parquet/2", None)]);
    let found = found_all(&golden("datasets"));
    assert_eq!(names(&found)[2], ("x.parquet/2.png", None));
    assert!(found.iter().all(|(_, outcome)| outcome.as_ref().unwrap().0.starts_with(b"\x89PNG")));
}

#[test]
fn the_column_of_pictures_is_found_or_asked_for() {
    assert_eq!(
        error(&found_all(&golden("two"))),
        "has 2 columns that may hold pictures: image, thumb; choose one: --image-column image"
    );
    assert_eq!(found(&golden("two"), image_column("thumb")).len(), 5);
    assert_eq!(
        error(&found(&golden("two"), image_column("imgae"))),
        "has no column of pictures called `imgae`; try --image-column image (it has image, thumb)"
    );
    let found_one = found_all(&golden("one_of_two"));
    assert!(found_one[0].1.as_ref().unwrap().0.starts_with(b"\xff\xd8\xff"));
    assert_eq!(
        error(&found_all(&golden("no_pictures"))),
        "has no column of pictures; its columns are label, text"
    );
    assert_eq!(
        error(&found_all(&golden("lists"))),
        "has no column with one picture a row; images has lists of them"
    );
    // Bytes within a struct, without the names beside them.
    let bytes = found(&golden("structs"), image_column("image.bytes"));
    assert_eq!(bytes[0], ("x.parquet/0".to_owned(), Ok((picture(0), vec![]))));
}

#[test]
fn columns_are_kept_with_their_types() {
    let columns = [
        "whole",
        "unsigned",
        "real",
        "half",
        "truth",
        "text",
        "day",
        "moment",
        "local",
        "clock",
        "price",
        "list",
        "lists",
        "struct",
        "struct.y.z",
        "map",
        "category",
    ];
    let first = json!([
        -1, u64::MAX, 0.1, 1.5, true, "grün", "2024-02-29", "2024-02-29T01:02:03.004Z", "1969-12-31T23:59:59",
        "01:02:03", "-12.50", [1, null, 3], [["a"], []], {"x": 1, "y": {"z": [1.5]}}, [1.5], {"a": 1, "b": null}, "x",
    ]);
    let second = json!([
        null,
        0,
        "NaN",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        [],
        null,
        null,
        null,
        "x",
    ]);
    for name in ["types", "types_old"] {
        let rows = kept(name, &columns);
        assert_eq!(json!(rows), json!([first, second]), "{name}");
    }
    assert_eq!(kept("datasets", &["label", "caption"])[1], [json!(0), json!(null)]);
    assert_eq!(kept("datasets", &["image.path"])[1], [json!("1.png")]);
}

#[test]
fn columns_that_cannot_be_kept_are_named() {
    for (column, message) in [
        ("lable", "has no column called `lable`; it has image, label, caption"),
        (
            "image",
            "the column image.bytes holds bytes; numbers, times and texts can be kept, and lists and structs of them",
        ),
        ("image.size", "has no column called `image.size`; it has image, label, caption"),
    ] {
        assert_eq!(error(&found(&golden("datasets"), keeping(&[column]))), message);
    }
}

#[test]
fn class_names_are_those_of_datasets() {
    let names = |file: &str, column| super::class_names(Path::new(&path(file)), column);
    assert_eq!(names("datasets", "label").unwrap(), ["cat", "dog"]);
    assert_eq!(
        [names("datasets", "caption"), names("nulls", "label"), names("missing", "label")],
        [None, None, None]
    );
}

#[test]
fn all_rows_of_all_groups_in_order() {
    for (rows, group_rows, page_rows) in [(1000, 300, 7), (1000, 1000, 1000), (100_000, 30_000, 1024)] {
        let found = found_all(&written(rows, group_rows, page_rows));
        assert_eq!(found.len(), rows as usize);
        for (number, found) in (0..rows).zip(found) {
            assert_eq!(found, (format!("x.parquet/{number}.jpg"), Ok((picture(number), vec![]))));
        }
    }
}

#[test]
fn shards_patterns_and_names() {
    let bytes = written(1000, 300, 50);
    let shard = |index| MemberOptions { shard: Shard::new(index, 7), ..keeping(&["image.path"]) };
    let mut shards: Vec<_> = (0..7).flat_map(|index| found(&bytes, shard(index))).collect();
    let mut whole = found(&bytes, keeping(&["image.path"]));
    shards.sort_by(|a, b| a.0.cmp(&b.0));
    whole.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(whole == shards && whole.len() == 1000);
    let patterns = Patterns::new(&["1?.jpg".to_owned()], &["13.*".to_owned()]).unwrap();
    let some = found(&bytes, MemberOptions { patterns, ..MemberOptions::default() });
    assert_eq!((some.len(), &some[3]), (9, &("x.parquet/14.jpg".to_owned(), Ok((picture(14), vec![])))));
    let one = found(&bytes, MemberOptions { only: Some("700.jpg".into()), ..MemberOptions::default() });
    assert_eq!(one, [("x.parquet/700.jpg".to_owned(), Ok((picture(700), vec![])))]);
    let names = found(&bytes, MemberOptions { names_only: true, ..MemberOptions::default() });
    assert!(names.len() == 1000 && names[999] == ("x.parquet/999.jpg".to_owned(), Ok((vec![], vec![]))));
}
