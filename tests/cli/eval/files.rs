//! Files that are written: refused before the run if they cannot be, and never two under one name.

use std::fs;

use super::{eval, lines_of, world};

#[test]
fn a_place_that_does_not_exist_is_refused_before_the_run() {
    let mnet = world();
    for flag in ["--confusion nosuch/c.csv", "--calibrate nosuch/t.json", "-o nosuch/l.jsonl"] {
        let run = eval(&mnet, &format!("photos {flag}")).failed(2, &["nosuch", "try: mkdir -p nosuch"]);
        assert_eq!(run.stdout, "", "{flag}");
    }
    fs::create_dir(mnet.path().join("dir.csv")).unwrap();
    let run = eval(&mnet, "photos --confusion dir.csv").failed(2, &["dir.csv is a directory"]);
    assert_eq!(run.stdout, "");
    let names = fs::read_dir(mnet.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let drafts = names.filter(|name| name.to_string_lossy().ends_with(".tmp"));
    assert_eq!(drafts.count(), 0);
    #[cfg(feature = "plot")]
    {
        eval(&mnet, "photos --reliability nosuch/r.svg").failed(2, &["try: mkdir -p nosuch"]);
        eval(&mnet, "photos --confusion nosuch/c.svg").failed(2, &["try: mkdir -p nosuch"]);
        eval(&mnet, "photos --reliability a.pdf").failed(2, &["try: --reliability a.svg"]);
    }
}

#[test]
fn two_flags_never_write_one_file() {
    let mnet = world();
    for (flags, words) in [
        ("--calibrate same.csv --confusion ./same.csv", "--confusion and --calibrate are one file"),
        ("-o same.json --calibrate same.json", "--output and --calibrate are one file"),
        #[cfg(feature = "plot")]
        ("--confusion x.svg --reliability x.svg", "--confusion and --reliability are one file"),
    ] {
        let run = eval(&mnet, &format!("photos {flags}")).failed(2, &[words, "try: another name for "]);
        assert_eq!(run.stdout, "", "{flags}");
    }
}

#[test]
fn the_data_are_not_replaced() {
    let mnet = world();
    fs::write(mnet.path().join("list.csv"), lines_of(",")).unwrap();
    eval(&mnet, "list.csv --root photos --confusion list.csv")
        .failed(2, &["list.csv: holds the labels; the table would replace it", "try: --confusion "]);
    eval(&mnet, "list.csv --root photos --calibrate list.csv")
        .failed(2, &["list.csv: holds the labels; the temperature would replace it", "try: --calibrate "]);
    eval(&mnet, "list.csv --root photos -o list.csv").failed(2, &["try: -o labels.jsonl"]);
}

#[test]
fn a_list_of_which_no_picture_exists_is_one_error() {
    let mnet = world();
    let list = mnet.path().join("list.txt");
    fs::write(&list, lines_of(" ")).unwrap();
    let run = eval(&mnet, "list.txt")
        .failed(2, &["list.txt: lists 14 pictures, and none exists, such as ant/0.ppm", "try: --root DIR"]);
    assert_eq!((run.stdout.as_str(), run.stderr.matches("mnet: ").count()), ("", 1), "{}", run.stderr);
    fs::rename(list, mnet.path().join("photos/list.txt")).unwrap();
    eval(&mnet, "photos/list.txt").failed(2, &["try: --root photos"]);
    eval(&mnet, "photos/list.txt --root photos").succeeded();
}

#[test]
fn records_of_other_paths_are_one_error() {
    let mnet = world();
    eval(&mnet, "photos -o kept.jsonl").succeeded();
    fs::write(mnet.path().join("list.txt"), lines_of(" ")).unwrap();
    let run = eval(&mnet, "list.txt --records kept.jsonl").failed(
        2,
        &["kept.jsonl has no record of any picture: the data has ant/0.ppm, the records have photos/ant/0.ppm"],
    );
    assert!(run.stderr.contains("try: --root DIR"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("mnet: ").count(), 1, "{}", run.stderr);
    eval(&mnet, "list.txt --root photos --records kept.jsonl").succeeded();
    // The pictures may be gone.
    fs::remove_dir_all(mnet.path().join("photos")).unwrap();
    eval(&mnet, "list.txt --root photos --records kept.jsonl").succeeded();
}

#[test]
fn records_in_another_format_are_named() {
    let mnet = world();
    let classify = "classify -r photos --model net -q -o labels.csv";
    mnet.run(classify.split(' ')).succeeded();
    eval(&mnet, "photos --records labels.csv").failed(
        2,
        &["labels.csv holds CSV, and --records counts JSON Lines", "try: mnet classify --json -o"],
    );
    eval(&mnet, "photos --records -").failed(2, &["--records reads files, not stdin", "try: mnet classify"]);
}
