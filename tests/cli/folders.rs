//! Directories, lists and pipes.

use std::fs;
use std::io::Write;
#[cfg(unix)]
use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;

use super::support::program::shell_status;
use super::{Mnet, Run, photo};

/// A folder of pictures: two at the top, one in a subdirectory, one hidden, and two files without a picture's ending.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    for name in
        ["photos/b.jpg", "photos/a.jpg", "photos/deep/c.JPG", "photos/.hidden/d.jpg", "photos/deep/e.dat"]
    {
        let path = mnet.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(&cat, path).unwrap();
    }
    fs::write(mnet.path().join("photos/notes.txt"), "not a picture").unwrap();
    mnet
}

/// Paths in the order of the answers.
fn paths(run: &Run) -> Vec<String> {
    let path = |line: &str| serde_json::from_str::<Value>(line).unwrap()["path"].as_str().unwrap().to_owned();
    run.stdout.lines().map(path).collect()
}

#[test]
fn directories_are_searched_as_the_flags_say() {
    let mnet = folder();
    let listed = |args: &[&str]| {
        let run = mnet.run([&["classify", "--dry-run", "photos"], args].concat()).succeeded();
        run.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(listed(&["-r"]), ["photos/a.jpg", "photos/b.jpg", "photos/deep/c.JPG"]);
    assert_eq!(listed(&["-r", "--max-depth", "1"]), ["photos/a.jpg", "photos/b.jpg"]);
    assert_eq!(listed(&["-r", "--hidden", "--exclude", "deep"])[0], "photos/.hidden/d.jpg");
    assert_eq!(listed(&["-r", "--glob", "*.dat", "--glob", "a.*"]), ["photos/a.jpg", "photos/deep/e.dat"]);
    assert_eq!(listed(&["-r", "--glob", "deep/*"]), ["photos/deep/c.JPG", "photos/deep/e.dat"]);
    let nothing = mnet.run(["classify", "-r", "photos", "--glob", "*.gif"]).succeeded();
    assert_eq!((nothing.stdout.as_str(), nothing.stderr.as_str()), ("", "no pictures found\n"));
    let missing = mnet.run(["classify", "photos", "--dry-run"]);
    assert_eq!(missing.failed(1, &["photos: is a directory"]).stdout, "");
    mnet.run(["classify", "photos"]).failed(1, &["photos: is a directory", "try: mnet classify -r photos"]);
    mnet.run(["classify", "photos", "-r", "--glob", "["]).failed(2, &["`[` is not a valid pattern"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_on_request_and_never_in_a_loop() {
    let mnet = folder();
    std::os::unix::fs::symlink("..", mnet.path().join("photos/deep/up")).unwrap();
    std::os::unix::fs::symlink("a.jpg", mnet.path().join("photos/link.jpg")).unwrap();
    let count = |args: &[&str]| {
        let run = mnet.run([&["classify", "--dry-run", "-r", "photos"], args].concat()).succeeded();
        run.stdout.lines().count()
    };
    assert_eq!((count(&[]), count(&["--follow"])), (3, 4));
    // Dangling links are skipped unless they are named like a picture; editors use them as lock files.
    for name in ["photos/.#a.jpg", "photos/notes", "photos/left.jpg"] {
        std::os::unix::fs::symlink("nowhere", mnet.path().join(name)).unwrap();
    }
    assert_eq!(count(&["--follow", "--exclude", "left*"]), 4);
    let run = mnet.run(["classify", "-r", "photos", "--follow", "--dry-run"]);
    run.failed(1, &["photos/left.jpg: "]);
}

#[test]
fn records_come_in_the_order_of_the_inputs_on_any_number_of_threads() {
    let mnet = folder();
    let answers = |running: &[&str]| {
        let inputs = ["classify", "-r", "photos", "gone.jpg", "photos/a.jpg", "--json"];
        let run = mnet.run([&inputs, running].concat());
        assert_eq!(run.code, 1, "{}", run.stderr);
        let without_times = |line: &str| {
            let mut value = serde_json::from_str::<Value>(line).unwrap();
            value.as_object_mut().unwrap().remove("ms");
            value.to_string()
        };
        (paths(&run), run.stdout.lines().map(without_times).collect::<Vec<_>>())
    };
    let one = answers(&["-j", "1"]);
    assert_eq!(one.0, ["photos/a.jpg", "photos/b.jpg", "photos/deep/c.JPG", "gone.jpg", "photos/a.jpg"]);
    assert_eq!(one, answers(&["-j", "2"]));
    assert_eq!(one, answers(&["-j", "7"]));
    assert_eq!(one, answers(&["-j", "2", "--batch", "3"]));
    assert_eq!(one, answers(&["-j", "1", "--batch", "64"]));
}

fn with_stdin(mnet: &Mnet, args: &[&str], bytes: &[u8]) -> Run {
    let mut command = mnet.command(args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    Run::from(child.wait_with_output().unwrap())
}

#[test]
fn lists_and_pictures_on_stdin() {
    let mnet = folder();
    let lines =
        with_stdin(&mnet, &["classify", "--json", "--files-from", "-"], b"photos/b.jpg\n\nphotos/a.jpg\r\n");
    assert_eq!(paths(&lines.succeeded()), ["photos/b.jpg", "photos/a.jpg"]);
    let nulls =
        with_stdin(&mnet, &["classify", "--json", "--files-from", "-", "-0"], b"photos/b.jpg\0photos/a.jpg");
    assert_eq!(paths(&nulls.succeeded()), ["photos/b.jpg", "photos/a.jpg"]);
    let picture = with_stdin(&mnet, &["classify", "--json", "-"], &fs::read(photo("cat_720p.jpg")).unwrap());
    assert_eq!(paths(&picture.succeeded()), ["-"]);
    let dash =
        with_stdin(&mnet, &["classify", "--json", "--files-from", "-"], b"photos/a.jpg\n-\nphotos/b.jpg");
    let dash = dash.failed(1, &[]);
    assert_eq!(paths(&dash), ["photos/a.jpg", "-", "photos/b.jpg"]);
    assert!(dash.stdout.contains("stdin is the list of pictures"), "{}", dash.stdout);
    mnet.run(["classify", "-", "--files-from", "-"]).failed(2, &["stdin cannot be a picture and a list"]);
    mnet.run(["classify", "--files-from", "gone.txt"]).failed(2, &["gone.txt"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_does_not_wait_for_a_list() {
    let mnet = folder();
    let mut command = mnet.command(["classify", "--json", "--files-from", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut list = child.stdin.take().unwrap();
    list.write_all(b"photos/a.jpg\n").unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("{\"path\":\"photos/a.jpg\""), "{line}");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    // The list is still open: without the signal this would wait forever.
    assert_eq!(shell_status(child.wait().unwrap()), 130);
    drop(list);
}

#[test]
fn csv_has_a_row_per_class() {
    let mnet = folder();
    let run = mnet.run(["classify", "photos/a.jpg", "gone.jpg", "-k", "2", "--format", "csv"]);
    let rows: Vec<_> = run.stdout.lines().collect();
    assert_eq!(rows.len(), 4, "{}", run.stdout);
    assert_eq!(rows[0], "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes");
    assert!(rows[1].starts_with("photos/a.jpg,1,285,n02124075,Egyptian cat,0."), "{}", rows[1]);
    assert!(rows[2].starts_with("photos/a.jpg,2,") && rows[2].ends_with(",,,builtin,224,"), "{}", rows[2]);
    assert_eq!(rows[3], "gone.jpg,,,,,,no such file,,,,");
}

#[test]
fn a_filter_for_other_tools() {
    let mnet = folder();
    let filtered =
        |args: &[&str]| mnet.run([&["classify", "-r", "photos"], args].concat()).succeeded().stdout;
    assert_eq!(
        filtered(&["--paths-only", "--only", "egyptian cat", "--max-depth", "1"]),
        "photos/a.jpg\nphotos/b.jpg\n"
    );
    assert_eq!(filtered(&["--print0", "--not", "n02124075", "-k", "1"]), "");
    assert_eq!(filtered(&["--print0", "--min-score", "0.1", "--glob", "a.jpg"]), "photos/a.jpg\0");
    mnet.run(["classify", "photos/a.jpg", "--only", "retriever"])
        .failed(2, &["`retriever`; @retriever is a group of 5 classes"]);
}

#[test]
fn a_file_appears_when_it_is_complete() {
    let mnet = folder();
    let run = mnet.run(["classify", "-r", "photos", "-o", "labels.csv"]).succeeded();
    assert_eq!(run.stdout, "");
    let text = fs::read_to_string(mnet.path().join("labels.csv")).unwrap();
    assert!(text.starts_with("path,rank") && text.lines().count() == 1 + 3 * 5);
    let others = fs::read_dir(mnet.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"));
    assert_eq!(others.count(), 0);
    mnet.run(["classify", "photos/a.jpg", "-o", "no/such/folder.csv"]).failed(2, &["no/such/folder.csv"]);
    mnet.run(["classify", "photos/a.jpg", "-o", "photos"]).failed(2, &["photos: is a directory"]);
}

#[test]
fn a_torn_file_is_resumed() {
    let mnet = folder();
    for name in ["labels.jsonl", "labels.csv"] {
        let file = mnet.path().join(name);
        let resume = || mnet.run(["classify", "-r", "photos", "--resume", name]).succeeded();
        resume();
        let whole = fs::read_to_string(&file).unwrap();
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        let run = resume();
        assert!(run.stderr.contains("already has the answers to"), "{}", run.stderr);
        // Equal except for the times of the new answers.
        let shape = |text: &str| {
            text.lines().map(|line| line.split("\"ms\"").next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shape(&fs::read_to_string(&file).unwrap()), shape(&whole), "{name}");
    }
    let left = ["classify", "-r", "photos", "gone.jpg", "--resume", "labels.jsonl", "--dry-run"];
    assert_eq!(mnet.run(left).succeeded().stdout, "gone.jpg\n");
    mnet.run(["classify", "-r", "photos", "--resume", "labels.txt"]).failed(
        2,
        &[
            "labels.txt: text output cannot be resumed; JSON Lines and CSV can",
            "try: --json, or --format csv",
        ],
    );
    mnet.run(["classify", "-r", "photos", "--resume", "labels.jsonl", "--res", "160"])
        .failed(2, &["at 224 px; this run uses"]);
}
