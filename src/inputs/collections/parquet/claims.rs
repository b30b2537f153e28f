//! Pages that claim more values than they have.

use std::sync::Arc;

use parquet::basic::Encoding;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::super::reading::MemberOptions;
use super::super::testing::{Found, found};

/// 400 pictures, each of its own text.
fn written(settings: WriterPropertiesBuilder) -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message m { required binary image; }").unwrap());
    let mut bytes = vec![];
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(settings.build())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let values: Vec<_> = (0..400).map(|row| ByteArray::from(format!("{row:03}").as_str())).collect();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Vec<Found> {
    found("x.parquet", bytes, MemberOptions::default())
}

/// What is found after occurrence `which` of `from` has been replaced by `to`.
fn error(mut bytes: Vec<u8>, from: &[u8], to: &[u8], which: usize) -> String {
    let at = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).nth(which).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    let found = read(&bytes);
    assert_eq!((found.len(), &*found[0].0), (1, "x.parquet"));
    found[0].1.clone().unwrap_err()
}

#[test]
fn a_dictionary_has_as_many_values_as_fit_in_its_bytes() {
    let bytes = written(WriterProperties::builder());
    assert_eq!(read(&bytes).len(), 400);
    // The header of the page: 400 values, as a zigzag number; then 8191.
    let message = error(bytes, b"\x4c\x15\xa0\x06", b"\x4c\x15\xfe\x7f", 0);
    assert_eq!(message, "cannot be read from row 0 on: a dictionary has 8191 values; the limit is 700");
}

#[test]
fn lengths_are_as_many_as_the_values_of_their_page() {
    let (lengths, prefixes) = (Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY);
    for (encoding, which) in [(lengths, 0), (prefixes, 0), (prefixes, 1)] {
        let settings = WriterProperties::builder().set_dictionary_enabled(false).set_encoding(encoding);
        let bytes = written(settings);
        let found = read(&bytes);
        assert_eq!((found.len(), &found[399].1), (400, &Ok((b"399".to_vec(), vec![]))));
        // Blocks of 128 values in 4 parts; 400 values, then 8191.
        let message = error(bytes, b"\x80\x01\x04\x90\x03", b"\x80\x01\x04\xff\x3f", which);
        let expected = "cannot be read from row 0 on: a page of lengths has 8191 values; the limit is 400";
        assert_eq!(message, expected, "{encoding} {which}");
    }
}

#[test]
fn rows_that_are_passed_over_are_counted() {
    let mut bytes = written(WriterProperties::builder());
    // In the footer: 400 rows of the file, of the group, and 400 values; then 8191.
    for at in 0..bytes.len() - 3 {
        if bytes[at..].starts_with(b"\x16\xa0\x06") {
            bytes[at + 1..at + 3].copy_from_slice(b"\xfe\x7f");
        }
    }
    let all = found("x.parquet", &bytes, MemberOptions::default());
    assert_eq!(all.len(), 401);
    let fault = "it has fewer rows than the footer says";
    assert_eq!(all[400].1, Err(format!("cannot be read from row 400 on: {fault}")));
    let names = found("x.parquet", &bytes, MemberOptions { names_only: true, ..MemberOptions::default() });
    assert_eq!((names.len(), &names[400].1), (401, &all[400].1));
    let other = MemberOptions { only: Some("5000".into()), ..MemberOptions::default() };
    assert_eq!(found("x.parquet", &bytes, other), [all[400].clone()]);
}
