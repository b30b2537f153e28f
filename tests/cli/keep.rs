//! `--keep`: columns of the inputs in the records of a run.

use std::fs;

use serde_json::{Value, json};

use super::support::checkpoint;
use super::support::tars::tar;
use super::{Mnet, Run, photo};

/// A folder with a small checkpoint in `model`, a tar of three pictures of which the last one fails, and a picture.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("model"), &["rust", "healthy", "mildew"]);
    let picture = fs::read(photo("hot_dog.jpg")).unwrap();
    let bytes = tar(&[
        ("1.jpg", &picture),
        ("1.cls", b"2"),
        ("1.txt", b"a leaf, \"wet\"\n"),
        ("2.json", br#"{"cls": [1, null], "txt": null}"#),
        ("2.jpg", &picture),
        ("3.jpg", b"no picture"),
        ("3.cls", b"0"),
    ]);
    fs::write(mnet.path().join("x.tar"), bytes).unwrap();
    fs::write(mnet.path().join("a.jpg"), picture).unwrap();
    mnet
}

fn run(mnet: &Mnet, words: &str) -> Run {
    mnet.run(words.split_whitespace())
}

fn kept(run: &Run) -> Vec<Value> {
    run.json().into_iter().map(|line| line["kept"].clone()).collect()
}

/// What the records of the tar keep.
fn expected() -> [Value; 3] {
    [
        json!({"txt": "a leaf, \"wet\"", "cls": 2}),
        json!({"txt": null, "cls": [1, null]}),
        json!({"txt": null, "cls": 0}),
    ]
}

#[test]
fn every_record_keeps_the_columns_that_were_asked_for() {
    let mnet = folder();
    for command in ["classify", "embed"] {
        let words = format!("{command} x.tar --model model --json --keep txt,cls");
        assert_eq!(kept(&run(&mnet, &words).failed(1, &[])), expected(), "{command}");
    }
    let lines = run(&mnet, "classify x.tar a.jpg --model model --keep txt cls --json").failed(1, &[]);
    assert_eq!(kept(&lines)[3], json!({"txt": null, "cls": null}));
    assert!(lines.stdout.contains(r#""kept":{"txt":"a leaf, \"wet\"","cls":2}}"#), "{}", lines.stdout);
    let csv = run(&mnet, "classify x.tar --model model -k 1 --format csv --keep txt,cls").failed(1, &[]);
    let rows: Vec<_> = csv.stdout.lines().collect();
    assert!(rows[0].ends_with(",path_bytes,kept.txt,kept.cls"), "{}", csv.stdout);
    assert!(rows[1].ends_with(",\"a leaf, \"\"wet\"\"\",2"), "{}", csv.stdout);
    assert!(rows[2].ends_with(",,\"[1,null]\"") && rows[3].ends_with(",,0"), "{}", csv.stdout);
    let maps = run(&mnet, "explain x.tar --model model --json --keep cls").failed(1, &[]);
    assert_eq!(kept(&maps), [json!({"cls": 2}), json!({"cls": [1, null]}), json!({"cls": 0})]);
}

#[test]
fn a_file_that_keeps_columns_is_resumed() {
    let mnet = folder();
    for (command, file) in [("classify", "a.jsonl"), ("classify", "a.csv"), ("embed", "b.jsonl")] {
        let words = format!("{command} x.tar --model model --keep txt,cls --resume {file}");
        run(&mnet, &words).failed(1, &[]);
        let path = mnet.path().join(file);
        let whole = fs::read(&path).unwrap();
        // Of the last record there is a part.
        let last = whole.windows(11).position(|window| window == b"x.tar/3.jpg").unwrap();
        fs::write(&path, &whole[..last + 20]).unwrap();
        run(&mnet, &words).failed(1, &[&format!("{file} already has the ")]);
        let paths = |bytes: &[u8], name: &[u8]| bytes.windows(name.len()).filter(|at| *at == name).count();
        let again = fs::read(&path).unwrap();
        for name in [&b"x.tar/1.jpg"[..], b"x.tar/2.jpg", b"x.tar/3.jpg", b"a leaf"] {
            assert_eq!(paths(&again, name), paths(&whole, name), "{file}");
        }
        for (keep, shown) in [("--keep txt", "the column txt"), ("", "no columns")] {
            let words = format!("{command} x.tar --model model {keep} --resume {file}");
            let message = format!("{file}: its records keep the columns txt, cls; this run keeps {shown}");
            run(&mnet, &words).failed(2, &[&message, "try: mnet "]);
        }
        assert_eq!(fs::read(&path).unwrap(), again, "nothing is changed");
    }
}

#[test]
fn outputs_without_room_for_columns_are_named() {
    let mnet = folder();
    let others = "text has no room for columns; JSON Lines (--format jsonl), CSV (--format csv)";
    for (words, note) in [
        ("classify x.tar --model model --keep cls", others),
        ("classify x.tar --model model --keep cls --paths-only", "paths come without columns"),
        ("embed x.tar --model model --keep cls --format text", "text has no room for columns; JSON Lines"),
        ("embed x.tar --model model --keep cls --duplicates 0.9", "a search prints which pictures are alike"),
        ("explain x.tar --model model --keep cls -o maps/", "drawings come without columns"),
        ("classify x.tar --model model --keep cls --dry-run", "--dry-run prints paths to stdout: --keep"),
    ] {
        let run = run(&mnet, words);
        assert_eq!(run.stderr.matches("changes nothing").count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains(note) && run.stderr.contains("--keep"), "{}", run.stderr);
    }
    let npy = run(&mnet, "embed x.tar --model model --keep cls -o e.npy");
    let instead = "try: mnet embed x.tar --model model --keep cls -o e.parquet\n";
    npy.failed(2, &["npy has no room for columns, which --keep asks for", instead]);
    let npy = run(&mnet, "embed x.tar --model model --keep cls --resume e.npy --format npy");
    let instead = "try: mnet embed x.tar --model model --keep cls --resume e.jsonl --format jsonl\n";
    npy.failed(2, &["npy has no room for columns", instead]);
}

#[test]
fn names_that_no_input_has_are_named() {
    let mnet = folder();
    let all = run(&mnet, "classify x.tar --model model --json --keep clss,cls --exit-zero").succeeded();
    assert!(all.stderr.contains("--keep clss: it is null in every record of this run\n"), "{}", all.stderr);
    let file = run(&mnet, "classify a.jpg --model model --json --keep cls").succeeded();
    assert!(file.stderr.contains("--keep found nothing: files have no columns"), "{}", file.stderr);
    let some = run(&mnet, "classify a.jpg x.tar --model model --json --keep cls --exit-zero").succeeded();
    assert!(!some.stderr.contains("--keep"), "{}", some.stderr);
    for (names, tried) in [(["cls", "", "txt"].join(","), "  try: --keep cls,txt\n"), (String::new(), "")] {
        let run = mnet.run(["classify", "x.tar", "--keep", &names]).failed(2, &["--keep has an empty name"]);
        assert!(run.stderr.ends_with(&format!("name\n{tried}")), "{}", run.stderr);
    }
    run(&mnet, "classify x.tar --model model --json --keep cls,txt,cls")
        .failed(2, &["--keep has cls twice", "try: --keep cls,txt\n"]);
    fs::copy(mnet.path().join("x.tar"), mnet.path().join("y.tar")).unwrap();
    run(&mnet, "classify x.tar --model model --keep cls y.tar --json").failed(
        2,
        &[
            "y.tar came after --keep, which takes all words up to the next flag",
            "try: mnet classify y.tar x.tar --model model --keep cls --json\n",
        ],
    );
}

#[test]
fn values_that_stand_apart_from_their_pictures_in_a_tar_are_named() {
    let mnet = folder();
    let picture = fs::read(photo("hot_dog.jpg")).unwrap();
    let members: [(&str, &[u8]); 5] =
        [("1.cls", b"0"), ("2.jpg", &picture), ("1.jpg", &picture), ("2.cls", b"1"), ("3.jpg", &picture)];
    let note = "x.tar/1.cls, stand beside no picture of the same name in the tar: tar --sort=name puts them together\n";
    fs::write(mnet.path().join("x.tar"), tar(&members)).unwrap();
    for command in ["classify", "embed", "explain"] {
        let words = format!("{command} x.tar --model model --json --keep cls");
        let apart = run(&mnet, &words).succeeded();
        let expected = format!("--keep cls: it is null in every record of this run; 2 files, such as {note}");
        assert!(apart.stderr.contains(&expected), "{}", apart.stderr);
    }
    let one = run(&mnet, "classify --keep cls --json --model model x.tar/2.jpg").succeeded();
    let expected = "--keep cls: it is null in every record of this run; x.tar/2.cls stands beside no picture";
    assert!(one.stderr.contains(expected), "{}", one.stderr);
    let sorted = [members[0], members[2], members[3], members[1]];
    fs::write(mnet.path().join("x.tar"), tar(&sorted)).unwrap();
    let words = "classify x.tar --model model --json --keep cls";
    let together = run(&mnet, words).succeeded();
    assert_eq!(kept(&together), [json!({"cls": 0}), json!({"cls": 1})]);
    assert!(!together.stderr.contains("--keep"), "{}", together.stderr);
    // A picture without a label, and one whose label stands apart.
    let some = [members[0], members[2], members[4], members[1], members[4], members[3]];
    fs::write(mnet.path().join("x.tar"), tar(&some)).unwrap();
    let some = run(&mnet, words).succeeded();
    let expected = "--keep cls: it is null in 3 of 4 records; x.tar/2.cls stands beside no picture";
    assert!(some.stderr.contains(expected), "{}", some.stderr);
    fs::write(mnet.path().join("x.tar"), tar(&[members[0], members[2], members[4]])).unwrap();
    let unlabelled = run(&mnet, words).succeeded();
    assert!(!unlabelled.stderr.contains("--keep"), "{}", unlabelled.stderr);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_a_text_for_each_column() {
    use ::parquet::file::reader::SerializedFileReader;

    let mnet = folder();
    for command in ["classify", "embed"] {
        run(&mnet, &format!("{command} x.tar --model model --keep txt,cls -o out.parquet")).failed(1, &[]);
        let file = fs::File::open(mnet.path().join("out.parquet")).unwrap();
        let rows = SerializedFileReader::new(file).unwrap().into_iter();
        let kept: Vec<_> = rows
            .map(|row| {
                let row = row.unwrap();
                let (name, kept) = row.get_column_iter().last().unwrap();
                format!("{name}: {kept}")
            })
            .collect();
        let expected = [
            r#"kept: {txt: "a leaf, "wet"", cls: "2"}"#,
            r#"kept: {txt: null, cls: "[1,null]"}"#,
            r#"kept: {txt: null, cls: "0"}"#,
        ];
        assert_eq!(kept, expected, "{command}");
        fs::remove_file(mnet.path().join("out.parquet")).unwrap();
    }
}
