//! The bytes of every format, and what resuming makes of files that were cut or altered.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::record::{Answer, ItemError, ModelInfo, Prediction, Record, Timing};

fn model() -> ModelInfo {
    ModelInfo { name: "owner/name".into(), resolution: 160 }
}

fn options() -> SinkOptions {
    SinkOptions {
        model: model(),
        label: LabelStyle::Name,
        on_terminal: false,
        colour: false,
        appends: false,
        lacks_damage: false,
    }
}

fn format(name: &str) -> &'static Format {
    Format::named(name).unwrap()
}

fn sink(format: &Format, options: &SinkOptions) -> Box<dyn Sink> {
    match format.constructor {
        Constructor::BuiltIn(new) => new(options),
        Constructor::NeedsFeature(feature) => panic!("{} needs {feature}", format.name),
    }
}

fn written(format: &Format, options: &SinkOptions, records: &[Record]) -> Vec<u8> {
    let (mut sink, mut bytes) = (sink(format, options), Vec::new());
    for record in records {
        sink.write(&mut bytes, record).unwrap();
    }
    sink.finish(&mut bytes).unwrap();
    bytes
}

fn text(format: &Format, options: &SinkOptions, records: &[Record]) -> String {
    String::from_utf8(written(format, options, records)).unwrap()
}

fn resumable() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(|format| format.is_resumable())
}

fn answer(path: &str, classes: &[(usize, Option<&str>, &str, f32)]) -> Record {
    let class = |&(index, wnid, label, score): &(usize, Option<&str>, &str, f32)| Prediction {
        index,
        wnid: wnid.map(Into::into),
        label: label.into(),
        score,
    };
    let timing = Timing {
        decode: Duration::from_micros(6100),
        preprocess: Duration::from_micros(1200),
        infer: Duration::from_nanos(12_000_400),
    };
    let top = classes.iter().map(class).collect();
    let answer = Answer { width: 40, height: 30, top, logits: None, damaged: None, timing };
    Record { path: path.into(), outcome: Ok(answer) }
}

fn failure(path: &str, message: &str) -> Record {
    let error = ItemError { kind: "decode", message: message.into(), hint: None };
    Record { path: path.into(), outcome: Err(error) }
}

/// An answer with awkward names, one without classes, and a failure.
fn records() -> Vec<Record> {
    let classes = [(207, Some("n02099601"), "golden retriever", 0.75), (3, None, "a, \"b\"\x1b[31mc", 0.05)];
    vec![answer("a\tb.jpg", &classes), answer("none.jpg", &[]), failure("two\nlines.jpg", "JPEG ends early")]
}

#[test]
fn the_table_is_consistent() {
    for format in FORMATS {
        let is_listed = |found: Option<&Format>| found.is_some_and(|found| std::ptr::eq(found, format));
        assert!(is_listed(Format::named(format.name)), "two formats are named {}", format.name);
        for ending in format.endings {
            assert!(is_listed(Format::of_ending(ending)), "two formats have the ending {ending}");
        }
        // The advice on resuming names a file of the format.
        assert!(!format.is_resumable() || !format.endings.is_empty(), "{}", format.name);
        assert!(!format.is_resumable() || format.is_readable_unfinished, "{}", format.name);
    }
}

#[test]
fn text_in_blocks_for_people() {
    let plain = SinkOptions { on_terminal: true, ..options() };
    assert_eq!(
        text(format("text"), &plain, &records()),
        "a\\tb.jpg\n\
         \x20 ███████████████       75.0%  golden retriever\n\
         \x20 █                      5.0%  a, \"b\"\\u{1b}[31mc\n\
         \x20 decode 6.1 ms, preprocess 1.2 ms, inference 12.0 ms\n\
         none.jpg\n\
         \x20 decode 6.1 ms, preprocess 1.2 ms, inference 12.0 ms\n"
    );
    let coloured = SinkOptions { colour: true, ..plain };
    assert_eq!(
        text(format("text"), &coloured, &records()[..1]),
        "\x1b[1ma\\tb.jpg\x1b[0m\n\
         \x20 \x1b[32m███████████████\x1b[0m       75.0%  golden retriever\n\
         \x20 \x1b[32m█\x1b[0m                      5.0%  a, \"b\"\\u{1b}[31mc\n\
         \x1b[2m  decode 6.1 ms, preprocess 1.2 ms, inference 12.0 ms\x1b[0m\n"
    );
}

#[test]
fn text_in_lines_for_pipes() {
    let lines = |label| text(format("text"), &SinkOptions { label, ..options() }, &records());
    assert_eq!(
        lines(LabelStyle::Name),
        "a\\tb.jpg\tgolden retriever\t0.7500\ta, \"b\"\\u{1b}[31mc\t0.0500\nnone.jpg\n"
    );
    assert_eq!(
        lines(LabelStyle::Wnid),
        "a\\tb.jpg\tn02099601\t0.7500\ta, \"b\"\\u{1b}[31mc\t0.0500\nnone.jpg\n"
    );
    assert_eq!(lines(LabelStyle::Index), "a\\tb.jpg\t207\t0.7500\t3\t0.0500\nnone.jpg\n");
}

#[test]
fn json_lines() {
    let answered = "\"width\":40,\"height\":30,\"model\":\"owner/name\",\"res\":160";
    let times = "\"ms\":{\"decode\":6.1,\"preprocess\":1.2,\"infer\":12.0}";
    assert_eq!(
        text(format("jsonl"), &options(), &records()),
        format!(
            "{{\"path\":\"a\\tb.jpg\",{answered},\
             \"top\":[{{\"index\":207,\"wnid\":\"n02099601\",\"label\":\"golden retriever\",\"score\":0.75}},\
             {{\"index\":3,\"label\":\"a, \\\"b\\\"\\u001b[31mc\",\"score\":0.05}}],{times}}}\n\
             {{\"path\":\"none.jpg\",{answered},\"top\":[],{times}}}\n\
             {{\"path\":\"two\\nlines.jpg\",\"error\":{{\"kind\":\"decode\",\"message\":\"JPEG ends early\"}}}}\n"
        )
    );
}

#[test]
fn csv() {
    assert_eq!(
        text(format("csv"), &options(), &records()),
        "path,rank,index,wnid,label,score,error,damaged\n\
         a\tb.jpg,1,207,n02099601,golden retriever,0.75,,\n\
         a\tb.jpg,2,3,,\"a, \"\"b\"\"\x1b[31mc\",0.05,,\n\
         none.jpg,,,,,,,\n\
         \"two\nlines.jpg\",,,,,,JPEG ends early,\n"
    );
}

/// The first two records, of files that are damaged.
fn damaged() -> Vec<Record> {
    let mut records = records();
    records.truncate(2);
    for answer in records.iter_mut().flat_map(|record| &mut record.outcome) {
        answer.damaged = Some("ends\tearly".into());
    }
    records
}

#[test]
fn that_a_file_is_damaged_is_in_its_record() {
    assert_eq!(
        text(format("csv"), &options(), &damaged()),
        "path,rank,index,wnid,label,score,error,damaged\n\
         a\tb.jpg,1,207,n02099601,golden retriever,0.75,,ends\tearly\n\
         a\tb.jpg,2,3,,\"a, \"\"b\"\"\x1b[31mc\",0.05,,ends\tearly\n\
         none.jpg,,,,,,,ends\tearly\n"
    );
    assert_eq!(
        text(format("text"), &SinkOptions { label: LabelStyle::Index, ..options() }, &damaged()),
        "a\\tb.jpg\t207\t0.7500\t3\t0.0500\tdamaged: ends\\tearly\nnone.jpg\tdamaged: ends\\tearly\n"
    );
    assert_eq!(
        text(format("text"), &SinkOptions { on_terminal: true, ..options() }, &damaged()[1..]),
        "none.jpg\n\
         \x20 damaged: ends\\tearly\n\
         \x20 decode 6.1 ms, preprocess 1.2 ms, inference 12.0 ms\n"
    );
    let lines = text(format("jsonl"), &options(), &damaged());
    assert_eq!(lines.matches("\"res\":160,\"damaged\":\"ends\\tearly\"").count(), 2, "{lines}");
    for format in FORMATS {
        assert!(format.carries_damage, "{}: its records need a mark", format.name);
    }
}

/// A file that was begun before there was a column for damage goes on as it is.
#[test]
fn csv_without_a_column_for_damage_is_continued() {
    let old = SinkOptions { lacks_damage: true, ..options() };
    let whole = written(format("csv"), &old, &records());
    assert!(whole.starts_with(b"path,rank,index,wnid,label,score,error\na\tb.jpg,1,207,"));
    for length in "path,rank,index,wnid,label,score,error\n".len()..=whole.len() {
        let completed = format("csv").completed(&mut &whole[..length], None).unwrap();
        assert!(completed.lacks_damage() && completed.foreign().is_empty());
        assert_eq!(resumed(format("csv"), &whole, length, &records()), whole);
    }
}

#[test]
fn paths_of_pictures_with_a_class() {
    assert_eq!(text(&PATHS, &options(), &records()), "a\tb.jpg\n");
    assert_eq!(text(&PATHS_NULL, &options(), &records()), "a\tb.jpg\0");
}

#[cfg(unix)]
#[test]
fn json_lines_keep_the_bytes_of_a_path_that_is_not_utf8() {
    use std::os::unix::ffi::OsStringExt;
    let path = PathBuf::from(OsString::from_vec(b"caf\xe9.jpg".to_vec()));
    let line = text(format("jsonl"), &options(), &[Record { path, ..failure("", "") }]);
    assert!(line.contains("\"path\":\"caf\u{fffd}.jpg\",\"path_bytes\":\"Y2Fm6S5qcGc=\""), "{line}");
}

#[test]
fn files_that_mnet_did_not_write_are_refused() {
    let error = |format: &Format, bytes: &[u8]| {
        format.completed(&mut &*bytes, Some(&model())).unwrap_err().to_string()
    };
    let (jsonl, csv) = (format("jsonl"), format("csv"));
    let first = error(jsonl, b"hello\n");
    assert!(first.starts_with("line 1 was not written by mnet ("), "{first}");
    // After an answer it is foreign, and the answer stays.
    let repaired = jsonl.completed(&mut &b"{\"path\":\"a\"}\nhello\n"[..], Some(&model())).unwrap();
    assert_eq!((repaired.count(), repaired.foreign().first()), (1, Some(&(13..19))));
    let header =
        "line 1 was not written by mnet (the header is not path,rank,index,wnid,label,score,error,damaged)";
    assert_eq!(error(csv, b"name,age\na,1\n"), header);
    // Without a newline, neither may be taken for a torn file of ours, which would be cut to nothing.
    assert_eq!(error(csv, b"name,age"), header);
    assert_eq!(error(csv, b"path,rank,index,wnid,label,score,errors"), header);
    assert!(error(jsonl, b"{\"important\": 1}").contains("does not begin like one"));
    let rows = error(csv, b"path,rank,index,wnid,label,score,error\na,b\nc,d\n");
    assert_eq!(rows, "line 2 was not written by mnet (it is not a row of one of its answers)");
    let rows = b"path,rank,index,wnid,label,score,error\na,b\na,,,,,,gone\n";
    let repaired = csv.completed(&mut &rows[..], None).unwrap();
    assert_eq!((repaired.count(), repaired.foreign().first()), (0, Some(&(39..43))));
    assert_eq!(error(format("text"), b""), "text output cannot be resumed");
}

#[test]
fn answers_of_another_model_are_refused() {
    let other = ModelInfo { name: "other".into(), resolution: 224 };
    let lines = written(format("jsonl"), &SinkOptions { model: other, ..options() }, &records());
    let error = format("jsonl").completed(&mut &lines[..], Some(&model())).unwrap_err();
    let expected = "its answers are from other at 224 px; this run uses owner/name at 160 px";
    assert_eq!(error.to_string(), expected);
    assert!(format("jsonl").completed(&mut &lines[..], None).is_ok());
}

/// A path of awkward characters, often equal to another one.
fn any_path() -> impl Strategy<Value = PathBuf> {
    let word = prop_oneof![
        3 => "[ab]",
        1 => "[a\",\r\n\t\\\\{}é]{1,4}",
    ];
    #[cfg(unix)]
    let word = prop_oneof![
        4 => word.prop_map(PathBuf::from),
        1 => vec(1_u8.., 1..4).prop_map(|bytes| {
            PathBuf::from(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
        }),
    ];
    #[cfg(not(unix))]
    let word = word.prop_map(PathBuf::from);
    word
}

fn any_record() -> impl Strategy<Value = Record> {
    let message = "[a-c\",\n]{0,4}";
    let classes = vec((0..1000_usize, "[a\",\n]{0,3}", 0.0_f32..1.0), 0..4);
    (any_path(), prop_oneof![3 => classes.prop_map(Ok), 1 => message.prop_map(Err)]).prop_map(
        |(path, outcome)| match outcome {
            Ok(classes) => {
                let classes: Vec<_> =
                    classes.iter().map(|(index, label, score)| (*index, None, &**label, *score)).collect();
                Record { path, ..answer("", &classes) }
            }
            Err(message) => Record { path, ..failure("", &message) },
        },
    )
}

/// Continues the first `length` bytes of `whole` with those of `records` that they do not complete.
fn resumed(format: &Format, whole: &[u8], length: usize, records: &[Record]) -> Vec<u8> {
    let mut completed = format.completed(&mut &whole[..length], Some(&model())).unwrap();
    let mut file = whole[..completed.end() as usize].to_vec();
    let appended =
        SinkOptions { appends: !file.is_empty(), lacks_damage: completed.lacks_damage(), ..options() };
    let mut sink = sink(format, &appended);
    for record in records {
        if !completed.take(&record.path) {
            sink.write(&mut file, record).unwrap();
        }
    }
    file
}

proptest! {
    #[test]
    fn a_file_cut_anywhere_resumes_to_the_same_file(mut records in vec(any_record(), 0..8)) {
        // Equal paths have equal records, as the same picture has the same answer.
        for index in 1..records.len() {
            let (earlier, later) = records.split_at_mut(index);
            if let Some(same) = earlier.iter().find(|record| record.path == later[0].path) {
                later[0] = same.clone();
            }
        }
        for format in resumable() {
            let whole = written(format, &options(), &records);
            for length in 0..=whole.len() {
                let file = resumed(format, &whole, length, &records);
                prop_assert!(file == whole, "{} cut at {length}: {}", format.name, String::from_utf8_lossy(&file));
            }
        }
    }

    #[test]
    fn an_altered_file_is_refused_or_read_within_its_length(
        records in vec(any_record(), 0..6),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for format in resumable() {
            let mut bytes = written(format, &options(), &records);
            if !bytes.is_empty() {
                let position = position.index(bytes.len());
                bytes[position] = byte;
            }
            if let Ok(completed) = format.completed(&mut &bytes[..], None) {
                prop_assert!(completed.end() <= bytes.len() as u64);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read_within_their_length(start in 0..4_usize, end in vec(any::<u8>(), 0..200)) {
        let starts = [
            &b""[..],
            b"path,rank,index,wnid,label,score,error\n",
            b"path,rank,index,wnid,label,score,error,damaged\n",
            b"{\"path\":\"",
        ];
        let start: &[u8] = starts[start];
        let bytes = [start, &end].concat();
        for format in resumable() {
            if let Ok(completed) = format.completed(&mut &bytes[..], None) {
                prop_assert!(completed.end() <= bytes.len() as u64);
            }
        }
    }
}

#[test]
fn ranks_may_be_as_large_as_they_like() {
    let bytes = b"path,rank,index,wnid,label,score,error\na,4294967295,,,,,\na,4294967295,,,,,\na,1,,,,,\n";
    // The first two rows lack their predecessors, and more rows of the last picture may follow.
    let completed = format("csv").completed(&mut &bytes[..], None).unwrap();
    assert_eq!((completed.count(), completed.foreign().len()), (0, 1));
}
