//! Columns that records keep of their inputs.

use serde_json::{Value, json};

use super::*;

fn keeping(names: &[&str]) -> SinkOptions {
    let keep = names.iter().map(|&name| name.to_owned()).collect();
    SinkOptions { run: RunInfo { keep, ..run() }, ..options() }
}

/// The records of all tests, with values that are awkward in text.
fn kept_records() -> Vec<Record> {
    let values = [
        [json!(3), json!("a \"cat\",\non a mat\n")],
        [Value::Null, json!({"top": [1, null], "embedding": 2})],
        [json!("7"), json!("")],
    ];
    let with = |(record, kept): (Record, [Value; 2])| Record { kept: kept.into(), ..record };
    records().into_iter().zip(values).map(with).chain([answer("file.jpg", &[])]).collect()
}

#[test]
fn json_lines_have_an_object_at_their_end() {
    let lines = text(format("jsonl"), &keeping(&["label", "caption"]), &kept_records());
    let lines: Vec<_> = lines.lines().collect();
    for (line, kept) in lines.iter().zip([
        r#","kept":{"label":3,"caption":"a \"cat\",\non a mat\n"}}"#,
        r#","kept":{"label":null,"caption":{"embedding":2,"top":[1,null]}}}"#,
        r#","error":{"kind":"decode","message":"JPEG ends early"},"kept":{"label":"7","caption":""}}"#,
        // A file, which has no columns.
        r#","kept":{"label":null,"caption":null}}"#,
    ]) {
        assert!(line.ends_with(kept), "{line}");
    }
    let plain = text(format("jsonl"), &options(), &kept_records());
    assert!(!plain.contains("kept"), "{plain}");
}

#[test]
fn csv_has_a_column_for_each_name() {
    let one = [kept_records().remove(0), kept_records().remove(2), kept_records().remove(3)];
    assert_eq!(
        text(format("csv"), &keeping(&["label", "caption"]), &one),
        "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes,kept.label,kept.caption\n\
         a\tb.jpg,1,207,n02099601,golden retriever,0.75,,,owner/name,160,,3,\"a \"\"cat\"\",\non a mat\n\"\n\
         a\tb.jpg,2,3,,\"a, \"\"b\"\"\x1b[31mc\",0.05,,,owner/name,160,,3,\"a \"\"cat\"\",\non a mat\n\"\n\
         \"two\nlines.jpg\",,,,,,JPEG ends early,,,,,7,\n\
         file.jpg,,,,,,,,owner/name,160,,,\n"
    );
}

/// Wherever a file was cut, the rest is added, and nothing is written twice.
#[test]
fn a_file_that_keeps_columns_is_continued() {
    let options = keeping(&["label", "caption"]);
    for format in resumable() {
        let whole = written(format, &options, &kept_records());
        let paths = |bytes: &[u8]| {
            let mut completed = format.completed(&mut &*bytes, Some(&options.run)).unwrap();
            kept_records().iter().filter(|record| completed.take(&record.path)).count()
        };
        for length in 0..=whole.len() {
            let file = resumed_as(format, &options, &whole[..length], &kept_records()).unwrap();
            let again = resumed_as(format, &options, &file, &kept_records()).unwrap();
            assert_eq!(file, again, "{} cut at {length}", format.name);
            assert_eq!(paths(&file), paths(&whole), "{} cut at {length}", format.name);
        }
        assert_eq!(resumed_as(format, &options, &whole, &kept_records()).unwrap(), whole);
    }
}

#[test]
fn records_that_keep_other_columns_are_refused() {
    let names: [(&[&str], &str); 4] = [
        (&[], "no columns"),
        (&["label"], "the column label"),
        (&["label", "caption"], "the columns label, caption"),
        (&["caption", "label"], "the columns caption, label"),
    ];
    // An answer, a failure, and a header alone.
    let rows = [kept_records()[..1].to_vec(), kept_records()[2..3].to_vec()];
    for format in resumable() {
        for records in &rows {
            for (theirs, they_keep) in names {
                let whole = written(format, &keeping(theirs), records);
                for (ours, we_keep) in names {
                    let read = format.completed(&mut &whole[..], Some(&keeping(ours).run));
                    let expected = format!("its records keep {they_keep}; this run keeps {we_keep}");
                    match read {
                        Ok(_) => assert_eq!(theirs, ours, "{}", format.name),
                        Err(error) => assert_eq!(error.to_string(), expected, "{}", format.name),
                    }
                }
                assert!(format.completed(&mut &whole[..], None).is_ok(), "{}", format.name);
            }
        }
    }
}

#[test]
fn a_torn_line_is_known_by_its_own_fields_and_not_by_what_it_keeps() {
    let failure = failure("b.jpg", "JPEG ends early");
    let kept = vec![Value::Null, json!({"a": 1, "embedding": [1, 2, 3]})];
    let options = keeping(&["label", "caption"]);
    let records = [answer("a.jpg", &[]), Record { kept, ..failure }];
    let whole = written(format("jsonl"), &options, &records);
    let cut = &whole[..whole.len() - 5];
    assert!(cut.ends_with(b"[1,2,3"), "{}", String::from_utf8_lossy(cut));
    assert_eq!(resumed_as(format("jsonl"), &options, cut, &records).unwrap(), whole);
}

#[test]
fn files_that_keep_columns_are_our_own() {
    let options = keeping(&["label", "caption"]);
    for format in resumable() {
        let whole = written(format, &options, &kept_records());
        let excerpt = Excerpt { start: &whole, end: &whole, is_whole: true };
        assert!((format.holds_answers)(&excerpt), "{}", format.name);
    }
}

#[test]
fn what_a_terminal_would_obey_is_escaped() {
    let on_terminal = SinkOptions { on_terminal: true, ..keeping(&["caption"]) };
    let kept = vec![json!("\u{1b}[2J")];
    let records = [Record { kept, ..failure("a.jpg", "") }];
    for format in resumable() {
        let shown = text(format, &on_terminal, &records);
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
