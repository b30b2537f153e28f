//! Files are read back with the parquet crate's own reader.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Row, RowAccessor};
use serde_json::{Value, json};

use super::row_groups::{RowGroups, Table};
use super::writer::{Answers, sink};
use crate::record::{Answer, ItemError, ModelInfo, Prediction, Record, RunInfo, Timing};
use crate::sink::format::Sink;
use crate::sink::samples::{self, model, parquet_reader as reader};

const ROW_GROUP_BYTES: usize = Answers::ROW_GROUP_BYTES;

fn new_sink() -> RowGroups<Answers> {
    sink(model().into())
}

fn written(records: &[Record]) -> Vec<u8> {
    samples::written(&mut new_sink(), records)
}

fn rows(reader: SerializedFileReader<File>) -> Vec<Row> {
    reader.into_iter().map(Result::unwrap).collect()
}

fn class(index: usize, wnid: Option<&str>, score: f32) -> Prediction {
    Prediction { index, wnid: wnid.map(Into::into), label: format!("class {index}").into(), score }
}

fn answer(path: &str, top: Vec<Prediction>, logits: Option<Vec<f32>>) -> Record {
    let timing = Timing {
        decode: Duration::from_micros(6100),
        preprocess: Duration::from_micros(1200),
        infer: Duration::from_nanos(2_000_400),
    };
    let answer = Answer { top, logits, timing, ..samples::answer() };
    Record { path: path.into(), kept: vec![], outcome: Ok(answer) }
}

fn failure(path: &str) -> Record {
    let error = ItemError { kind: "decode", message: "JPEG ends early".into(), hint: None };
    Record { path: path.into(), kept: vec![], outcome: Err(error) }
}

#[test]
fn rows_have_the_fields_of_json_lines() {
    let records = [
        answer("a.jpg", vec![class(207, Some("n02099601"), 0.5), class(3, None, 0.25)], None),
        failure("b.jpg"),
        answer("c.jpg", vec![], Some(vec![1.5, -2.5, 0.0])),
        answer("d.jpg", vec![class(1, None, 0.125)], Some(vec![])),
    ];
    let rows = rows(reader("fields", &written(&records)));
    let rows: Vec<_> = rows.iter().map(ToString::to_string).collect();
    let answered = "path_bytes: null, width: 40, height: 30, model: \"owner/name\", res: 160";
    let rest = "ms: {decode: 6.1, preprocess: 1.2, infer: 2.0}, error: null, damaged: null, temperature: null, level: null, \
         groups: null, precision: null";
    assert_eq!(
        rows,
        [
            format!(
                "{{path: \"a.jpg\", {answered}, \
                 top: [{{index: 207, wnid: \"n02099601\", label: \"class 207\", score: 0.5}}, \
                 {{index: 3, wnid: null, label: \"class 3\", score: 0.25}}], logits: null, {rest}}}"
            ),
            "{path: \"b.jpg\", path_bytes: null, width: null, height: null, model: null, res: null, top: null, \
             logits: null, ms: null, error: {kind: \"decode\", message: \"JPEG ends early\"}, damaged: null, temperature: null, \
             level: null, groups: null, precision: null}"
                .to_owned(),
            format!("{{path: \"c.jpg\", {answered}, top: [], logits: [1.5, -2.5E0, 0E0], {rest}}}"),
            format!(
                "{{path: \"d.jpg\", {answered}, \
                 top: [{{index: 1, wnid: null, label: \"class 1\", score: 0.125}}], logits: [], {rest}}}"
            ),
        ]
    );
}

#[test]
fn that_a_file_is_damaged_is_in_its_row() {
    let mut record = answer("a.jpg", vec![], None);
    record.outcome.as_mut().unwrap().damaged = Some("ends early".into());
    let rows = rows(reader("damaged", &written(&[record, failure("b.jpg")])));
    assert_eq!(rows[0].get_string(10).unwrap(), "ends early");
    assert!(rows[1].get_string(10).is_err());
}

#[test]
fn the_temperature_is_in_the_row_of_an_answer() {
    let model = ModelInfo { temperature: Some(1.25), ..model() };
    let records = [answer("a.jpg", vec![], None), failure("b.jpg")];
    let output = samples::written(&mut sink(model.into()), &records);
    let rows = rows(reader("temperature", &output));
    assert_eq!(rows[0].get_double(11).unwrap(), 1.25);
    assert!(rows[1].get_double(11).is_err());
}

#[test]
fn columns_that_are_kept_are_texts_in_a_struct() {
    let keep = ["label", "a name, with {marks}.x"].map(str::to_owned).to_vec();
    let mut sink = sink(RunInfo { keep, ..model().into() });
    let with = |record: Record, kept: &[Value]| Record { kept: kept.to_vec(), ..record };
    let records = [
        with(answer("a.jpg", vec![], None), &[json!(3), json!("a cat")]),
        with(failure("b.jpg"), &[Value::Null, json!({"x": [1.5]})]),
        answer("file.jpg", vec![], None),
    ];
    let rows = rows(reader("kept", &samples::written(&mut sink, &records)));
    let kept = |row: usize| rows[row].get_group(15).unwrap().to_string();
    assert_eq!(kept(0), r#"{label: "3", a name, with {marks}.x: "a cat"}"#);
    assert_eq!(kept(1), r#"{label: null, a name, with {marks}.x: "{"x":[1.5]}"}"#);
    assert_eq!(kept(2), "{label: null, a name, with {marks}.x: null}");
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_keeps_its_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let path = Path::new(OsStr::from_bytes(b"caf\xe9.jpg")).to_owned();
    let rows = rows(reader("bytes", &written(&[Record { path, ..failure("") }])));
    assert_eq!(rows[0].get_string(0).unwrap(), "caf\u{fffd}.jpg");
    assert_eq!(rows[0].get_bytes(1).unwrap().data(), b"caf\xe9.jpg");
}

#[test]
fn row_groups_are_written_as_they_fill() {
    let (mut sink, mut output) = (new_sink(), Vec::new());
    let logits: Vec<_> = (0..1000).map(|logit| logit as f32).collect();
    let records: Vec<_> = (0..500)
        .map(|name| answer(&name.to_string(), vec![class(1, None, 0.5)], Some(logits.clone())))
        .collect();
    let mut most_pending = 0;
    for record in &records {
        let before = output.len();
        sink.write(&mut output, record).unwrap();
        assert_eq!(output.len() > before, sink.pending() == 1 && most_pending > 0);
        most_pending = most_pending.max(sink.pending());
    }
    // Four bytes per logit, and a little more per record.
    let expected = ROW_GROUP_BYTES / 4500..=ROW_GROUP_BYTES / 4000;
    assert!(expected.contains(&most_pending), "{most_pending}");
    sink.finish(&mut output).unwrap();
    let reader = reader("groups", &output);
    assert_eq!(reader.metadata().num_row_groups(), records.len().div_ceil(most_pending));
    let rows = rows(reader);
    assert_eq!(rows.len(), records.len());
    for (name, row) in rows.iter().enumerate() {
        assert_eq!(row.get_string(0).unwrap(), &name.to_string());
        assert_eq!(row.get_list(7).unwrap().len(), 1000);
    }
}

#[test]
fn a_file_without_rows_can_be_read() {
    let reader = reader("empty", &written(&[]));
    assert_eq!((reader.metadata().num_row_groups(), reader.metadata().file_metadata().num_rows()), (0, 0));
}

#[test]
fn records_stay_pending_if_the_output_fails() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut sink = new_sink();
    let record = answer("a.jpg", vec![], Some(vec![0.0; 10_000]));
    let accepted = (0..1000).take_while(|_| sink.write(&mut Full, &record).is_ok()).count();
    assert!(accepted > 1 && sink.pending() == accepted, "{accepted}, {}", sink.pending());
    assert_eq!(sink.finish(&mut Full).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(sink.pending(), accepted);
}
