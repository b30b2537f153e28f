//! Files of answers that are continued: what other programs, other runs and broken disks have made of them.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use super::support::checkpoint;
use super::{Mnet, Run, photo};

/// A folder with three pictures.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    for (name, from) in [("a.jpg", "hot_dog.jpg"), ("b.jpg", "cat_720p.jpg"), ("c.jpg", "hot_dog.jpg")] {
        fs::copy(photo(from), mnet.path().join(name)).unwrap();
    }
    mnet
}

fn resume(mnet: &Mnet, name: &str, paths: &[&str]) -> Run {
    mnet.run([&["classify", "-k", "2", "--resume", name], paths].concat())
}

fn text(mnet: &Mnet, name: &str) -> String {
    String::from_utf8_lossy(&fs::read(mnet.path().join(name)).unwrap()).into_owned()
}

/// A shell with the program as `$0`.
fn shell(mnet: &Mnet, script: &str) -> Run {
    let mut command = Command::new("bash");
    Run::of(command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path()))
}

#[test]
fn the_answers_of_pictures_that_are_not_named_again_stay() {
    let mnet = folder();
    for name in ["labels.jsonl", "labels.csv"] {
        resume(&mnet, name, &["a.jpg", "b.jpg"]).succeeded();
        let before = text(&mnet, name);
        // The last picture is asked once more, and has all its rows.
        resume(&mnet, name, &["a.jpg", "b.jpg"]).succeeded();
        assert_eq!(text(&mnet, name), before);
        resume(&mnet, name, &["c.jpg"]).succeeded();
        let after = text(&mnet, name);
        assert!(after.starts_with(&before) && after.contains("c.jpg"), "{after}");
        fs::create_dir_all(mnet.path().join("empty")).unwrap();
        resume(&mnet, name, &["-r", "empty"]).succeeded();
        assert_eq!(text(&mnet, name), after);
    }
}

#[test]
fn rows_that_the_last_picture_lacks_are_added() {
    let mnet = folder();
    resume(&mnet, "labels.csv", &["a.jpg", "b.jpg"]).succeeded();
    let whole = text(&mnet, "labels.csv");
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    fs::write(mnet.path().join("labels.csv"), &whole[..last]).unwrap();
    // Another picture first: the rows of one that is not named again stay as they are.
    resume(&mnet, "labels.csv", &["c.jpg", "b.jpg"]).succeeded();
    let text = text(&mnet, "labels.csv");
    assert!(text.starts_with(&whole[..last]) && text.ends_with(&whole[last..]), "{text}");
    assert_eq!(text.matches("\nb.jpg,").count(), 2, "{text}");
}

/// What two writers, a power failure or an editor leave behind.
#[test]
fn a_damaged_file_keeps_its_answers_and_goes_on() {
    let mnet = folder();
    for (name, damage) in [
        ("labels.jsonl", &b"{\"path\":\"torn.jpg\",\"wid\n"[..]),
        ("labels.jsonl", b"{\"path\":\"1.jpg\",\"split\":\"train\"}\n"),
        ("labels.jsonl", b"a note\nand another\n"),
        ("labels.jsonl", b"\0\0\0\0\0\0\0\0\n"),
        ("labels.csv", b"torn,1,2\n"),
        ("labels.csv", b"x,y,z,1,2,3,4\n"),
        ("labels.csv", b"\"torn/pa\n"),
        ("labels.csv", b"9.jpg,1,2,n1,\"Saluki, gaz\n"),
        ("labels.csv", b"torn,1,\0\0\0\0\0\0\0\0,2\n"),
        ("labels.csv", b"\0\0\0\0\0\0\0\0\n"),
    ] {
        let path = mnet.path().join(name);
        resume(&mnet, name, &["a.jpg", "b.jpg"]).succeeded();
        let whole = text(&mnet, name);
        let middle = whole.find("b.jpg").unwrap();
        let middle = whole[..middle].rfind('\n').unwrap() + 1;
        let (before, after) = whole.split_at(middle);
        fs::write(&path, [before.as_bytes(), damage, after.as_bytes()].concat()).unwrap();

        let run = resume(&mnet, name, &["c.jpg"]).failed(0, &["was damaged in 1 place"]);
        let repaired = text(&mnet, name).replace("\n\n", "\n");
        let shown = String::from_utf8_lossy(damage);
        let rejected = mnet.path().join(format!("{name}.rejected"));
        if damage[0] == 0 {
            // Zeros are not kept, but in CSV the rows before them are.
            assert_eq!(rejected.exists(), name.ends_with("csv"));
            assert!(
                name.ends_with("csv") || run.stderr.contains("zero bytes, which are gone"),
                "{}",
                run.stderr
            );
        } else {
            assert!(text(&mnet, &format!("{name}.rejected")).contains(&*shown), "{shown}");
        }
        let _ = fs::remove_file(rejected);
        // In CSV the rows before the damage might lack others.
        assert!(
            repaired.starts_with(&whole) || name.ends_with("csv") && repaired.contains(after),
            "{repaired}"
        );
        assert!(!repaired.contains(shown.trim_end()) && repaired.contains("c.jpg"), "{repaired}");
        // Nothing is left to mend.
        let run = resume(&mnet, name, &["a.jpg", "b.jpg", "c.jpg"]).succeeded();
        assert!(!run.stderr.contains("damaged"), "{}", run.stderr);
        assert!(text(&mnet, name).contains("a.jpg"));
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_file_of_another_program_stays_as_it_is() {
    let mnet = folder();
    for (name, content) in [
        ("man.jsonl", &b"{\"path\":\"1.jpg\",\"split\":\"train\"}\n"[..]),
        ("settings.json", b"{\"path\":\"/data\",\"secret\":1}"),
        ("mac.jsonl", b"{\"path\":\"1.jpg\"}\r{\"path\":\"2.jpg\"}\r"),
        ("power.jsonl", b"{\0\"\0p\0a\0t\0h\0\"\0:\0\n\0"),
        ("zeros.jsonl", b"\0\0\0\0"),
        ("names.csv", b"name,age\na,1\n"),
    ] {
        fs::write(mnet.path().join(name), content).unwrap();
        resume(&mnet, name, &["a.jpg"]).failed(
            2,
            &["was not written by mnet", "try: another name for --resume, or move that file away"],
        );
        assert_eq!(fs::read(mnet.path().join(name)).unwrap(), content);
    }
}

/// Whatever has the usual name stays as it is, and a long name is cut.
#[test]
fn what_is_rejected_gets_a_name_of_its_own() {
    let long = format!("{}.jsonl", "x".repeat(249));
    for name in ["labels.jsonl", &long] {
        for taken in ["file", "folder", "pipe", "nothing"] {
            let mnet = folder();
            let usual = mnet.path().join("labels.jsonl.rejected");
            match taken {
                "file" => fs::write(&usual, "a photo").unwrap(),
                "folder" => fs::create_dir(&usual).unwrap(),
                "pipe" => assert!(Command::new("mkfifo").arg(&usual).status().unwrap().success()),
                _ => {}
            }
            resume(&mnet, name, &["a.jpg"]).succeeded();
            File::options()
                .append(true)
                .open(mnet.path().join(name))
                .unwrap()
                .write_all(b"a note\n")
                .unwrap();
            resume(&mnet, name, &["b.jpg"]).failed(0, &["damaged in 1 place", "rejected"]);
            let is_note = |path: &PathBuf| path.is_file() && fs::read(path).unwrap().starts_with(b"a note\n");
            let files = || fs::read_dir(mnet.path()).unwrap().map(|entry| entry.unwrap().path());
            assert_eq!(files().filter(is_note).count(), 1, "{taken}");
            assert!(taken != "file" || fs::read(&usual).unwrap() == b"a photo");
            assert!(!files().any(|path| path.extension().is_some_and(|ending| ending == "tmp")));
            assert_eq!(text(&mnet, name).lines().count(), 2);
        }
    }
}

/// Where no copy can be made, the damage stays and the run goes on: here in a file that has no name any more.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_repaired_is_appended_to() {
    for (format, name, damage) in
        [("jsonl", "labels.jsonl", "a note"), ("csv", "labels.csv", "torn.jpg,1,2\n")]
    {
        let mnet = folder();
        resume(&mnet, name, &["a.jpg", "c.jpg"]).succeeded();
        let mut file = File::options().append(true).open(mnet.path().join(name)).unwrap();
        file.write_all(damage.as_bytes()).unwrap();
        let run = format!("\"$0\" classify b.jpg -k 2 --format {format} --resume /proc/self/fd/3 || exit");
        let script = format!("exec 3<>{name}; rm {name}; {run}; {run}; cat /proc/self/fd/3");
        let run = shell(&mnet, &script).succeeded();
        assert_eq!(
            run.stderr.matches("damaged in 1 place; it cannot be repaired (").count(),
            2,
            "{}",
            run.stderr
        );
        let lines: Vec<_> = run.stdout.lines().collect();
        assert!(lines.contains(&damage.trim_end()), "{}", run.stdout);
        let rows = if format == "csv" { 2 } else { 1 };
        for picture in ["a.jpg", "b.jpg", "c.jpg"] {
            assert_eq!(lines.iter().filter(|line| line.contains(picture)).count(), rows, "{}", run.stdout);
        }
    }
}

/// A run over a list that stays open, once it has answered the first picture.
fn running(mnet: &Mnet, name: &str) -> (Child, ChildStdin) {
    let mut command = mnet.command(["classify", "-k", "2", "--resume", name, "--files-from", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut list = child.stdin.take().unwrap();
    list.write_all(b"a.jpg\n").unwrap();
    while fs::metadata(mnet.path().join(name)).map_or(0, |file| file.len()) == 0 {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(20));
    }
    (child, list)
}

#[test]
fn a_file_that_changes_under_a_run_loses_nothing_in_silence() {
    let mnet = folder();
    let path = mnet.path().join("labels.jsonl");
    let end = |(child, mut list): (Child, ChildStdin)| {
        list.write_all(b"b.jpg\n").unwrap();
        drop(list);
        Run::from(child.wait_with_output().unwrap())
    };
    for is_replaced in [false, true] {
        let run = running(&mnet, "labels.jsonl");
        fs::remove_file(&path).unwrap();
        if is_replaced {
            fs::write(&path, "").unwrap();
        }
        end(run).failed(2, &["labels.jsonl: was removed or replaced while answers were appended to it"]);
        let _ = fs::remove_file(&path);
    }
    // Another program's line stays, and a file that was emptied has no hole.
    let run = running(&mnet, "labels.jsonl");
    File::options().append(true).open(&path).unwrap().write_all(b"a note\n").unwrap();
    end(run).succeeded();
    let lines: Vec<_> = text(&mnet, "labels.jsonl").lines().map(ToOwned::to_owned).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    fs::remove_file(&path).unwrap();
    let run = running(&mnet, "labels.jsonl");
    File::create(&path).unwrap();
    end(run).succeeded();
    assert!(text(&mnet, "labels.jsonl").starts_with("{\"path\":\"b.jpg\""));
}

#[test]
fn pipes_and_lists_that_failed_are_read_in_every_run() {
    let mnet = folder();
    for name in ["labels.jsonl", "labels.csv"] {
        for (count, picture) in [(1, "a.jpg"), (2, "b.jpg")] {
            let script = format!(
                "\"$0\" classify -k 1 --resume {name} <(cat {picture}) && \"$0\" classify -k 1 --resume {name} - < {picture}"
            );
            shell(&mnet, &script).succeeded();
            let text = text(&mnet, name);
            let records =
                text.lines().skip(usize::from(name.ends_with("csv"))).filter(|line| !line.is_empty());
            assert_eq!(records.count(), 2 * count, "{name}");
        }
        fs::remove_file(mnet.path().join(name)).unwrap();
        fs::write(mnet.path().join("list.txt"), b"\xff\xfea\0\n\0").unwrap();
        for _ in 0..2 {
            let run = mnet.run(["classify", "--resume", name, "--files-from", "list.txt"]);
            assert_eq!(run.code, 1, "{}", run.stderr);
            assert_eq!(text(&mnet, name).matches("UTF-16").count(), 1);
        }
        fs::write(mnet.path().join("list.txt"), "a.jpg\n").unwrap();
        mnet.run(["classify", "--resume", name, "--files-from", "list.txt"]).succeeded();
        assert!(text(&mnet, name).contains("a.jpg"));
    }
}

#[test]
fn a_picture_that_did_not_fit_is_tried_again() {
    let mnet = folder();
    for name in ["labels.jsonl", "labels.csv"] {
        let small = ["classify", "b.jpg", "gone.jpg", "--resume", name, "--memory", "1M"];
        let lines = || text(&mnet, name).lines().count();
        assert_eq!(mnet.run(small).code, 1);
        let before = lines();
        assert_eq!(mnet.run(small).code, 1);
        assert_eq!(lines(), before, "the same failures are not written twice");
        fs::copy(mnet.path().join("b.jpg"), mnet.path().join("gone.jpg")).unwrap();
        let run = resume(&mnet, name, &["b.jpg", "gone.jpg"]).succeeded();
        assert!(!run.stderr.contains("already"), "{}", run.stderr);
        let after = text(&mnet, name);
        resume(&mnet, name, &["b.jpg", "gone.jpg"]).succeeded();
        assert_eq!(text(&mnet, name), after);
        fs::remove_file(mnet.path().join("gone.jpg")).unwrap();
    }
}

/// A file system that lost its blocks, or a file that is no text, of more bytes than there is memory.
#[test]
fn a_file_without_lines_takes_no_memory() {
    let mnet = folder();
    resume(&mnet, "labels.csv", &["a.jpg"]).succeeded();
    resume(&mnet, "labels.jsonl", &["a.jpg"]).succeeded();
    for name in ["labels.csv", "labels.jsonl"] {
        let file = File::options().write(true).open(mnet.path().join(name)).unwrap();
        file.set_len(3 << 30).unwrap();
        let script = format!("ulimit -v 1500000; \"$0\" classify -j 1 -k 2 b.jpg --resume {name}");
        shell(&mnet, &script).succeeded();
        let mut text = String::new();
        File::open(mnet.path().join(name)).unwrap().take(1 << 20).read_to_string(&mut text).unwrap();
        assert!(text.contains("a.jpg") && text.contains("b.jpg") && !text.contains('\0'), "{name}");
    }
    File::create(mnet.path().join("zeros.jsonl")).unwrap().set_len(3 << 30).unwrap();
    shell(&mnet, "ulimit -v 1500000; \"$0\" classify -j 1 a.jpg --resume zeros.jsonl")
        .failed(2, &["line 1 was not written by mnet (it is nothing but zero bytes)"]);
}

#[test]
fn what_a_spreadsheet_saved_can_be_resumed() {
    let mnet = folder();
    mnet.run(["classify", "a.jpg", "a.jpg", "-k", "1", "--resume", "labels.csv"]).succeeded();
    let path = mnet.path().join("labels.csv");
    let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    fs::write(&path, format!("\u{feff}{text}")).unwrap();
    mnet.run(["classify", "a.jpg", "b.jpg", "-k", "1", "--resume", "labels.csv"])
        .failed(0, &["already has the answers"]);
    assert!(fs::read_to_string(&path).unwrap().contains("b.jpg"));
}

/// CSV as three versions wrote it; the first two do not name the model.
#[test]
fn csv_of_another_version_or_model() {
    let mnet = folder();
    let path = mnet.path().join("labels.csv");
    let header = "path,rank,index,wnid,label,score,error";
    for columns in ["", ",damaged"] {
        let commas = ",".repeat(columns.len().min(1));
        let before = format!("{header}{columns}\nx.jpg,1,7,n1,cock,0.5,{commas}\ny.jpg,,,,,,{commas}\n");
        fs::write(&path, &before).unwrap();
        let new = if columns.is_empty() {
            "damaged, model, res and path_bytes"
        } else {
            "model, res and path_bytes"
        };
        let note =
            format!("labels.csv was begun by an earlier version, without {new}: whether this model gave");
        resume(&mnet, "labels.csv", &["x.jpg", "gone.jpg"])
            .failed(1, &[&note, "already has the answers to 2"]);
        assert_eq!(text(&mnet, "labels.csv"), format!("{before}gone.jpg,,,,,,no such file{commas}\n"));
    }
    let other = format!("{header},damaged,model,res,path_bytes\nx.jpg,1,7,n1,cock,0.5,,,other,224,\n");
    fs::write(&path, &other).unwrap();
    resume(&mnet, "labels.csv", &["gone.jpg"]).failed(
        2,
        &[
            "labels.csv: its answers are from other at 224 px; this run uses builtin at 224 px",
            "--resume labels-2.csv",
        ],
    );
    assert_eq!(text(&mnet, "labels.csv"), other);
}

/// An old file does not name its model, so a picture of it is asked again.
#[test]
fn csv_of_an_earlier_version_takes_no_answers_of_another_model() {
    let mnet = folder();
    checkpoint::tiny(&mnet.path().join("m1"), &["a", "b", "c"]);
    checkpoint::tiny(&mnet.path().join("m2"), &["a", "b", "c"]);
    checkpoint::alter(&mnet.path().join("m2"), |tensors| {
        tensors.get_mut("classifier.bias").unwrap().1[0] += 3.0;
    });
    let run = |model: &str, words: &[&str]| {
        let first =
            ["classify", "a.jpg", "b.jpg", "gone.jpg", "-k", "2", "--resume", "labels.csv", "--model", model];
        mnet.run([&first[..], words].concat())
    };
    run("m1", &[]).failed(1, &[]);
    let seven = |line: &str| line.split(',').take(7).collect::<Vec<_>>().join(",") + "\n";
    let old: String = text(&mnet, "labels.csv").lines().map(seven).collect();
    let put = || fs::write(mnet.path().join("labels.csv"), &old).unwrap();
    put();
    for (model, flags) in [("m2", &[][..]), ("m1", &["--mean", "0.1"])] {
        let said = ["labels.csv: its answer to b.jpg is ", "--resume labels-2.csv"];
        run(model, flags).failed(2, &said);
        assert_eq!(text(&mnet, "labels.csv"), old);
    }
    run("./m1", &["c.jpg"]).failed(1, &["its last answer is also that of this model"]);
    assert!(text(&mnet, "labels.csv").contains("c.jpg,1,"));
}

#[test]
fn a_folder_of_weights_is_one_model_by_any_name() {
    let mnet = folder();
    for folder in ["m1", "m2"] {
        checkpoint::tiny(&mnet.path().join(folder), &["a", "b", "c"]);
    }
    for name in ["labels.jsonl", "labels.csv"] {
        let run =
            |model: &str, picture: &str| mnet.run(["classify", picture, "--resume", name, "--model", model]);
        run("m1", "a.jpg").succeeded();
        run("./m1", "b.jpg").succeeded();
        run("m2", "c.jpg").failed(2, &["its answers are from m1 at ", "this run uses m2 at "]);
    }
}

/// Names that differ in bytes that are not UTF-8 are told apart, in a file that any program can read.
#[cfg(target_os = "linux")]
#[test]
fn csv_knows_pictures_whose_names_are_not_utf8() {
    let mnet = folder();
    let script = "cp a.jpg $'caf\\xe9.jpg'; run() { \"$0\" classify -k 1 --resume labels.csv caf*.jpg $'caf\\xe8.jpg' gone.jpg; }; run; run";
    let run = shell(&mnet, script).failed(1, &["already has the answers to 1 input"]);
    assert!(!run.stderr.contains("damaged"), "{}", run.stderr);
    let rows = String::from_utf8(fs::read(mnet.path().join("labels.csv")).unwrap()).unwrap();
    let rows: Vec<_> = rows.lines().skip(1).collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(
        rows[0].starts_with("caf\u{fffd}.jpg,1,934,") && rows[0].ends_with(",builtin,224,Y2Fm6S5qcGc="),
        "{rows:?}"
    );
    assert_eq!(rows[1], "caf\u{fffd}.jpg,,,,,,no such file,,,,Y2Fm6C5qcGc=");
}

/// A disk that was full between two rows of a picture leaves what looks like a whole answer.
#[test]
fn rows_that_were_cut_off_are_added_by_whichever_run_names_the_picture() {
    let mnet = folder();
    let path = mnet.path().join("labels.csv");
    resume(&mnet, "labels.csv", &["a.jpg", "b.jpg"]).succeeded();
    let whole = text(&mnet, "labels.csv");
    let (kept, cut) = whole.split_at(whole[..whole.len() - 1].rfind('\n').unwrap() + 1);
    fs::write(&path, kept).unwrap();
    resume(&mnet, "labels.csv", &["c.jpg"]).succeeded();
    assert!(text(&mnet, "labels.csv").starts_with(&format!("{kept}\nc.jpg,1,")));
    let run = resume(&mnet, "labels.csv", &["c.jpg", "b.jpg", "a.jpg"]).succeeded();
    assert!(!run.stderr.contains("damaged"), "{}", run.stderr);
    let after = text(&mnet, "labels.csv");
    assert!(after.ends_with(cut), "{after}");
    assert_eq!(after.lines().filter(|line| !line.is_empty()).count(), 7, "{after}");
    resume(&mnet, "labels.csv", &["a.jpg", "b.jpg", "c.jpg"]).succeeded();
    assert_eq!(text(&mnet, "labels.csv"), after);
}
