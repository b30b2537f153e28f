//! Files that never end, folders that are missing or taken, and a system that has no more threads.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Mnet, Run, photo};

/// As `ulimit -u` does, but for root too: no address space has room for such a stack, so every thread is refused.
const NO_THREADS: (&str, &str) = ("RUST_MIN_STACK", "1000000000000000");

#[test]
fn no_thread_is_one_error_line() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let refused = |args: &[&str], words: &[&str]| {
        let run = Run::of(mnet.command(args).env(NO_THREADS.0, NO_THREADS.1)).failed(2, words);
        assert_eq!(run.stderr.matches("mnet: ").count(), 1, "{}", run.stderr);
        assert_eq!(run.stdout, "");
    };
    let one = ["mnet: cannot start a thread: ", "try: higher limits (ulimit -u, ulimit -v)"];
    let two = ["mnet: cannot start 2 threads: ", "try: fewer threads (-j 1), or higher limits"];
    for (count, words) in [("1", one), ("2", two)] {
        refused(&["classify", cat.to_str().unwrap(), "-j", count, "-o", "labels.csv"], &words);
        refused(&["bench", "--random-weights", "-j", count], &words);
    }
    assert_eq!(fs::read_dir(mnet.path()).unwrap().count(), 0);
}

#[test]
fn threads_that_could_not_run_are_not_started() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    for bytes in ["0", "1", "1000000"] {
        let mut command = mnet.command(["classify", cat.to_str().unwrap()]);
        let expected = format!("RUST_MIN_STACK={bytes}: threads need at least 1048576 bytes of stack");
        Run::of(command.env("RUST_MIN_STACK", bytes)).failed(2, &[&expected, "try: unset RUST_MIN_STACK"]);
    }
    Run::of(mnet.command(["classify", cat.to_str().unwrap()]).env("RUST_MIN_STACK", "1048576")).succeeded();
}

#[test]
fn too_few_open_files_is_an_error_with_advice() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let mut refused = 0;
    for limit in 5..24 {
        let script = format!("ulimit -n {limit}; exec \"$0\" classify \"$1\" -o labels.jsonl");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_mnet")]).arg(&cat).current_dir(mnet.path());
        let run = Run::of(&mut command);
        // With fewer the program itself cannot be loaded; with a few more it is one picture's error.
        if run.code == 2 {
            refused += 1;
            assert!(!run.stderr.starts_with("mnet: Too many"), "it says what for: {}", run.stderr);
            run.failed(2, &["Too many open files", "ulimit -n 256"]);
        }
    }
    assert!(refused > 0 && mnet.path().join("labels.jsonl").exists());
}

#[test]
fn variables_of_the_hub_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let mnet = Mnet::new();
    let bytes = std::ffi::OsStr::from_bytes(b"1\xff");
    for name in ["HF_ENDPOINT", "HF_HUB_OFFLINE", "https_proxy"] {
        let mut command = mnet.command(["models", "pull", "acme/tiny"]);
        Run::of(command.env(name, bytes)).failed(2, &[&format!("{name} is not UTF-8"), "unset "]);
        let cat = photo("cat_720p.jpg");
        Run::of(mnet.command(["classify", cat.to_str().unwrap()]).env(name, bytes)).succeeded();
    }
}

#[test]
fn the_number_of_threads_in_the_environment_has_a_bound() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let notes = |count: &str, args: &[&str]| {
        let mut command = mnet.command([&["classify", cat.to_str().unwrap()], args].concat());
        Run::of(command.env("RAYON_NUM_THREADS", count)).succeeded().stderr
    };
    assert!(notes("2000", &[]).contains("RAYON_NUM_THREADS=2000: this machine runs "));
    assert!(notes("all", &[]).contains("RAYON_NUM_THREADS=all is not a number of threads; "));
    for (count, args) in [("1", &[][..]), ("0", &[]), ("2000", &["-j", "2"]), ("all", &["-j", "2"])] {
        assert_eq!(notes(count, args), "");
    }
}

#[test]
fn a_stack_that_is_no_number_is_ignored_and_said_so() {
    let mnet = Mnet::new();
    let run = Run::of(mnet.command(["models", "list", "--json"]).env("RUST_MIN_STACK", "8M")).succeeded();
    assert_eq!(run.stderr, "RUST_MIN_STACK=8M is ignored: expected bytes, at least 1048576\n");
}

#[test]
fn files_that_never_end_are_refused() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    assert!(Command::new("mkfifo").arg(mnet.path().join("pipe")).status().unwrap().success());
    for (file, kind) in [("/dev/zero", "device"), ("pipe", "pipe"), (".", "directory")] {
        let expected = format!("{file}: it is a {kind}, expected a regular file");
        mnet.run(["classify", cat.to_str().unwrap(), "--labels", file]).failed(2, &[&expected]);
    }
    fs::File::create(mnet.path().join("large.txt")).unwrap().set_len((16 << 20) + 1).unwrap();
    mnet.run(["classify", cat.to_str().unwrap(), "--labels", "large.txt"])
        .failed(2, &["large.txt: it has 16777217 bytes, expected at most 16777216 bytes"]);
    for separator in [&[][..], &["-0"]] {
        mnet.run([&["classify", "--files-from", "/dev/zero"], separator].concat())
            .failed(1, &["/dev/zero: the list cannot be read: no path ends within 1048576 bytes"]);
    }
}

#[test]
fn a_missing_folder_is_named() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    for flag in ["-o", "--resume"] {
        mnet.run(["classify", cat.to_str().unwrap(), flag, "no/such/labels.csv"])
            .failed(2, &["no/such/labels.csv: no such directory: no/such", "try: mkdir -p no/such"]);
    }
}

/// A folder takes the name of the output while the answers are written.
#[test]
fn a_complete_file_that_cannot_take_its_name_is_named() {
    let names = ["labels.jsonl", "labels.csv", "labels.txt"].into_iter();
    for name in names.chain(cfg!(feature = "parquet").then_some("labels.parquet")) {
        let mnet = Mnet::new();
        let mut command = mnet.command(["classify", "--files-from", "-", "-o", name]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut list = child.stdin.take().unwrap();
        writeln!(list, "{}", photo("cat_720p.jpg").display()).unwrap();
        while fs::read_dir(mnet.path()).unwrap().count() == 0 {
            assert!(child.try_wait().unwrap().is_none(), "it waits for more of the list");
            std::thread::sleep(Duration::from_millis(20));
        }
        fs::create_dir(mnet.path().join(name)).unwrap();
        drop(list);
        let run = Run::from(child.wait_with_output().unwrap()).failed(2, &["1 answers were written"]);
        let command = run.stderr.split("try: mv ").nth(1).unwrap_or_else(|| panic!("{}", run.stderr));
        let kept = mnet.path().join(command.split(" NAME: ").next().unwrap());
        let end: &[u8] = if name == "labels.parquet" { b"PAR1" } else { b"\n" };
        assert!(fs::read(kept).unwrap().ends_with(end), "{name}");
    }
}
