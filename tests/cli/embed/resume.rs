//! Files of embeddings that a later run continues.

use std::fs;

use super::{Mnet, embed, folder};

fn bytes(mnet: &Mnet, name: &str) -> Vec<u8> {
    fs::read(mnet.path().join(name)).unwrap()
}

/// The bytes of all files of the output `name`, concatenated.
fn all(mnet: &Mnet, name: &str) -> Vec<u8> {
    let beside = |ending: &str| fs::read(mnet.path().join(format!("{name}{ending}"))).unwrap_or_default();
    [beside(""), beside(".paths"), beside(".json")].concat()
}

#[test]
fn a_continued_file_is_the_one_of_a_whole_run() {
    let mnet = folder();
    for ending in ["jsonl", "npy"] {
        let [whole, part] = [format!("whole.{ending}"), format!("part.{ending}")];
        embed(&mnet, &["a.jpg", "b.jpg", "c.jpg", "-o", &whole]).succeeded();
        embed(&mnet, &["--resume", &part, "a.jpg"]).succeeded();
        embed(&mnet, &["--resume", &part, "a.jpg", "gone.jpg"]).failed(1, &[]);
        let run = embed(&mnet, &["--resume", &part, "a.jpg", "b.jpg", "c.jpg"]).succeeded();
        assert!(run.stderr.contains("already has the embeddings of 1 input"), "{}", run.stderr);
        if ending == "npy" {
            assert!(all(&mnet, &whole) == all(&mnet, &part));
        } else {
            let text = String::from_utf8(bytes(&mnet, &part)).unwrap();
            let answers: Vec<_> = text.lines().filter(|line| !line.contains("\"error\"")).collect();
            assert_eq!(answers.join("\n") + "\n", String::from_utf8(bytes(&mnet, &whole)).unwrap());
        }
    }
}

/// A run may be killed between any two writes, or during one.
#[test]
fn a_torn_end_is_taken_away() {
    let mnet = folder();
    embed(&mnet, &["a.jpg", "b.jpg", "-o", "whole.npy"]).succeeded();
    embed(&mnet, &["a.jpg", "b.jpg", "-o", "whole.jsonl"]).succeeded();
    let (rows, paths) = (bytes(&mnet, "whole.npy"), bytes(&mnet, "whole.npy.paths"));
    let one_row = 128 + 4 * 1280;
    let header = {
        embed(&mnet, &["a.jpg", "-o", "one.npy"]).succeeded();
        bytes(&mnet, "one.npy")[..128].to_vec()
    };
    let counted = |content: &[u8]| [&header, &content[128..]].concat();
    for (rows, paths) in [
        // The path is written, and the row is missing or incomplete.
        (counted(&rows[..one_row]), &paths[..]),
        (counted(&rows[..one_row + 7]), &paths[..]),
        // The row is written, but the header does not count it.
        (counted(&rows), &paths[..]),
        // The path is incomplete.
        (counted(&rows[..one_row]), &paths[..paths.len() - 3]),
        // The disk lost a path or a row that the header counts.
        (rows.clone(), &paths[..8]),
        (rows[..one_row + 5].to_vec(), &paths[..]),
    ] {
        for (name, content) in [
            ("torn.npy", &rows[..]),
            ("torn.npy.paths", paths),
            ("torn.npy.json", &bytes(&mnet, "whole.npy.json")),
        ] {
            fs::write(mnet.path().join(name), content).unwrap();
        }
        let run = embed(&mnet, &["--resume", "torn.npy", "a.jpg", "b.jpg"]).succeeded();
        assert!(run.stderr.contains("of 1 input"), "{}", run.stderr);
        assert!(all(&mnet, "torn.npy") == all(&mnet, "whole.npy"));
    }
    let lines = bytes(&mnet, "whole.jsonl");
    for cut in [lines.len() - 2, lines.len() - 1000] {
        fs::write(mnet.path().join("torn.jsonl"), &lines[..cut]).unwrap();
        embed(&mnet, &["--resume", "torn.jsonl", "a.jpg", "b.jpg"]).succeeded();
        assert!(bytes(&mnet, "torn.jsonl") == lines);
    }
}

#[test]
fn embeddings_of_two_kinds_are_never_mixed() {
    let mnet = folder();
    for name in ["e.jsonl", "e.npy"] {
        embed(&mnet, &["a.jpg", "-o", name]).succeeded();
        let before = all(&mnet, name);
        let resumed = |flags: &[&str]| embed(&mnet, &[&["--resume", name, "b.jpg"], flags].concat());
        resumed(&["--normalise"]).failed(2, &["raw", "normalised", "try: mnet embed", "e-2."]);
        resumed(&["--res", "64"]).failed(2, &["net at 32 px", "net at 64 px"]);
        let other = ["embed", "--resume", name, "b.jpg", "--res", "32"];
        mnet.run(other).failed(2, &["builtin at 32 px"]);
        assert!(all(&mnet, name) == before);
    }
}

#[test]
fn labels_are_no_embeddings() {
    let mnet = folder();
    mnet.run(["classify", "--model", "net", "a.jpg", "-o", "labels.jsonl"]).succeeded();
    let before = bytes(&mnet, "labels.jsonl");
    embed(&mnet, &["--resume", "labels.jsonl", "b.jpg"]).failed(2, &["it has labels, not an embedding"]);
    embed(&mnet, &["-o", "labels.jsonl", "b.jpg"])
        .failed(2, &["labels.jsonl: holds answers; embeddings would replace it"]);
    assert!(bytes(&mnet, "labels.jsonl") == before);
    embed(&mnet, &["--resume", "e.parquet", "b.jpg"])
        .failed(2, &["Parquet output cannot be resumed", "--resume e.jsonl"]);
    fs::write(mnet.path().join("x.npy"), "no rows").unwrap();
    embed(&mnet, &["--resume", "x.npy", "b.jpg"]).failed(2, &["x.npy: it was not written by mnet embed"]);
}

#[test]
fn a_dry_run_names_what_the_file_lacks() {
    let mnet = folder();
    for name in ["e.jsonl", "e.npy"] {
        embed(&mnet, &["a.jpg", "--resume", name]).succeeded();
        let run = embed(&mnet, &["a.jpg", "b.jpg", "--resume", name, "--dry-run"]).succeeded();
        assert_eq!(run.stdout, "b.jpg\n");
    }
}

/// Records of failures look the same in the files of both commands, so they do not tell which command wrote a file.
#[test]
fn a_file_of_the_other_command_is_refused_even_if_it_begins_with_a_failure() {
    let mnet = folder();
    fs::write(mnet.path().join("bad.jpg"), "no").unwrap();
    for (of, other, has) in
        [("embed", "classify", "it has an embedding"), ("classify", "embed", "it has labels")]
    {
        let file = format!("{of}.jsonl");
        mnet.run([of, "-m", "net", "bad.jpg", "a.jpg", "-o", &file]).failed(1, &["bad.jpg"]);
        let before = fs::read(mnet.path().join(&file)).unwrap();
        mnet.run([other, "-m", "net", "b.jpg", "--resume", &file])
            .failed(2, &[&*format!("line 2 was not written by mnet ({has}")]);
        assert!(fs::read(mnet.path().join(&file)).unwrap() == before);
    }
}

/// The objects in JSON Lines, without what differs from run to run.
fn without_times(lines: &[u8]) -> Vec<serde_json::Value> {
    let lines = str::from_utf8(lines).unwrap().lines();
    let object = |line| {
        let mut object: serde_json::Value = serde_json::from_str(line).unwrap();
        object.as_object_mut().unwrap().remove("ms");
        object
    };
    lines.map(object).collect()
}

/// Without a whole line that only one command writes, its torn line tells whose the file is.
#[test]
fn a_torn_line_of_the_other_command_is_not_removed() {
    let mnet = folder();
    fs::write(mnet.path().join("bad.jpg"), "no").unwrap();
    for (of, other, has, field) in [
        ("embed", "classify", "it has an embedding", "\"embedding\":["),
        ("classify", "embed", "it has labels", "\"top\":["),
    ] {
        let file = format!("{of}.jsonl");
        mnet.run([of, "-m", "net", "bad.jpg", "a.jpg", "-o", &file]).failed(1, &["bad.jpg"]);
        let whole = bytes(&mnet, &file);
        let text = String::from_utf8(whole.clone()).unwrap();
        let second = text.find('\n').unwrap() + 1;
        // Within its own fields, and within those that both commands have.
        let torn = [text.find(field).unwrap() + field.len() + 2, second + 25];
        let resume = |command: &str| mnet.run([command, "-m", "net", "a.jpg", "--resume", &file]);
        for end in torn {
            fs::write(mnet.path().join(&file), &whole[..end]).unwrap();
            resume(of).succeeded();
            assert_eq!(without_times(&bytes(&mnet, &file)), without_times(&whole), "{file} of {end} bytes");
        }
        fs::write(mnet.path().join(&file), &whole[..torn[0]]).unwrap();
        resume(other).failed(2, &[&*format!("line 2 was not written by mnet ({has}")]);
        assert!(bytes(&mnet, &file) == whole[..torn[0]]);
        // Whose this is cannot be told, so it is kept aside.
        fs::write(mnet.path().join(&file), &whole[..torn[1]]).unwrap();
        let run = resume(other).succeeded();
        assert!(run.stderr.contains("what is not a whole answer is now in"), "{}", run.stderr);
        // Each piece that is kept aside ends with a newline.
        let expected = [&whole[second..torn[1]], b"\n"].concat();
        let aside = |name: &str| fs::read(mnet.path().join(name)).is_ok_and(|aside| aside == expected);
        let names =
            fs::read_dir(mnet.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().any(|name| aside(&name)), "{}", run.stderr);
    }
}
