//! Figures against a count by hand.

use std::fs;

use serde_json::{Value, json};

use super::{CLASSES, eval, figures, lasting, picture, world};
use crate::Mnet;

/// The answers of `mnet classify` to the photos, and the class of each.
fn answers(mnet: &Mnet) -> Vec<(String, Value)> {
    let run = mnet.run(["classify", "-r", "photos", "--model", "net", "--json", "-q"]);
    let class = |answer: &Value| answer["path"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
    run.json().into_iter().map(|answer| (class(&answer), answer)).collect()
}

/// The expected calibration error of Guo et al. 2017, with 15 bins.
fn calibration_error(answers: &[(f64, bool)]) -> f64 {
    let bin = |confidence: f64| (confidence * 15.0).ceil() as usize;
    let gap = |of: usize| {
        let inside = answers.iter().filter(|(confidence, _)| bin(*confidence) == of);
        inside.map(|(confidence, is_right)| confidence - f64::from(u8::from(*is_right))).sum::<f64>().abs()
    };
    (0..=15).map(gap).sum::<f64>() / answers.len() as f64
}

#[test]
fn they_equal_a_count_by_hand() {
    let mnet = world();
    let (mut top1, mut top5, mut confidences) = (0, 0, vec![]);
    for (class, answer) in answers(&mnet) {
        let top = answer["top"].as_array().unwrap();
        let rank = top.iter().position(|found| found["label"] == class.as_str());
        top1 += u64::from(rank == Some(0));
        top5 += u64::from(rank.is_some());
        confidences.push((top[0]["score"].as_f64().unwrap(), rank == Some(0)));
    }
    assert!(0 < top1 && top1 < top5 && top5 < 14, "a count that could be wrong: {top1} and {top5}");
    let found = figures(&mnet, "photos --per-class");
    assert_eq!(
        [
            &found["pictures"],
            &found["answered"],
            &found["failed"],
            &found["top1"]["right"],
            &found["top5"]["right"]
        ],
        [14, 14, 0, top1, top5]
    );
    assert_eq!(found["top1"]["share"].as_f64(), Some(top1 as f64 / 14.0));
    let error = found["calibration_error"].as_f64().unwrap();
    assert!((error - calibration_error(&confidences)).abs() < 1e-6, "{error}");
    let rate = found["images_per_second"].as_f64().unwrap() * found["seconds"].as_f64().unwrap();
    assert!((rate - 14.0).abs() < 1e-6, "{found}");
    let classes = found["classes"].as_array().unwrap();
    assert_eq!(classes.iter().map(|class| class["label"].as_str().unwrap()).collect::<Vec<_>>(), CLASSES);
    assert_eq!(classes.iter().map(|class| class["top1"]["right"].as_u64().unwrap()).sum::<u64>(), top1);
}

#[test]
fn people_get_a_block() {
    let mnet = world();
    let text = eval(&mnet, "photos --per-class").succeeded().stdout;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[..2], ["net at 32 px", "  pictures           14"], "{text}");
    for (line, start) in
        lines[2..6].iter().zip(["  top-1  ", "  top-5  ", "  calibration error  ", "  images/s  "])
    {
        assert!(line.starts_with(start), "{text}");
    }
    assert!(lines[2].contains(" of 14)") && lines[2].contains("95 % interval"), "{text}");
    assert_eq!(lines[7], "net at 32 px, top-1 and top-5 for each class:");
    assert_eq!(lines.len(), 9 + 7, "{text}");
}

#[test]
fn pictures_that_fail_are_named_and_counted() {
    let mnet = world();
    fs::write(mnet.path().join("photos/ant/broken.jpg"), "no picture").unwrap();
    fs::write(mnet.path().join("photos/bee/gone.heic"), "").unwrap();
    fs::write(mnet.path().join("photos/list.txt"), "").unwrap();
    let run = eval(&mnet, "photos --json").failed(1, &["mnet: photos/ant/broken.jpg: "]);
    let found = &run.json()[0];
    assert_eq!([&found["pictures"], &found["answered"], &found["failed"]], [15, 14, 1]);
    let whole = figures(&mnet, "photos --exit-zero");
    assert_eq!(whole["top1"], found["top1"]);
    let run = mnet.run(["eval", "photos", "--model", "net"]);
    run.failed(
        1,
        &["left out, as no pictures in class folders: 2 files: photos/list.txt and photos/bee/gone.heic"],
    );
    let text = eval(&mnet, "photos").stdout;
    assert!(text.contains("  pictures           15 (1 failed)\n"), "{text}");
}

#[test]
fn nothing_answered_is_no_figure() {
    let mnet = world();
    fs::write(mnet.path().join("broken.jpg"), "no picture").unwrap();
    fs::write(mnet.path().join("list.txt"), "broken.jpg ant\ngone.jpg bee\n").unwrap();
    let found = eval(&mnet, "list.txt --json").failed(1, &["mnet: gone.jpg: no such file"]).json().remove(0);
    assert_eq!(found["images_per_second"], 0.0);
    assert_eq!([&found["top1"]["share"], &found["calibration_error"]], [&Value::Null; 2]);
}

#[test]
fn links_and_deeper_folders_count() {
    let mnet = world();
    picture(&mnet.path().join("photos/ant/more/2.ppm"), 20);
    fs::remove_dir_all(mnet.path().join("photos/bee")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(mnet.path().join("photos/ant"), mnet.path().join("photos/bee")).unwrap();
        std::os::unix::fs::symlink("nowhere.jpg", mnet.path().join("photos/cat/dangling.jpg")).unwrap();
        let found = eval(&mnet, "photos --json").failed(1, &["photos/cat/dangling.jpg"]).json().remove(0);
        assert_eq!([&found["pictures"], &found["failed"]], [17, 1]);
    }
}

#[test]
fn the_confusion_is_a_table_or_a_drawing() {
    let mnet = world();
    let found = figures(&mnet, "photos --confusion confusion.csv");
    let table = fs::read_to_string(mnet.path().join("confusion.csv")).unwrap();
    let rows: Vec<Vec<_>> = table.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let count = |is_counted: fn(&[&str]) -> bool| {
        let rows = rows.iter().filter(|row| is_counted(row));
        rows.map(|row| row[6].parse::<u64>().unwrap()).sum::<u64>()
    };
    assert_eq!(count(|_| true), 14);
    assert_eq!(json!(count(|row| row[0] == row[3])), found["top1"]["right"]);
    // It may be replaced by another, and nothing else may.
    figures(&mnet, "photos --confusion confusion.csv");
    fs::write(mnet.path().join("notes.csv"), "dear,diary\n").unwrap();
    eval(&mnet, "photos --confusion notes.csv").failed(2, &["notes.csv: was not written by mnet"]);
    #[cfg(feature = "plot")]
    {
        figures(&mnet, "photos --confusion confusion.svg --plot-theme dark");
        assert!(fs::read_to_string(mnet.path().join("confusion.svg")).unwrap().contains("<svg"));
        eval(&mnet, "photos --confusion confusion.txt")
            .failed(2, &["confusion.txt", "try: --confusion confusion.csv, or a name in .svg or .png"]);
    }
}

#[test]
fn the_library_and_both_ways_to_run_agree() {
    let mnet = world();
    let one = lasting(figures(&mnet, "photos -j 1"));
    assert_eq!(lasting(figures(&mnet, "photos -j 2 --batch 3 --memory 64M")), one);
}
