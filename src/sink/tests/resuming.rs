//! What a run makes of a file that another one began, or that something else has written.

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::record::Precision;

/// The same columns, and the same bytes of names that are not UTF-8.
#[test]
fn csv_of_an_earlier_version_is_continued_as_it_is() {
    let mut records = records();
    #[cfg(unix)]
    records.push({
        use std::os::unix::ffi::OsStringExt;
        Record { path: OsString::from_vec(b"caf\xe9.jpg".to_vec()).into(), ..records[0].clone() }
    });
    for (lacks, header) in [
        (
            &["model", "res", "path_bytes", "temperature", "precision"][..],
            "path,rank,index,wnid,label,score,error,damaged\n",
        ),
        (
            &["damaged", "model", "res", "path_bytes", "temperature", "precision"],
            "path,rank,index,wnid,label,score,error\n",
        ),
    ] {
        let old = SinkOptions { lacks, ..options() };
        let whole = written(format("csv"), &old, &records);
        assert!(whole.starts_with(header.as_bytes()));
        assert!(!cfg!(unix) || whole.ends_with(b"0.05,,\n") || whole.ends_with(b"0.05,\n"));
        for length in header.len()..=whole.len() {
            let completed = format("csv").completed(&mut &whole[..length], Some(&run())).unwrap();
            assert_eq!(completed.lacks(), lacks);
            assert_eq!(resumed(format("csv"), &whole[..length], &records).unwrap(), whole);
        }
    }
}

#[test]
fn files_that_mnet_did_not_write_are_refused() {
    let error =
        |format: &Format, bytes: &[u8]| format.completed(&mut &*bytes, Some(&run())).unwrap_err().to_string();
    let jsonl = |bytes: &[u8]| error(format("jsonl"), bytes);
    let csv = |bytes: &[u8]| error(format("csv"), bytes);
    let answer = "it has neither an answer nor an error";
    for (bytes, reason) in [
        (&b"hello\n"[..], "expected value at line 1 column 1"),
        // Of others, complete, with a newline and without.
        (b"{\"path\":\"1.jpg\",\"split\":\"train\"}\n", answer),
        (b"{\"path\":\"/data\",\"secret\":1}", answer),
        (b"{\"path\":\"a\",\"error\":{}}\n", "missing field `kind`"),
        (b"{\"path\":\"a\",\"model\":\"m\",\"res\":1,\"top\":[{\"index\":1}]}\n", "missing field `label`"),
        (b"{\"important\": 1}", "missing field `path`"),
        (b"{\"important\": ", "EOF while parsing"),
        (b"{\"path\":\"a\"}\r{\"path\":\"b\"}\r", "carriage returns, expected newlines"),
        (b"\xff\xfe{\0\"\0p\0\n\0", "it is UTF-16, expected UTF-8"),
        (b"{\"path\":\"a\",\"error\":{\"kind\":\"io\",\"message\":\"\"},\"x\":\"\xff\"}\n", "invalid utf-8"),
        (b"\0\0\0", "it is nothing but zero bytes"),
        (b"\n\n\0\0\0", "it is nothing but zero bytes"),
    ] {
        let message = jsonl(bytes);
        assert!(message.contains("was not written by mnet (") && message.contains(reason), "{message}");
    }
    let header = "line 1 was not written by mnet (the header is not path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes)";
    assert_eq!(csv(b"name,age\na,1\n"), header);
    // Without a newline, neither may be taken for a torn file of ours, which would be cut to nothing.
    assert_eq!(csv(b"name,age"), header);
    assert_eq!(csv(b"path,rank,index,wnid,label,score,errors"), header);
    assert!(csv(b"p\0a\0t\0h\0,\0").contains("it is UTF-16"));
    assert!(csv(b"\0\0").contains("nothing but zero bytes"));
    let rows = csv(b"path,rank,index,wnid,label,score,error\na,b\nc,d\n");
    assert_eq!(rows, "line 2 was not written by mnet (it is not a row of one of its answers)");
    assert_eq!(error(format("text"), b""), "text output cannot be resumed");
}

#[test]
fn answers_of_another_model_are_refused() {
    let expected = "its answers are from other at 224 px; this run uses owner/name at 160 px";
    for format in resumable() {
        let other = ModelInfo {
            name: "other".into(),
            resolution: 224,
            temperature: None,
            precision: None,
            embedding: None,
        };
        let file = written(format, &SinkOptions { run: other.clone().into(), ..options() }, &records());
        let error = format.completed(&mut &file[..], Some(&run())).unwrap_err();
        assert_eq!(error.to_string(), expected, "{}", format.name);
        assert!(format.completed(&mut &file[..], None).is_ok());
        // Failures are of no model.
        let file = written(format, &SinkOptions { run: other.into(), ..options() }, &records()[2..]);
        assert!(format.completed(&mut &file[..], Some(&run())).is_ok());
    }
}

#[test]
fn one_row_of_another_model_among_ours_is_foreign() {
    let csv = format("csv");
    let row = |path: &str, model: &str| format!("{path},1,7,,cat,0.5,,,{model},160,\n");
    let [one, two, last] = ["a.jpg", "b.jpg", "c.jpg"].map(|path| row(path, "owner/name"));
    let [other, another] = ["x.jpg", "y.jpg"].map(|path| row(path, "other"));
    let header = "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes\n";
    let read = |rows: &[&String]| {
        let file = rows.iter().fold(header.to_owned(), |file, row| file + row);
        csv.completed(&mut file.as_bytes(), Some(&run())).map_err(|error| error.to_string())
    };
    let completed = read(&[&one, &two, &other, &last]).unwrap();
    // The picture before it may have lost rows.
    let start = (header.len() + one.len()) as u64;
    let end = start + (two.len() + other.len()) as u64;
    assert_eq!(completed.foreign(), &[Range { start, end }]);
    let expected = "its answers are from other at 160 px; this run uses owner/name at 160 px";
    for rows in [vec![&other], vec![&one, &other, &two, &another], vec![&other, &another, &one]] {
        assert_eq!(read(&rows).err().as_deref(), Some(expected), "{rows:?}");
    }
}

/// Their scores have another meaning.
#[test]
fn answers_at_another_temperature_are_refused() {
    let at = |temperature| ModelInfo { temperature, ..model() };
    for format in resumable() {
        for (theirs, ours) in [(Some(1.5), None), (None, Some(1.5)), (Some(1.25), Some(1.5))] {
            let file = written(format, &SinkOptions { run: at(theirs).into(), ..options() }, &records());
            let error = format.completed(&mut &file[..], Some(&at(ours).into())).unwrap_err().to_string();
            let shown = |temperature: Option<f64>| {
                let temperature = temperature.map(|number| format!(", temperature {number}"));
                format!("owner/name at 160 px{}", temperature.unwrap_or_default())
            };
            let expected = format!("its answers are from {}; this run uses {}", shown(theirs), shown(ours));
            assert_eq!(error, expected, "{}", format.name);
        }
    }
}

#[test]
fn a_run_with_a_temperature_is_continued() {
    let model = ModelInfo { temperature: Some(1.184_322), ..model() };
    let options = SinkOptions { run: model.clone().into(), ..options() };
    for format in resumable() {
        let whole = written(format, &options, &records());
        let count =
            |bytes: &[u8]| format.completed(&mut &*bytes, Some(&model.clone().into())).unwrap().count();
        assert!(String::from_utf8_lossy(&whole).contains("1.184322"), "{}", format.name);
        assert_eq!(count(&whole), format.completed(&mut &whole[..], None).unwrap().count());
        for length in 0..whole.len() {
            assert!(count(&whole[..length]) <= count(&whole), "{} {length}", format.name);
        }
    }
    // A file that was begun without the column stays without it.
    let begun = written(format("csv"), &SinkOptions { run: run(), ..options.clone() }, &records());
    let completed = format("csv").completed(&mut &begun[..], Some(&run())).unwrap();
    assert_eq!(completed.lacks(), ["temperature", "precision"]);
    // One that was begun with it is continued with an empty field if it has only failures.
    let failures = written(format("csv"), &options, &records()[2..]);
    let added = resumed(format("csv"), &failures, &records()).unwrap();
    assert!(added.starts_with(&failures) && String::from_utf8(added).unwrap().contains(",160,,\n"));
}

/// bf16 is another model than f32, which is what runs if no precision is asked for.
#[test]
fn answers_in_another_precision_are_refused() {
    let at = |precision| ModelInfo { precision, ..model() };
    let (f32, bf16) = (Some(Precision::F32), Some(Precision::Bf16));
    for format in resumable() {
        let read = |theirs, ours| {
            let file = written(format, &SinkOptions { run: at(theirs).into(), ..options() }, &records());
            let completed = format.completed(&mut &file[..], Some(&at(ours).into()));
            completed.map(|completed| completed.count()).map_err(|error| error.to_string())
        };
        let count = read(None, None).unwrap();
        for (theirs, ours) in [(f32, None), (None, f32), (bf16, bf16)] {
            assert_eq!(read(theirs, ours), Ok(count), "{} {theirs:?} {ours:?}", format.name);
        }
        for (theirs, ours) in [(bf16, None), (bf16, f32)] {
            let expected =
                "its answers are from owner/name at 160 px, bf16; this run uses owner/name at 160 px";
            assert_eq!(read(theirs, ours).unwrap_err(), expected, "{}", format.name);
        }
        assert!(read(None, bf16).is_err(), "{}", format.name);
    }
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
            Err(message) => {
                // One that lasts, or one that may pass.
                let kind = if message.len() % 2 == 0 { "decode" } else { "io" };
                Record { path, kept: vec![], outcome: Err(ItemError { kind, ..ItemError::io(message) }) }
            }
        },
    )
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
                let file = resumed(format, &whole[..length], &records).unwrap();
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
    fn any_bytes_are_refused_or_read_within_their_length(start in 0..5_usize, end in vec(any::<u8>(), 0..200)) {
        let starts = [
            &b""[..],
            b"path,rank,index,wnid,label,score,error\n",
            b"path,rank,index,wnid,label,score,error,damaged\n",
            b"path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes\n",
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
    let bytes = b"path,rank,index,wnid,label,score,error\na,4294967295,1,,b,0.5,\na,4294967295,1,,b,0.5,\na,1,1,,b,0.5,\n";
    // The first two rows lack their predecessors, and more rows of the last picture may follow.
    let completed = format("csv").completed(&mut &bytes[..], None).unwrap();
    assert_eq!((completed.count(), completed.foreign().len()), (0, 1));
}

/// A disk that was not mounted, a limit that was too low: the next run tries again, and says the same only once.
#[test]
fn failures_that_may_pass_are_tried_again() {
    let failed = |kind, message: &str| {
        let error = ItemError { kind, ..ItemError::io(message) };
        Record { path: "a".into(), kept: vec![], outcome: Err(error) }
    };
    for kind in ["io", "too-large", "internal", "timeout", "infer", "of a later version"] {
        for format in resumable() {
            let first = written(format, &options(), &[failed(kind, "gone")]);
            assert_eq!(resumed(format, &first, &[failed(kind, "gone")]).unwrap(), first, "{kind}");
            let records = [failed(kind, "gone"), answer("a", &[(1, None, "b", 0.5)])];
            let both = written(format, &options(), &records);
            assert_eq!(resumed(format, &first, &records[1..]).unwrap(), both, "{kind}");
            // The answer is the last word.
            assert_eq!(resumed(format, &both, &records[1..]).unwrap(), both, "{kind}");
        }
    }
    for kind in ["decode", "unsupported", "not-an-image"] {
        let first = written(format("jsonl"), &options(), &[failed(kind, "no picture")]);
        assert_eq!(resumed(format("jsonl"), &first, &[failed(kind, "another message")]).unwrap(), first);
    }
}
