//! What `-o` leaves as it is: files of others, whole files of earlier runs, files that are open already.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use super::{Mnet, Run, photo};

fn folder() -> Mnet {
    let mnet = Mnet::new();
    for name in ["a.jpg", "b.jpg"] {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(name)).unwrap();
    }
    mnet
}

/// A run that waits for more of its list, after the first answer is in its unfinished file.
fn waiting(mnet: &Mnet, args: &[&str]) -> (std::process::Child, std::process::ChildStdin) {
    let mut command = mnet.command([&["classify", "--files-from", "-", "-j", "1"], args].concat());
    let mut run = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut list = run.stdin.take().unwrap();
    list.write_all(b"a.jpg\n").unwrap();
    while unfinished(mnet).is_none_or(|path| fs::metadata(path).map_or(0, |file| file.len()) == 0) {
        std::thread::sleep(Duration::from_millis(20));
    }
    (run, list)
}

/// An unfinished output in the folder.
fn unfinished(mnet: &Mnet) -> Option<std::path::PathBuf> {
    let mut paths = fs::read_dir(mnet.path()).unwrap().map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|ending| ending == "tmp"))
}

#[test]
fn an_output_is_locked_until_its_run_ends() {
    let mnet = folder();
    mnet.run(["classify", "a.jpg", "b.jpg", "-o", "labels.jsonl"]).succeeded();
    let (run, list) = waiting(&mnet, &["-o", "labels.jsonl"]);
    for flag in ["--resume", "-o"] {
        mnet.run(["classify", "b.jpg", flag, "labels.jsonl"])
            .failed(2, &["labels.jsonl: another mnet is writing it"]);
    }
    drop(list);
    Run::from(run.wait_with_output().unwrap()).succeeded();
    assert_eq!(fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap().lines().count(), 1);
}

#[test]
fn what_took_the_name_during_the_run_stays() {
    let mnet = folder();
    let path = mnet.path().join("labels.jsonl");
    let (run, list) = waiting(&mnet, &["-o", "labels.jsonl"]);
    mnet.run(["classify", "a.jpg", "b.jpg", "--resume", "labels.jsonl"]).succeeded();
    drop(list);
    Run::from(run.wait_with_output().unwrap()).failed(
        2,
        &[
            "labels.jsonl: it was written by another program during the run; 1 answers were written",
            "try: mv labels.jsonl.",
        ],
    );
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2, "those of the other run");
    fs::remove_file(unfinished(&mnet).unwrap()).unwrap();
    // The same for a file that was there, and was then replaced.
    let (run, list) = waiting(&mnet, &["-o", "labels.jsonl"]);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "dear diary").unwrap();
    drop(list);
    Run::from(run.wait_with_output().unwrap()).failed(2, &["written by another program"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "dear diary");
    fs::remove_file(unfinished(&mnet).unwrap()).unwrap();
    // And for one that was written to where it is.
    fs::remove_file(&path).unwrap();
    mnet.run(["classify", "a.jpg", "-o", "labels.jsonl"]).succeeded();
    let (run, list) = waiting(&mnet, &["-o", "labels.jsonl"]);
    fs::File::options().append(true).open(&path).unwrap().write_all(b"dear diary\n").unwrap();
    drop(list);
    Run::from(run.wait_with_output().unwrap()).failed(2, &["written by another program"]);
    assert!(fs::read_to_string(&path).unwrap().ends_with("dear diary\n"));
}

#[test]
fn an_unfinished_file_that_was_removed_is_not_offered() {
    let mnet = folder();
    let (run, list) = waiting(&mnet, &["-o", "labels.jsonl"]);
    fs::remove_file(unfinished(&mnet).unwrap()).unwrap();
    drop(list);
    let run = Run::from(run.wait_with_output().unwrap()).failed(2, &["is gone, where its answers were"]);
    assert!(!run.stderr.contains("try:"), "{}", run.stderr);
}

#[test]
fn a_part_or_nothing_does_not_replace_a_whole_file() {
    let mnet = folder();
    fs::create_dir(mnet.path().join("empty")).unwrap();
    mnet.run(["classify", "a.jpg", "b.jpg", "-o", "labels.jsonl"]).succeeded();
    let before = fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap();
    let is_as_before = || fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap() == before;
    mnet.run(["classify", "a.jpg", "gone.jpg", "b.jpg", "-j", "1", "--fail-fast", "-o", "labels.jsonl"])
        .failed(
            1,
            &[
                "stopped after 2 pictures: they are in labels.jsonl.",
                "labels.jsonl is as before; to add the others: mv ",
            ],
        );
    assert!(is_as_before());
    fs::remove_file(unfinished(&mnet).unwrap()).unwrap();
    mnet.run(["classify", "-r", "empty", "-o", "labels.jsonl"])
        .failed(0, &["no pictures found; labels.jsonl is as before"]);
    assert!(is_as_before() && unfinished(&mnet).is_none());
    mnet.run(["classify", "-r", "unmounted", "-o", "labels.jsonl"])
        .failed(1, &["no answers; labels.jsonl is as before"]);
    assert!(is_as_before() && unfinished(&mnet).is_none());
    // Where there was nothing, a part is better than nothing.
    mnet.run(["classify", "a.jpg", "gone.jpg", "b.jpg", "-j", "1", "--fail-fast", "-o", "new.jsonl"])
        .failed(1, &["stopped after 2 pictures; to add the others: ", " --fail-fast --resume new.jsonl\n"]);
    assert_eq!(fs::read_to_string(mnet.path().join("new.jsonl")).unwrap().lines().count(), 2);
}

#[test]
fn lists_and_labels_are_never_outputs() {
    let mnet = folder();
    let list = "a.jpg\nb.jpg\n";
    fs::write(mnet.path().join("list.txt"), list).unwrap();
    let refused = ["list.txt: is the list of inputs"];
    mnet.run(["classify", "--files-from", "list.txt", "--paths-only", "-o", "list.txt"]).failed(2, &refused);
    let mut command = mnet.command(["classify", "--files-from", "-", "--paths-only", "-o", "list.txt"]);
    command.stdin(fs::File::open(mnet.path().join("list.txt")).unwrap());
    #[cfg(unix)]
    Run::of(&mut command).failed(2, &refused);
    fs::write(mnet.path().join("labels.txt"), "cat\n".repeat(1000)).unwrap();
    fs::hard_link(mnet.path().join("labels.txt"), mnet.path().join("same.txt")).unwrap();
    mnet.run(["classify", "a.jpg", "--labels", "labels.txt", "--paths-only", "-o", "same.txt"])
        .failed(2, &["same.txt: holds the labels"]);
    mnet.run(["classify", "a.jpg", "-o", "list.txt"]).failed(2, &["list.txt: was not written by mnet"]);
    assert_eq!(fs::read_to_string(mnet.path().join("list.txt")).unwrap(), list);
    // Of a list that is not read, a run that writes such lists may make a new one.
    mnet.run(["classify", "a.jpg", "--paths-only", "-o", "list.txt"]).succeeded();
    assert_eq!(fs::read_to_string(mnet.path().join("list.txt")).unwrap(), "a.jpg\n");
}

#[test]
fn a_bad_name_is_refused_before_the_first_picture() {
    let mnet = folder();
    let long = format!("{}.jsonl", "x".repeat(251));
    for (name, reason) in [
        ("nosuch/", "expected the name of a file"),
        ("..", "is a directory"),
        ("a.jpg/labels.jsonl", "directory"),
        (long.as_str(), "name too long"),
    ] {
        let run = mnet.run(["classify", "gone.jpg", "-o", name]);
        assert!(run.code == 2 && run.stderr.to_lowercase().contains(reason), "{name}: {}", run.stderr);
        assert!(!run.stderr.contains("gone.jpg"), "{}", run.stderr);
    }
    let mut readonly = fs::File::create(mnet.path().join("kept.jsonl")).unwrap();
    readonly.write_all(b"").unwrap();
    let mut permissions = readonly.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(mnet.path().join("kept.jsonl"), permissions).unwrap();
    mnet.run(["classify", "a.jpg", "-o", "kept.jsonl"]).failed(2, &["kept.jsonl: is read-only"]);
    assert_eq!(fs::read_dir(mnet.path()).unwrap().count(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn an_open_file_is_written_where_it_is() {
    let mnet = folder();
    let shell = |script: &str| {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path());
        Run::of(&mut command).succeeded()
    };
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        shell(&format!("{{ echo before; \"$0\" classify a.jpg --json -o {name}; echo after; }} > all.txt"));
        let text = fs::read_to_string(mnet.path().join("all.txt")).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!((lines[0], lines.len(), lines[2]), ("before", 3, "after"), "{name}");
    }
    shell("for i in 1 2 3; do \"$0\" classify a.jpg -o /dev/stdout; done > all.txt");
    assert_eq!(fs::read_to_string(mnet.path().join("all.txt")).unwrap().lines().count(), 3);
    shell("exec 3> all.txt; for i in 1 2; do \"$0\" classify a.jpg -o /dev/fd/3; done");
    assert_eq!(fs::read_to_string(mnet.path().join("all.txt")).unwrap().lines().count(), 2);
    shell("\"$0\" classify a.jpg -o /dev/stderr 2>> all.txt");
    assert_eq!(fs::read_to_string(mnet.path().join("all.txt")).unwrap().lines().count(), 3);
    assert!(unfinished(&mnet).is_none());
}

#[test]
fn a_run_does_not_label_its_own_output() {
    let mnet = folder();
    for _ in 0..2 {
        mnet.run(["classify", "-r", ".", "--glob", "*", "-o", "labels.jsonl"]).succeeded();
    }
    mnet.run(["classify", "-r", ".", "--glob", "*", "--resume", "labels.jsonl"]).succeeded();
    let text = fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn hints_are_commands_that_a_shell_reads_as_meant() {
    let mnet = folder();
    fs::create_dir(mnet.path().join("my dir")).unwrap();
    mnet.run(["classify", "my dir"]).failed(1, &["try: mnet classify -r 'my dir'"]);
    mnet.run(["classify", "a.jpg", "-o", "no dir/x.csv"]).failed(2, &["try: mkdir -p 'no dir'"]);
    mnet.run(["classify", "HTTPS://x/';rm -rf y;'.jpg"])
        .failed(1, &[r#"try: curl -sL "HTTPS://x/';rm -rf y;'.jpg" | mnet classify -"#]);
}
