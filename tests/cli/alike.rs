//! `mnet embed --near` and `--duplicates`.

use std::fs;

use serde_json::Value;

use super::support::checkpoint::tiny;
use super::{Mnet, photo};

/// A folder with two photos and a larger and a smaller copy of the first, and a tiny network.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    let photos = mnet.path().join("photos");
    fs::create_dir(&photos).unwrap();
    tiny(&mnet.path().join("net"), &["a", "b"]);
    let cat = fs::read(photo("cat_720p.jpg")).unwrap();
    fs::copy(photo("hot_dog.jpg"), photos.join("dog.jpg")).unwrap();
    fs::write(photos.join("cat.jpg"), &cat).unwrap();
    // The same picture with more bytes after its end.
    fs::write(photos.join("longer.jpg"), [&cat[..], &[0; 99]].concat()).unwrap();
    mnet
}

const EMBED: [&str; 3] = ["embed", "--model", "net"];

fn embed(args: &[&str]) -> Vec<String> {
    [&EMBED[..], args].concat().into_iter().map(str::to_owned).collect()
}

#[test]
fn the_most_alike_come_first_and_a_photo_is_not_its_own_answer() {
    let mnet = folder();
    let run = mnet.run(embed(&["photos", "-r", "--near", "./photos/cat.jpg"])).succeeded();
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.stdout);
    assert_eq!(lines[0], "photos/longer.jpg\t1.0000");
    assert!(lines[1].starts_with("photos/dog.jpg\t"), "{}", run.stdout);

    let args = ["photos", "-r", "--near", "photos/dog.jpg", "--near", "photos/cat.jpg", "-k", "1", "--json"];
    let lines = mnet.run(embed(&args)).succeeded().json();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["query"], "photos/cat.jpg");
    assert_eq!((&lines[1]["path"], &lines[1]["rank"]), (&Value::from("photos/longer.jpg"), &Value::from(1)));
    assert_eq!(lines[1]["similarity"], 1.0);
    // Pictures of equal similarity come in the order of the inputs.
    assert_eq!(lines[0]["path"], "photos/cat.jpg");
}

#[test]
fn duplicates_are_groups_with_the_largest_file_first() {
    let mnet = folder();
    let run = mnet.run(embed(&["photos", "-r", "--duplicates", "1"])).succeeded();
    assert_eq!(run.stdout, "photos/longer.jpg\nphotos/cat.jpg\n");
    let model = "model net at 32 px (shortest edge 40 bilinear, centre crop 32)";
    assert_eq!(run.stderr, format!("{model}\n2 of 3 pictures in 1 group\n"));
    let lines = mnet.run(embed(&["photos", "-r", "--duplicates", "1", "--json"])).succeeded().json();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["similarity"], 1.0);
    assert_eq!(lines[0]["paths"], Value::from(vec!["photos/longer.jpg", "photos/cat.jpg"]));
    let all = mnet.run(embed(&["photos", "-r", "--duplicates", "0", "--json"])).succeeded().json();
    assert_eq!(all[0]["paths"].as_array().unwrap().len(), 3);
}

#[test]
fn saved_embeddings_give_the_same_answers() {
    let mnet = folder();
    for file in ["all.jsonl", "all.npy"] {
        mnet.run(embed(&["photos", "-r", "-o", file])).succeeded();
        let run = mnet.run(["embed", "--embeddings", file, "--duplicates", "0.9999"]).succeeded();
        assert_eq!(run.stdout, "photos/longer.jpg\nphotos/cat.jpg\n");
        let dry = ["embed", "--embeddings", file, "--duplicates", "0.9999", "--dry-run"];
        assert_eq!(mnet.run(dry).succeeded().stdout, "");
        let args = ["--embeddings", file, "--near", "photos/cat.jpg", "-k", "1"];
        assert_eq!(mnet.run(embed(&args)).succeeded().stdout, "photos/longer.jpg\t1.0000\n");
        // With the built-in model instead.
        mnet.run(["embed", "--embeddings", file, "--near", "photos/cat.jpg"])
            .failed(2, &["its embeddings are by", "try: --model"]);
    }
}

#[test]
fn a_sheet_shows_the_groups() {
    let mnet = folder();
    let args = embed(&["photos", "-r", "--duplicates", "1", "-o", "groups.html"]);
    assert_eq!(mnet.run(&args).succeeded().stdout, "");
    let sheet = fs::read_to_string(mnet.path().join("groups.html")).unwrap();
    assert!(sheet.contains("2 pictures, at least 1.0000 alike") && sheet.matches("<img ").count() == 2);
    mnet.run(&args).succeeded();
    fs::write(mnet.path().join("groups.html"), "my own").unwrap();
    mnet.run(&args).failed(2, &["groups.html"]);
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let mnet = folder();
    let failed = |args: &[&str], words: &[&str]| {
        let run = mnet.run(embed(args)).failed(2, words);
        assert_eq!(run.stdout, "");
    };
    failed(&["photos", "-r", "--near", "gone.jpg"], &["--near gone.jpg"]);
    failed(&["photos", "-r", "--duplicates", "95"], &["from 0 to 1"]);
    failed(&["photos", "-r", "--duplicates", "0.9", "--near", "a.jpg"], &["--near"]);
    failed(&["photos", "-r", "--duplicates", "0.9", "-o", "a.csv"], &[".html", "try: > a.csv"]);
    failed(
        &["photos", "-r", "--duplicates", "0.9", "-o", "a.png"],
        &["try: mnet embed --model net photos -r --duplicates 0.9 -o a.html"],
    );
    failed(&["photos", "-r", "--duplicates", "0.9", "--format", "npy"], &["not npy"]);
    failed(&["--embeddings", "gone.npy", "--duplicates", "0.9"], &["gone.npy"]);
    failed(&["--embeddings", "gone.npy", "--duplicates", "0.9", "--dry-run"], &["gone.npy"]);
    fs::write(mnet.path().join("notes.jsonl"), "dear diary\n").unwrap();
    failed(&["--embeddings", "notes.jsonl", "--duplicates", "0.9", "--dry-run"], &["notes.jsonl"]);
    failed(&["--embeddings", "gone.npy"], &["--near or --duplicates"]);
    failed(
        &["--embeddings", "all.parquet", "--duplicates", "0.9"],
        &["reads JSON Lines and npy, not Parquet", "try: mnet embed photos/ -r -o embeddings.npy"],
    );
    failed(&["photos", "--embeddings", "gone.npy", "--duplicates", "0.9"], &["--embeddings", "PATH"]);
}

#[test]
fn a_picture_that_fails_is_named_and_the_others_are_searched() {
    let mnet = folder();
    fs::write(mnet.path().join("photos/broken.jpg"), "no").unwrap();
    let run = mnet.run(embed(&["photos", "-r", "--duplicates", "1"])).failed(1, &["photos/broken.jpg"]);
    assert_eq!(run.stdout, "photos/longer.jpg\nphotos/cat.jpg\n");
}

#[test]
fn a_file_is_not_its_own_duplicate() {
    let mnet = folder();
    let twice = ["photos", "photos/cat.jpg", "./photos", "-r"];
    let run = mnet.run(embed(&[&twice[..], &["--duplicates", "1"]].concat())).succeeded();
    assert_eq!(run.stdout, "photos/longer.jpg\nphotos/cat.jpg\n");
    assert!(run.stderr.contains("4 paths lead to files that were named before"), "{}", run.stderr);
    let run = mnet.run(embed(&[&twice[..], &["--near", "photos/dog.jpg"]].concat())).succeeded();
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    // The same search in saved files.
    for file in ["all.npy", "all.jsonl"] {
        mnet.run(embed(&[&twice[..], &["-o", file]].concat())).succeeded();
        let run = mnet.run(["embed", "--embeddings", file, "--duplicates", "1"]).succeeded();
        assert_eq!(run.stdout, "photos/longer.jpg\nphotos/cat.jpg\n");
        assert!(run.stderr.contains("2 of 3 pictures in 1 group"), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_no_duplicate_of_its_file() {
    let mnet = folder();
    std::os::unix::fs::symlink("dog.jpg", mnet.path().join("photos/link.jpg")).unwrap();
    let run = mnet.run(embed(&["photos", "-r", "--follow", "--duplicates", "1"])).succeeded();
    assert_eq!(run.stdout, "photos/longer.jpg\nphotos/cat.jpg\n");
}

#[test]
fn files_that_have_moved_are_counted() {
    let mnet = folder();
    mnet.run(embed(&["photos", "-r", "-o", "all.npy"])).succeeded();
    fs::rename(mnet.path().join("photos/longer.jpg"), mnet.path().join("photos/elsewhere.jpg")).unwrap();
    let search = ["embed", "--embeddings", "all.npy", "--duplicates", "1"];
    let run = mnet.run(search).succeeded();
    // The picture whose file exists comes first.
    assert_eq!(run.stdout, "photos/cat.jpg\nphotos/longer.jpg\n");
    assert!(run.stderr.contains("1 of 2 files are not at the saved paths"), "{}", run.stderr);
    mnet.run([&search[..], &["-o", "groups.html"]].concat()).succeeded();
    let sheet = fs::read_to_string(mnet.path().join("groups.html")).unwrap();
    assert!(sheet.contains("No such file") && !sheet.contains("0 x 0 px"));
    let run = mnet.run(embed(&["--embeddings", "all.npy", "--near", "photos/elsewhere.jpg"])).succeeded();
    assert!(run.stderr.contains("1 of 3 files are not at the saved paths"), "{}", run.stderr);
    assert!(run.stderr.contains("the photo itself may be among them"), "{}", run.stderr);
}

#[test]
fn photos_by_another_network_of_the_same_name_are_refused() {
    let mnet = folder();
    mnet.run(embed(&["photos", "-r", "-o", "all.jsonl"])).succeeded();
    let lines = fs::read_to_string(mnet.path().join("all.jsonl")).unwrap();
    // As if the network had fewer values.
    let shorter: String = lines
        .lines()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["embedding"].as_array_mut().unwrap().pop();
            line.to_string() + "\n"
        })
        .collect();
    fs::write(mnet.path().join("all.jsonl"), shorter).unwrap();
    mnet.run(embed(&["--embeddings", "all.jsonl", "--near", "photos/cat.jpg"])).failed(
        2,
        &["its embeddings are by", "values before the classifier", "try: mnet embed -r photos/ --model net"],
    );
}

#[test]
fn flags_in_vain_beside_saved_embeddings_are_named() {
    let mnet = folder();
    mnet.run(embed(&["photos", "-r", "-o", "all.NPY"])).succeeded();
    let flags = ["--crop-pct", "0.9", "--draft", "-b", "2"];
    let search = ["--embeddings", "all.NPY", "--duplicates", "1"];
    let run = mnet.run(embed(&[&search[..], &flags].concat())).succeeded();
    let note = "--model, --crop-pct, --draft and --batch change nothing here: the embeddings are saved";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    // The photos of --near are still embedded, and these flags apply to them.
    let search = ["--embeddings", "all.NPY", "--near", "photos/cat.jpg"];
    let run = mnet.run(embed(&[&search[..], &flags].concat())).succeeded();
    assert!(!run.stderr.contains("nothing here"), "{}", run.stderr);
}
