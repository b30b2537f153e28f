//! The bytes of every format.

mod damage;
mod resuming;

mod formats;
mod groups;
mod kept;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::samples::model;
use super::*;
use crate::record::{Answer, ItemError, ModelInfo, Prediction, Record, RunInfo, Timing};

fn run() -> RunInfo {
    model().into()
}

fn options() -> SinkOptions {
    samples::options(model())
}

fn format(name: &str) -> &'static Format {
    Format::named(name).unwrap()
}

fn sink(format: &Format, options: &SinkOptions) -> Box<dyn Sink> {
    match format.constructor {
        Constructor::BuiltIn(new) => new(options),
        Constructor::WithFiles(_) => panic!("{} has several files", format.name),
        Constructor::NeedsFeature(feature) => panic!("{} needs {feature}", format.name),
    }
}

fn written(format: &Format, options: &SinkOptions, records: &[Record]) -> Vec<u8> {
    samples::written(&mut *sink(format, options), records)
}

fn text(format: &Format, options: &SinkOptions, records: &[Record]) -> String {
    String::from_utf8(written(format, options, records)).unwrap()
}

/// What a run over `records` makes of a file that holds `bytes`.
fn resumed(format: &Format, bytes: &[u8], records: &[Record]) -> Result<Vec<u8>, ResumeError> {
    resumed_as(format, &options(), bytes, records)
}

/// The same with other options.
fn resumed_as(
    format: &Format,
    options: &SinkOptions,
    bytes: &[u8],
    records: &[Record],
) -> Result<Vec<u8>, ResumeError> {
    let mut completed = format.completed(&mut &*bytes, Some(&options.run))?;
    let mut file: Vec<u8> = completed
        .kept()
        .flat_map(|range| &bytes[range.start as usize..range.end as usize])
        .copied()
        .collect();
    if file.last().is_some_and(|last| *last != b'\n') {
        file.push(b'\n');
    }
    let appended = SinkOptions {
        appends: !file.is_empty(),
        lacks: completed.lacks(),
        earlier: completed.earlier().clone(),
        ..options.clone()
    };
    let mut sink = sink(format, &appended);
    for record in records {
        if !completed.take(&record.path) {
            sink.write(&mut file, record).unwrap();
        }
    }
    Ok(file)
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
    let top: Vec<_> = classes.iter().map(class).collect();
    let answer = Answer { is_selected: !top.is_empty(), top, timing, ..samples::answer() };
    Record { path: path.into(), kept: vec![], outcome: Ok(answer) }
}

fn failure(path: &str, message: &str) -> Record {
    let error = ItemError { kind: "decode", message: message.into(), hint: None };
    Record { path: path.into(), kept: vec![], outcome: Err(error) }
}

/// An answer with awkward names, one without classes, and a failure.
fn records() -> Vec<Record> {
    let classes = [(207, Some("n02099601"), "golden retriever", 0.75), (3, None, "a, \"b\"\x1b[31mc", 0.05)];
    vec![answer("a\tb.jpg", &classes), answer("none.jpg", &[]), failure("two\nlines.jpg", "JPEG ends early")]
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
fn text_fits_a_narrow_terminal() {
    let narrow = SinkOptions { on_terminal: true, columns: 40, ..options() };
    let grouse = "ruffed grouse, partridge, Bonasa umbellus";
    let records = [answer("a/long/path/stays/as/it/is/for/copying.jpg", &[(82, None, grouse, 0.75)])];
    assert_eq!(
        text(format("text"), &narrow, &records),
        "a/long/path/stays/as/it/is/for/copying.jpg\n\
         \x20  75.0%  ruffed grouse, partridge,\n\
         \x20         Bonasa umbellus\n\
         \x20 decode 6.1 ms, preprocess 1.2 ms,\n\
         \x20 inference 12.0 ms\n"
    );
    let wider = SinkOptions { columns: 50, ..narrow };
    assert!(
        text(format("text"), &wider, &records).contains("  ██████▊    75.0%  ruffed grouse, partridge,\n")
    );
}

#[test]
fn text_in_ascii_for_terminals_that_show_no_more() {
    let options = SinkOptions { on_terminal: true, is_ascii: true, ..options() };
    let mut records = [answer("café.jpg", &[(1, None, "猫", 0.5)])];
    records[0].outcome.as_mut().unwrap().damaged = Some("é".into());
    let shown = text(format("text"), &options, &records);
    assert!(shown.starts_with("caf\\u{e9}.jpg\n  ##########            50.0%  \\u{732b}\n"), "{shown}");
    assert!(shown.is_ascii(), "{shown}");
}

#[test]
fn colour_for_pipes_is_text_alone() {
    let coloured = SinkOptions { colour: true, ..options() };
    assert_eq!(
        text(format("text"), &coloured, &records()[..1]),
        "\x1b[1ma\\tb.jpg\x1b[0m\tgolden retriever\t\x1b[32m0.7500\x1b[0m\ta, \"b\"\\u{1b}[31mc\t\x1b[32m0.0500\x1b[0m\n"
    );
    for format in FORMATS.iter().filter(|format| format.name != "text").chain([&PATHS, &PATHS_NULL]) {
        if matches!(format.constructor, Constructor::BuiltIn(_)) {
            let [plain, coloured] =
                [&options(), &coloured].map(|options| written(format, options, &records()));
            assert!(plain == coloured, "{}", format.name);
        }
    }
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
        "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes\n\
         a\tb.jpg,1,207,n02099601,golden retriever,0.75,,,owner/name,160,\n\
         a\tb.jpg,2,3,,\"a, \"\"b\"\"\x1b[31mc\",0.05,,,owner/name,160,\n\
         none.jpg,,,,,,,,owner/name,160,\n\
         \"two\nlines.jpg\",,,,,,JPEG ends early,,,,\n"
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
        "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes\n\
         a\tb.jpg,1,207,n02099601,golden retriever,0.75,,ends\tearly,owner/name,160,\n\
         a\tb.jpg,2,3,,\"a, \"\"b\"\"\x1b[31mc\",0.05,,ends\tearly,owner/name,160,\n\
         none.jpg,,,,,,,ends\tearly,owner/name,160,\n"
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

#[test]
fn paths_of_pictures_with_a_class() {
    assert_eq!(text(&PATHS, &options(), &records()), "a\tb.jpg\n");
    assert_eq!(text(&PATHS_NULL, &options(), &records()), "a\tb.jpg\0");
}

#[cfg(unix)]
#[test]
fn the_bytes_of_a_path_that_is_not_utf8_are_kept_in_text() {
    use std::os::unix::ffi::OsStringExt;
    let path = PathBuf::from(OsString::from_vec(b"caf\xe9.jpg".to_vec()));
    let record = [Record { path, ..failure("", "") }];
    let line = text(format("jsonl"), &options(), &record);
    assert!(line.contains("\"path\":\"caf\u{fffd}.jpg\",\"path_bytes\":\"Y2Fm6S5qcGc=\""), "{line}");
    let rows = text(format("csv"), &options(), &record);
    assert!(rows.ends_with("\ncaf\u{fffd}.jpg,,,,,,,,,,Y2Fm6S5qcGc=\n"), "{rows}");
}
