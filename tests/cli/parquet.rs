//! Parquet: readable however a run ends, and refused where it cannot be written.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use ::parquet::file::reader::SerializedFileReader;
use ::parquet::record::{Row, RowAccessor};

use super::{Mnet, Run, photo};

fn rows(file: &Path) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
    reader.into_iter().map(Result::unwrap).collect()
}

/// The path, and the label of the best class or the kind of the error.
fn outcome(row: &Row) -> (&str, &str) {
    let best = row.get_list(6).ok().map(|top| match &top.elements()[0] {
        ::parquet::record::Field::Group(class) => class.get_string(2).unwrap().as_str(),
        other => panic!("{other} is not a class"),
    });
    let kind = || row.get_group(9).unwrap().get_string(0).unwrap().as_str();
    (row.get_string(0).unwrap(), best.unwrap_or_else(kind))
}

#[test]
fn rows_for_answers_and_failures() {
    let mnet = Mnet::new();
    let [cat, dog] = ["cat_720p.jpg", "hot_dog.jpg"].map(photo);
    let [cat, dog] = [&cat, &dog].map(|path| path.to_str().unwrap());
    let args = ["classify", cat, "gone.jpg", dog, "--logits", "-o", "labels.parquet"];
    assert_eq!(mnet.run(args).failed(1, &["1 of 3"]).stdout, "");
    let file = mnet.path().join("labels.parquet");
    let written = rows(&file);
    let expected = [(cat, "Egyptian cat"), ("gone.jpg", "io"), (dog, "hotdog, hot dog, red hot")];
    assert_eq!(written.iter().map(outcome).collect::<Vec<_>>(), expected);
    assert_eq!(written[2].get_list(7).unwrap().len(), 1000);
    assert!(written[1].get_int(2).is_err() && written[1].get_string(4).is_err(), "{}", written[1]);

    let stdout = mnet.path().join("stdout");
    let mut command = mnet.command(["classify", cat, "--format", "parquet"]);
    assert!(command.stdout(File::create(&stdout).unwrap()).status().unwrap().success());
    assert_eq!(rows(&stdout).len(), 1);
}

#[test]
fn the_file_can_be_read_after_fail_fast() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let args =
        ["classify", "-j", "1", "--fail-fast", "-o", "labels.parquet", cat.to_str().unwrap(), "gone.jpg"];
    mnet.run([&args[..], &args[6..]].concat()).failed(1, &[]);
    assert_eq!(rows(&mnet.path().join("labels.parquet")).len(), 2);
}

#[cfg(unix)]
#[test]
fn the_file_can_be_read_after_an_interruption() {
    use std::io::Write;
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let bytes = std::fs::read(&cat).unwrap();
    // More than a pipe holds: once all but the last byte is written, mnet is reading the picture.
    assert!(bytes.len() > 1 << 16);
    let (start, end) = bytes.split_at(bytes.len() - 1);
    let mut command =
        mnet.command(["classify", "-j", "1", "-o", "labels.parquet", "-", cat.to_str().unwrap()]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(start).unwrap();
    let kill = format!("kill -INT {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    stdin.write_all(end).unwrap();
    drop(stdin);
    Run::from(child.wait_with_output().unwrap()).failed(130, &[]);
    let written = rows(&mnet.path().join("labels.parquet"));
    assert_eq!(written.iter().map(outcome).collect::<Vec<_>>(), [("-", "Egyptian cat")]);
}

#[test]
fn it_cannot_be_resumed() {
    let mnet = Mnet::new();
    mnet.run(["classify", "photo.jpg", "--resume", "labels.parquet"]).failed(
        2,
        &[
            "labels.parquet: Parquet output cannot be resumed; JSON Lines and CSV can",
            "--resume labels.jsonl",
        ],
    );
    assert!(!mnet.path().join("labels.parquet").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn terminals_full_disks_and_closed_pipes() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let onto = |device: &str| {
        let device = std::fs::OpenOptions::new().read(true).write(true).open(device).unwrap();
        let mut command = mnet.command(["classify", "--format", "parquet", cat.to_str().unwrap()]);
        Run::from(command.stdout(device).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap())
    };
    // The side of a pseudo-terminal that any program may open.
    onto("/dev/ptmx").failed(2, &["Parquet output cannot be shown on a terminal", "-o labels.parquet"]);
    onto("/dev/full").failed(2, &["stdout: No space left", "0 answers were written"]);

    let mut command = mnet.command(["classify", "--format", "parquet", cat.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap()).succeeded();
    assert_eq!(run.stderr, "");
}
