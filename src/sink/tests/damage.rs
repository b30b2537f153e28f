//! Files of ours that something has damaged: two writers, a disk that lost power, an editor.

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A picture of each kind, with the same number of classes for every answer.
fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let label = prop_oneof![Just("cat"), Just("Saluki, gazelle \"hound\""), Just("two\nlines")];
    let classes = vec((0..1000_usize, label, 0.0_f32..1.0), 3);
    let outcome = prop_oneof![4 => classes.prop_map(Ok), 1 => Just(Err("JPEG ends early"))];
    vec((outcome, any::<bool>()), 1..8).prop_map(|outcomes| {
        // No end of a path is another path.
        let record = |(number, (outcome, is_quoted)): (usize, (Result<Vec<_>, &str>, bool))| {
            let path = if is_quoted { format!("p{number},q{number}") } else { format!("p{number}") };
            match outcome {
                Ok(classes) => {
                    let classes: Vec<_> =
                        classes.iter().map(|(index, label, score)| (*index, None, *label, *score)).collect();
                    answer(&path, &classes)
                }
                Err(message) => failure(&path, message),
            }
        };
        outcomes.into_iter().enumerate().map(record).collect()
    })
}

/// What is put somewhere into a file, and how many bytes it takes the place of. Nothing that makes another whole row of the
/// beginning of one, such as `,,,,,,,,,,`: no reader can tell.
fn any_damage() -> impl Strategy<Value = (prop::sample::Index, Vec<u8>, usize)> {
    let inserted = prop::sample::select(vec![
        &b"\n"[..],
        b"\r",
        b"\"",
        b"\"torn/pa\n",
        b"\n\"torn/pa\n",
        b"9.jpg,1,2,n1,\"Saluki, gaz\n",
        b"a note\nand another\n",
        b"{\"path\":\"torn.jpg\",\"wid\n",
        b"{\"path\":\"a\",\"split\":\"train\"}\n",
        b"\xff\xfe",
    ]);
    let zeros = (1..200_usize).prop_map(|length| (vec![0; length], length));
    let damage = prop_oneof![2 => inserted.prop_map(|bytes| (bytes.to_vec(), 0)), 1 => zeros];
    (any::<prop::sample::Index>(), damage).prop_map(|(position, (bytes, length))| (position, bytes, length))
}

/// The bytes without those after a random place, and with the damage. A header stays whole.
fn damaged(
    mut bytes: Vec<u8>,
    header: usize,
    damages: &[(prop::sample::Index, Vec<u8>, usize)],
    cut: Option<prop::sample::Index>,
) -> Vec<u8> {
    if let Some(cut) = cut {
        bytes.truncate(header + cut.index(bytes.len() - header + 1));
    }
    for (position, inserted, length) in damages {
        let start = header + position.index(bytes.len() - header + 1);
        let end = bytes.len().min(start + length);
        bytes.splice(start..end, inserted.iter().copied());
    }
    bytes
}

/// The paths that have a whole answer or a failure in a file.
fn complete_paths(format: &Format, bytes: &[u8]) -> Vec<Vec<u8>> {
    if format.name == "jsonl" {
        let path = |line: &[u8]| {
            let line: serde_json::Value = serde_json::from_slice(line).unwrap();
            line["path"].as_str().unwrap().as_bytes().to_vec()
        };
        return bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.trim_ascii().is_empty())
            .map(path)
            .collect();
    }
    let mut rows = ::csv::ReaderBuilder::new().from_reader(bytes);
    let rows: Vec<_> = rows.byte_records().map(Result::unwrap).collect();
    let has = |path: &[u8], rank: &str| rows.iter().any(|row| &row[0] == path && &row[1] == rank.as_bytes());
    let is_complete = |path: &[u8]| has(path, "") || ["1", "2", "3"].iter().all(|rank| has(path, rank));
    rows.iter().map(|row| row[0].to_vec()).filter(|path| is_complete(path)).collect()
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

/// The bytes in `ranges`.
fn bytes_in(ranges: impl Iterator<Item = Range<u64>>, bytes: &[u8]) -> Vec<u8> {
    ranges.flat_map(|range| &bytes[range.start as usize..range.end as usize]).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever happens to a file, a run takes it up, answers what is missing, and removes no whole row without keeping it
    /// aside.
    #[test]
    fn no_answer_is_lost(
        records in any_records(),
        damages in vec(any_damage(), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        for format in resumable() {
            let whole = written(format, &options(), &records);
            let header = if format.name == "csv" { lines(&whole).next().unwrap().len() } else { 0 };
            let bytes = damaged(whole.clone(), header, &damages, cut);
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            let is_intact = |line: &&[u8]| lines(&whole[header..]).any(|ours| ours == *line);
            let intact: Vec<_> = lines(&bytes[header..]).filter(is_intact).collect();

            let completed = match format.completed(&mut &bytes[..], Some(&run())) {
                Ok(completed) => completed,
                Err(error) => {
                    // Where no whole row of ours is left, one may name what was inserted. Ours never name another model.
                    let theirs = if let ResumeError::OtherModel { theirs, .. } = &error { theirs } else { "" };
                    let is_inserted = format.name == "csv" && theirs.ends_with("9.jpg at 1 px");
                    let is_known = is_inserted || matches!(error, ResumeError::NotAnAnswer { .. });
                    prop_assert!(is_known, "{error}: {shown}");
                    // Rows of several lines cannot be told by their lines.
                    prop_assert!(format.name == "csv" || intact.is_empty(), "{error}: {shown}");
                    continue;
                }
            };
            // Nothing but the beginning of a line is cut off.
            let torn = &bytes[completed.end() as usize..];
            prop_assert!(!torn.contains(&b'\n'), "{shown}");
            // All else is either kept or rejected.
            let mut ranges: Vec<_> = completed.kept().chain(completed.foreign().iter().cloned()).collect();
            ranges.sort_by_key(|range| range.start);
            prop_assert_eq!(bytes_in(ranges.into_iter(), &bytes), &bytes[..completed.end() as usize]);
            // A line of JSON that is whole stays where it is.
            let kept = bytes_in(completed.kept(), &bytes);
            let is_lost = |line: &&[u8]| !lines(&kept).any(|kept| kept == *line);
            prop_assert!(format.name == "csv" || !intact.iter().any(is_lost), "{shown}");

            let file = resumed(format, &bytes, &records).unwrap();
            let complete = complete_paths(format, &file);
            let shown = format!("{shown}\n->\n{}", String::from_utf8_lossy(&file));
            for record in &records {
                let path = record.path.as_os_str().as_encoded_bytes();
                prop_assert!(complete.iter().any(|complete| complete == path), "{}: {shown}", record.path.display());
            }
            let again = format.completed(&mut &file[..], Some(&run())).unwrap();
            prop_assert!(again.foreign().is_empty() && again.end() == file.len() as u64, "{shown}");
            prop_assert!(resumed(format, &file, &records).unwrap() == file, "{shown}");
        }
    }
}
