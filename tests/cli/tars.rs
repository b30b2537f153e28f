//! Pictures in tars: files, streams, members by their names, and what is said of those that fail.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use super::support::checkpoint;
use super::support::tars::{END, member, tar};
use super::{Mnet, Run, photo};

/// A folder with a small checkpoint in `model`.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("model"), &["rust", "healthy", "mildew"]);
    mnet
}

fn picture() -> Vec<u8> {
    fs::read(photo("hot_dog.jpg")).unwrap()
}

/// The paths and errors of JSON Lines.
fn told(run: &Run) -> Vec<String> {
    let tell = |line: serde_json::Value| {
        let path = line["path"].as_str().unwrap().to_owned();
        line["error"]["message"].as_str().map_or(path.clone(), |message| format!("{path}: {message}"))
    };
    run.json().into_iter().map(tell).collect()
}

/// Runs mnet with a tar on stdin.
fn piped(mnet: &Mnet, words: &str, bytes: &[u8]) -> Run {
    let mut command = mnet.command(words.split(' '));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that is refused reads nothing.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    Run::from(child.wait_with_output().unwrap())
}

#[test]
fn a_tar_is_labelled_member_by_member() {
    let mnet = folder();
    let bytes =
        tar(&[("./a.jpg", &picture()), ("../b.jpg", b"no picture"), ("c.txt", b"x"), ("d.jpg", &picture())]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    let expected = ["x.tar/a.jpg", "x.tar/../b.jpg: not an image: text", "x.tar/d.jpg"];
    let run = mnet.run("classify x.tar --model model --json".split(' ')).failed(1, &[]);
    assert_eq!(told(&run), expected);
    let first = &run.json()[0];
    fs::write(mnet.path().join("a.jpg"), picture()).unwrap();
    let alone = mnet.run("classify a.jpg --model model --json".split(' ')).succeeded();
    assert_eq!(first["top"], alone.json()[0]["top"]);
    // The file may have been cut between two members.
    fs::write(mnet.path().join("y.tgz"), &bytes[..bytes.len() - 1024]).unwrap();
    let run = mnet.run("classify y.tgz --model model --json --exclude b.jpg".split(' ')).failed(1, &[]);
    let reason =
        format!("y.tgz: has no end marker after byte {}: members may be missing", bytes.len() - 1024);
    assert_eq!(told(&run), ["y.tgz/a.jpg", "y.tgz/d.jpg", reason.as_str()]);
}

/// The way of a caller that has one picture at a time.
struct Stage {
    child: std::process::Child,
    stdin: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Stage {
    fn new(mnet: &Mnet) -> Self {
        let mut command = mnet.command("classify --tar - --model model --json".split(' '));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        Self { child, stdin, lines: BufReader::new(stdout).lines() }
    }

    /// Writes a member, and waits for its answer.
    fn ask(&mut self, bytes: &[u8]) -> serde_json::Value {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    fn end(mut self) -> Run {
        drop(self.stdin.take());
        Run::from(self.child.wait_with_output().unwrap())
    }
}

#[test]
fn a_member_is_answered_before_the_next_one_is_written() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet);
    for name in ["1.jpg", "2.jpg", "3.jpg"] {
        let answer = stage.ask(&member(name, &picture()));
        assert_eq!((answer["path"].as_str(), answer["error"].is_null()), (Some(name), true), "{answer}");
    }
    // Not even the zeros after the bytes of a member are waited for.
    let last = member("4.jpg", b"no picture");
    assert_eq!(stage.ask(&last[..522])["error"]["kind"], "not-an-image");
    stage.stdin.as_mut().unwrap().write_all(&[&last[522..], &END].concat()).unwrap();
    stage.end().failed(1, &["1 of 4 pictures failed"]);
}

#[test]
fn a_caller_that_closes_the_stream_is_done() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet);
    stage.ask(&member("1.jpg", &picture()));
    stage.stdin.as_mut().unwrap().write_all(&END).unwrap();
    stage.end().succeeded();
    let run = piped(&mnet, "classify --tar - --model model --json", &END).succeeded();
    assert!(run.stderr.contains("no pictures found"), "{}", run.stderr);
    let run = piped(&mnet, "classify --tar - --model model --json", b"").failed(1, &[]);
    assert_eq!(told(&run), ["-: is empty, not a tar"]);
}

#[cfg(unix)]
#[test]
fn sigterm_ends_a_run_whose_stream_is_open() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet);
    stage.ask(&member("1.jpg", &picture()));
    Command::new("kill").args(["-TERM", &stage.child.id().to_string()]).status().unwrap();
    let open = stage.stdin.take();
    stage.end().failed(143, &["stopped by SIGTERM after 1 picture"]);
    drop(open);
}

#[test]
fn stdin_is_one_thing() {
    let mnet = folder();
    for (words, reason, command) in [
        ("classify --tar - -k 1 -", "stdin cannot be a tar and a picture", "mnet classify -k 1 -"),
        (
            "classify --tar - --files-from - -k 1",
            "stdin cannot be a tar and a list of pictures",
            "mnet classify --tar - -k 1",
        ),
        ("embed --tar - --tar -", "stdin cannot be two tars", "mnet embed --tar -"),
    ] {
        let run = piped(&mnet, words, b"").failed(2, &[reason]);
        assert!(run.stderr.ends_with(&format!("  try: {command}\n")), "{}", run.stderr);
    }
}

#[test]
fn tars_are_found_by_their_names() {
    let mnet = folder();
    let bytes = tar(&[("a.jpg", &picture()), ("b/c.png", b""), ("c.txt", b"x")]);
    fs::create_dir_all(mnet.path().join("data/thumbs")).unwrap();
    for name in ["data/1.tar", "data/thumbs/2.TAR", "data/3.bin"] {
        fs::write(mnet.path().join(name), &bytes).unwrap();
    }
    fs::write(mnet.path().join("list"), "data/1.tar\n").unwrap();
    let listed = |words: &str| mnet.run(format!("classify --dry-run {words}").split(' ')).succeeded().stdout;
    let (both, first) = ("data/1.tar/a.jpg\ndata/1.tar/b/c.png\n", "data/1.tar/a.jpg\n");
    assert_eq!(listed("-r data --glob *.tar"), both);
    assert_eq!(listed("-r data --glob *.tar --glob *.jpg"), first);
    assert_eq!(listed("data/1.tar --glob *.jpg"), first);
    assert_eq!(listed("data/1.tar --exclude b"), first);
    assert_eq!(listed("--files-from list --glob *.png"), "data/1.tar/b/c.png\n");
    assert_eq!(listed("--tar data/3.bin --glob *.txt"), "data/3.bin/c.txt\n");
    assert_eq!(listed("-r data"), "");
    let shares: Vec<_> = (0..3).map(|share| listed(&format!("data/1.tar --shard {share}/3"))).collect();
    let mut shares: Vec<_> = shares.iter().flat_map(|share| share.lines()).collect();
    shares.sort_unstable();
    assert_eq!(shares, both.lines().collect::<Vec<_>>());
    let run = mnet.run("classify --dry-run --keep cls data/1.tar".split(' '));
    run.failed(
        2,
        &[
            "`data/1.tar` was taken as a column: --keep takes all",
            "mnet classify data/1.tar --dry-run --keep cls",
        ],
    );
    // Only files of many pictures have something to choose from.
    let run = mnet.run("classify data/3.bin --exclude b".split(' '));
    run.failed(
        2,
        &["--exclude only works with --recursive", "mnet classify --recursive data/3.bin --exclude b"],
    );
}

#[test]
fn one_member_by_its_name() {
    let mnet = folder();
    fs::write(mnet.path().join("x.tar"), tar(&[("b/1.jpg", &picture()), ("2.txt", &picture())])).unwrap();
    let run = mnet.run("classify x.tar/b/1.jpg ./x.tar/2.txt --model model --json".split(' ')).succeeded();
    assert_eq!(told(&run), ["x.tar/b/1.jpg", "./x.tar/2.txt"]);
    let run = mnet.run("classify x.tar/3.jpg --model model".split(' '));
    let run = run.failed(1, &["x.tar/3.jpg: the file has no member of this name"]);
    assert!(run.stderr.contains("  try: mnet classify --dry-run x.tar\n"), "{}", run.stderr);
}

/// What is tried after `mnet` with these words.
#[track_caller]
fn tried(run: Run, said: &str) -> String {
    let run = run.failed(1, &[said]);
    let (_, tried) = run.stderr.split_once("  try: ").unwrap_or_else(|| panic!("no hint: {}", run.stderr));
    tried.lines().next().unwrap().to_owned()
}

#[test]
fn what_is_tried_for_members_works() {
    let mnet = folder();
    let bytes = tar(&[("a.jpg", &picture()), ("b.jpg", b"\0\0\0\x18ftypheic")]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    let command = "classify x.tar --model model --max-pixels 5";
    let found = tried(mnet.run(command.split(' ')), "x.tar/a.jpg: ");
    let pixels = found.strip_prefix("mnet classify x.tar --model model --max-pixels ").unwrap();
    let command = format!("classify x.tar --model model --max-pixels {pixels}");
    let found = tried(mnet.run(command.split(' ')), "x.tar/b.jpg: HEIC is not supported");
    assert_eq!(found, format!("mnet {command} --exclude b.jpg"));
    mnet.run(found.split(' ').skip(1)).succeeded();
    // A file of the same name is another picture.
    fs::write(mnet.path().join("a.jpg"), picture()).unwrap();
    let found = tried(piped(&mnet, "classify --tar - --model model", &bytes), "b.jpg: HEIC is not supported");
    assert_eq!(found, "mnet classify --tar - --model model --exclude b.jpg");
    let found = tried(mnet.run("classify x.tar/b.jpg --model model".split(' ')), "x.tar/b.jpg: HEIC");
    assert_eq!(found, "tar -xf x.tar first");
}

#[test]
fn tars_of_other_names_and_kinds() {
    let mnet = folder();
    let bytes = tar(&[("a.jpg", &picture())]);
    fs::write(mnet.path().join("x.bin"), &bytes).unwrap();
    let found = tried(mnet.run("classify x.bin --model model".split(' ')), "not an image: a tar archive");
    assert_eq!(found, "mnet classify --tar x.bin --model model");
    mnet.run(found.split(' ').skip(1)).succeeded();
    let found = tried(piped(&mnet, "classify - --model model", &bytes), "not an image: a tar archive");
    assert_eq!(found, "mnet classify --tar - --model model");
    fs::write(mnet.path().join("x.tar.xz"), b"\xfd7zXZ\0\0").unwrap();
    for words in ["classify x.tar.xz --model model", "classify --tar x.tar.xz --model model"] {
        let found = tried(mnet.run(words.split(' ')), "x.tar.xz: ");
        assert_eq!(found, "xz -dc x.tar.xz | mnet classify --tar - --model model", "{words}");
    }
    tried(piped(&mnet, "classify --tar - --model model", b"BZh91AY"), "bzip2 -dc before mnet in the pipe");
    let run = mnet.run("classify --tar model --model model".split(' '));
    run.failed(1, &["model: is a directory, not a tar", "mnet classify -r model\n"]);
    mnet.run("classify --tar /dev/zero --model model".split(' '))
        .failed(1, &["/dev/zero: is neither a regular file nor a pipe"]);
    fs::write(mnet.path().join("y.tar"), b"%PDF-1.7").unwrap();
    mnet.run("classify y.tar --model model".split(' ')).failed(1, &["y.tar: is not a tar: a PDF document"]);
    let found = tried(mnet.run("classify x.tra --model model".split(' ')), "x.tra: no such file");
    assert_eq!(found, "mnet classify -r --dry-run .");
}

#[test]
fn an_output_of_the_name_of_a_member_hides_nothing() {
    let mnet = folder();
    let bytes = tar(&[("out.jsonl", &picture()), ("a.jpg", &picture())]);
    let words = "classify --tar - --model model --glob * -o out.jsonl";
    piped(&mnet, words, &bytes).succeeded();
    let lines = fs::read_to_string(mnet.path().join("out.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
}

#[test]
fn a_run_over_a_tar_is_resumed() {
    let mnet = folder();
    let (a, b) = (member("a.jpg", &picture()), member("b.jpg", &picture()));
    fs::write(mnet.path().join("x.tar"), [&a[..], &b[..700]].concat()).unwrap();
    let words = "classify x.tar --model model --resume out.jsonl";
    mnet.run(words.split(' ')).failed(1, &[]);
    fs::write(mnet.path().join("x.tar"), [&a[..], &b, &END].concat()).unwrap();
    mnet.run(words.split(' ')).succeeded();
    let lines = fs::read_to_string(mnet.path().join("out.jsonl")).unwrap();
    let paths: Vec<_> = lines.lines().filter(|line| !line.contains("\"error\"")).collect();
    assert_eq!(paths.len(), 2, "{lines}");
}

#[cfg(feature = "plot")]
#[test]
fn drawings_of_members_stay_in_their_folder() {
    let mnet = folder();
    let bytes = tar(&[("../../a.jpg", &picture()), ("/b.jpg", &picture())]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    mnet.run("explain x.tar --model model -o maps/".split(' ')).succeeded();
    let all = mnet.home.contents();
    let drawings: Vec<_> =
        all.keys().filter(|path| path.extension().is_some_and(|end| end == "png")).collect();
    assert_eq!(
        drawings,
        ["maps/x.tar/a.jpg.png", "maps/x.tar/b.jpg.png"].map(std::path::Path::new).iter().collect::<Vec<_>>()
    );
    let run = mnet.run("explain x.tar --model model --json -o sheet.html".split(' ')).succeeded();
    assert_eq!(run.json().len(), 2);
    mnet.run("explain x.tar --model model -o map.png".split(' '))
        .failed(2, &["one figure is of one photo", "mnet explain x.tar --model model -o sheet.html"]);
    mnet.run("explain x.tar/b.jpg --model model -o map.png".split(' ')).succeeded();
    // There, the folder of the tar would be the tar itself.
    mnet.run("explain x.tar --model model -o ./".split(' '))
        .failed(2, &["./x.tar: cannot be made", "mnet explain x.tar --model model -o maps/"]);
}

#[test]
fn vectors_of_members_are_searched() {
    let mnet = folder();
    let other = fs::read(photo("cat_720p.jpg")).unwrap();
    let bytes = tar(&[("d/a.jpg", &picture()), ("b.jpg", &other)]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    fs::write(mnet.path().join("b.jpg"), b"another file").unwrap();
    let run = mnet.run("embed x.tar --model model".split(' ')).succeeded();
    assert_eq!(told(&run), ["x.tar/d/a.jpg", "x.tar/b.jpg"]);
    let near = "embed x.tar --model model --near x.tar/d/a.jpg";
    let run = mnet.run(near.split(' ')).succeeded();
    assert_eq!(
        run.stdout.lines().map(|line| line.split('\t').next().unwrap()).collect::<Vec<_>>(),
        ["x.tar/b.jpg"]
    );
    mnet.run(format!("{near} -o page.html").split(' ')).succeeded();
    let page = fs::read_to_string(mnet.path().join("page.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 2, "both are shown");
    // Of a stream nothing can be read again, and no file is taken for a member.
    let stream = "embed --tar - --model model --near x.tar/d/a.jpg -o page2.html";
    piped(&mnet, stream, &bytes).succeeded();
    let page = fs::read_to_string(mnet.path().join("page2.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 1);
    assert!(page.contains("It came in a tar on stdin"), "{page}");
    let run = piped(&mnet, "embed --tar - --model model --duplicates 0.0", &bytes).succeeded();
    assert_eq!(run.stdout, "d/a.jpg\nb.jpg\n");
}
