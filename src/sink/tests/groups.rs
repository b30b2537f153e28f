//! Answers with the scores of groups, and answers that list groups.

use super::*;
use crate::record::{GroupName, Level, Question};

fn group(name: &str, wnid: Option<&str>) -> GroupName {
    GroupName { name: name.into(), wnid: wnid.map(Into::into), without: None, is_by_id: false }
}

fn asked(groups: Vec<GroupName>, level: Level) -> SinkOptions {
    let mut listed: Vec<std::sync::Arc<str>> = vec![];
    if level == Level::Coarse {
        // As many places as `records` need, with their names.
        listed = (0..208).map(|place| format!("group {place}").into()).collect();
        (listed[207], listed[3]) = ("golden retriever".into(), "a, \"b\"\x1b[31mc".into());
    }
    let run = RunInfo {
        model: model(),
        question: Question { level, listed, groups, own_groups: None },
        keep: vec![],
    };
    SinkOptions { run, ..options() }
}

fn dog_and_rest() -> Vec<GroupName> {
    let rest = GroupName { without: Some("@dog, tabby".into()), ..group("animal", Some("n00015388")) };
    vec![group("dog", Some("n02084071")), rest]
}

/// The records of a run that asks for this many groups.
fn scored(groups: usize) -> Vec<Record> {
    let mut records = records();
    for (record, scores) in records.iter_mut().zip([[0.875, 0.0625], [0.25, 0.0]]) {
        record.outcome.as_mut().unwrap().groups = scores[..groups].to_vec();
    }
    records
}

#[test]
fn text_has_what_was_asked_for_before_the_classes() {
    let options = asked(dog_and_rest(), Level::Class);
    let lines =
        |options: &SinkOptions| text(format("text"), options, &scored(options.run.question.groups.len()));
    assert_eq!(
        lines(&options),
        "a\\tb.jpg\t@dog\t0.8750\t@animal without @dog, tabby\t0.0625\tgolden retriever\t0.7500\ta, \"b\"\\u{1b}[31mc\t0.0500\n\
         none.jpg\t@dog\t0.2500\t@animal without @dog, tabby\t0.0000\n"
    );
    let ids = lines(&SinkOptions { label: LabelStyle::Wnid, ..options.clone() });
    assert!(ids.starts_with("a\\tb.jpg\t@n02084071\t0.8750\t@n00015388 without "), "{ids}");
    let block =
        lines(&SinkOptions { on_terminal: true, ..asked(vec![dog_and_rest().remove(0)], Level::Class) });
    assert!(block.contains("none.jpg\n  █████                 25.0%  @dog\n"), "{block}");
}

#[test]
fn a_group_that_was_asked_for_by_its_id_keeps_it() {
    let by_id = GroupName { is_by_id: true, ..group("dog", Some("n02084071")) };
    let options = asked(vec![by_id], Level::Class);
    assert!(text(format("text"), &options, &scored(1)).starts_with("a\\tb.jpg\t@n02084071\t0.8750\tgolden"));
    let csv = text(format("csv"), &options, &scored(1)[..1]);
    assert!(csv.starts_with(
        "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes,level,@n02084071\n"
    ));
    assert!(
        text(format("jsonl"), &options, &scored(1)[..1])
            .contains(r#""groups":[{"name":"dog","wnid":"n02084071","score":0.875}],"top""#)
    );
}

#[test]
fn json_and_csv_have_the_scores_of_groups() {
    let options = asked(dog_and_rest(), Level::Class);
    let json = text(format("jsonl"), &options, &scored(2));
    let rest =
        r#"{"name":"animal","wnid":"n00015388","without":"@dog, tabby","score":0.0625}],"top":[{"index":207"#;
    assert!(json.contains(rest) && !json.contains("level"), "{json}");
    assert_eq!(
        text(format("csv"), &options, &scored(2)),
        "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes,level,@dog,\"@animal without @dog, tabby\"\n\
         a\tb.jpg,1,207,n02099601,golden retriever,0.75,,,owner/name,160,,,0.875,0.0625\n\
         a\tb.jpg,2,3,,\"a, \"\"b\"\"\x1b[31mc\",0.05,,,owner/name,160,,,0.875,0.0625\n\
         none.jpg,,,,,,,,owner/name,160,,,0.25,0\n\
         \"two\nlines.jpg\",,,,,,JPEG ends early,,,,,,,\n"
    );
    let coarse = asked(vec![], Level::Coarse);
    assert!(
        text(format("jsonl"), &coarse, &records()).contains(r#""res":160,"level":"coarse","top":[{"index""#)
    );
    let csv = text(format("csv"), &coarse, &records()[1..]);
    assert!(csv.ends_with("path_bytes,level\nnone.jpg,,,,,,,,owner/name,160,,coarse\n\"two\nlines.jpg\",,,,,,JPEG ends early,,,,,\n"));
}

#[test]
fn a_run_goes_on_wherever_it_was_cut() {
    for level in [Level::Class, Level::Coarse] {
        for groups in [vec![], dog_and_rest()] {
            let options = asked(groups, level);
            let records = scored(options.run.question.groups.len());
            for format in resumable() {
                let whole = written(format, &options, &records);
                assert!(
                    (format.holds_answers)(&Excerpt { start: &whole, end: &whole, is_whole: true }),
                    "{}",
                    format.name
                );
                for length in 0..=whole.len() {
                    let again = resumed_as(format, &options, &whole[..length], &records).unwrap();
                    assert_eq!(again, whole, "{} cut at {length}", format.name);
                }
            }
        }
    }
}

#[test]
fn answers_to_another_question_are_refused() {
    let dog = || group("dog", Some("n02084071"));
    let questions = [
        (vec![], Level::Class, "classes"),
        (vec![], Level::Coarse, "groups (--level coarse)"),
        (vec![dog()], Level::Class, "classes and the score of @dog"),
        (vec![dog()], Level::Coarse, "groups (--level coarse) and the score of @dog"),
        (vec![dog(), group("cat", None)], Level::Class, "classes and the scores of @dog, @cat"),
        (
            vec![GroupName { without: Some("tabby".into()), ..group("cat", None) }],
            Level::Class,
            "classes and the score of @cat without tabby",
        ),
    ];
    for format in resumable() {
        for (theirs, (groups, level, listed)) in questions.iter().enumerate() {
            let mut records = records();
            for record in &mut records[..2] {
                record.outcome.as_mut().unwrap().groups = vec![0.5; groups.len()];
            }
            let options = asked(groups.clone(), *level);
            let whole = written(format, &options, &records);
            for (ours, (groups, level, wanted)) in questions.iter().enumerate() {
                let run = asked(groups.clone(), *level).run;
                let read = format.completed(&mut &whole[..], Some(&run)).map(|completed| completed.count());
                let expected = format!("its answers have {listed}; this run asks for {wanted}");
                match read {
                    Ok(count) => assert!(theirs == ours && count > 0, "{}: {expected}", format.name),
                    Err(error) => assert_eq!(error.to_string(), expected, "{}", format.name),
                }
            }
        }
    }
    // The groups of another file.
    for format in resumable() {
        let options = asked(vec![], Level::Coarse);
        let whole = written(format, &options, &records());
        let mut other = options.run;
        other.question.listed[207] = "retriever".into();
        let error = format.completed(&mut &whole[..], Some(&other)).unwrap_err().to_string();
        let expected = "its answers have the group `golden retriever`; this run asks for other groups, `retriever` in its place";
        assert_eq!(error, expected, "{}", format.name);
    }
    // The header of a file without answers fixes its columns, too.
    let header = written(format("csv"), &asked(vec![dog()], Level::Class), &records()[2..]);
    assert!(format("csv").completed(&mut &header[..], Some(&run())).is_err());
}
