//! Pipes and other open files as inputs: what they brought is gone, so no hint reads them again, and no command that is tried replaces them.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::super::support::tars::tar;
use super::damaged::{gzip, zstd};
use super::{Mnet, Run, folder, picture, tried};

/// A hint that waits for a pipe would wait for ever.
const LONGEST: Duration = Duration::from_mins(2);

/// A folder with a pipe, and with the same pictures in files of several kinds.
fn world() -> Mnet {
    let mnet = folder();
    let bytes = tar(&[("1.jpg", &picture()), ("1.cls", b"0")]);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    zip.start_file("1.jpg", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, &picture()).unwrap();
    for (name, content) in [
        ("x.tar", bytes.clone()),
        ("x.tar.gz", gzip(&bytes)),
        ("x.tar.zst", zstd(&bytes)),
        ("x.zip", zip.finish().unwrap().into_inner()),
        ("one.gz", gzip(&picture())),
        ("list", b"a.jpg\n".to_vec()),
        ("table", b"PAR1\x15\x04\x15\0\x80".to_vec()),
        ("paper", b"%PDF-1.7".to_vec()),
        ("archive", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        ("a.jpg", picture()),
    ] {
        fs::write(mnet.path().join(name), content).unwrap();
    }
    assert!(Command::new("mkfifo").arg(mnet.path().join("pipe")).status().unwrap().success());
    mnet
}

/// Runs a script in a shell that knows mnet, for as long as a run may take that waits for nothing.
#[track_caller]
fn typed(mnet: &Mnet, script: &str) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap();
    let paths = [program.display().to_string(), std::env::var("PATH").unwrap_or_default()].join(":");
    let mut shell = Command::new("bash");
    shell.args(["-c", script]).current_dir(mnet.path()).env_clear().env("PATH", paths);
    shell.env("HOME", mnet.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = shell.process_group(0).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > LONGEST {
            // The shell and what it started. SIGTERM does not end a run that waits to open a file.
            let group = format!("-{}", child.id());
            Command::new("kill").args(["-KILL", "--", &group]).status().unwrap();
            panic!("still running: {script}");
        }
        thread::sleep(Duration::from_millis(20));
    }
    Run::from(child.wait_with_output().unwrap())
}

#[test]
fn a_named_pipe_is_opened_once() {
    let mnet = world();
    for (file, words, expected) in [
        ("x.tar.gz", "classify pipe -k 1", "gzip -dc pipe | mnet classify - -k 1"),
        ("x.tar.zst", "classify pipe", "zstd -dc pipe | mnet classify -"),
        ("one.gz", "classify pipe", "gzip -dc pipe | mnet classify -"),
        ("list", "classify pipe -k 1", "mnet classify --files-from pipe -k 1, if these are paths"),
        ("list", "classify --tar pipe -k 1", "mnet classify --files-from pipe -k 1, if these are paths"),
        ("x.tar", "classify pipe", "mnet classify --tar pipe"),
        ("x.zip", "classify pipe -k 1", "cat pipe > copy-of-pipe.zip && mnet classify copy-of-pipe.zip -k 1"),
        ("x.zip", "classify --tar pipe", "cat pipe > copy-of-pipe.zip && mnet classify copy-of-pipe.zip"),
        (
            "x.zip",
            "embed --format text pipe",
            "cat pipe > copy-of-pipe.zip && mnet embed --format text copy-of-pipe.zip",
        ),
        ("table", "classify pipe", "cat pipe > copy-of-pipe.parquet && mnet classify copy-of-pipe.parquet"),
        (
            "paper",
            "classify pipe",
            "cat pipe > copy-of-pipe.pdf && mkdir copy-of-pipe && pdftoppm -png copy-of-pipe.pdf copy-of-pipe/page && \
             mnet classify -r copy-of-pipe",
        ),
    ] {
        let run = typed(&mnet, &format!("cat {file} > pipe & mnet {words} --model model"));
        let found = tried(run, "pipe: ").replace(" --model model", "");
        assert_eq!(found, expected, "{file}");
    }
    let run = typed(&mnet, "cat x.zip > pipe & mnet classify pipe --model model");
    let found = tried(run, "pipe: not an image: a ZIP archive");
    let run = typed(&mnet, &format!("cat x.zip > pipe & {found}")).succeeded();
    assert!(run.stdout.starts_with("copy-of-pipe.zip/1.jpg\t"), "{}", run.stdout);
    let found = tried(
        typed(&mnet, "cat x.zip > pipe & mnet classify pipe --model model"),
        "pipe: not an image: a ZIP archive",
    );
    assert!(found.starts_with("cat pipe > copy-2-of-pipe.zip && "), "{found}");
    let found =
        tried(typed(&mnet, "cat list > pipe & mnet classify pipe --model model"), "not an image: text");
    let command = found.strip_suffix(", if these are paths").unwrap();
    typed(&mnet, &format!("cat list > pipe & {command}")).succeeded();
}

#[test]
fn all_names_of_stdin_get_one_command() {
    let mnet = world();
    for name in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        for (file, expected) in [
            ("x.zip", "cat > pictures.zip && mnet classify pictures.zip -k 1"),
            ("table", "cat > pictures.parquet && mnet classify pictures.parquet -k 1"),
            ("x.tar", "mnet classify --tar - -k 1"),
            ("x.tar.gz", "gzip -dc | mnet classify - -k 1"),
            ("list", "mnet classify --files-from -, if these are paths"),
            ("archive", "cat > pictures.7z && 7z x pictures.7z -opictures && mnet classify -r pictures -k 1"),
        ] {
            let words = format!("mnet classify {name} -k 1 --model model");
            for script in [format!("cat {file} | {words}"), format!("{words} < {file}")] {
                let found = tried(typed(&mnet, &script), "not an image: ").replace(" --model model", "");
                assert_eq!(found, expected, "{script}");
            }
        }
    }
    let found = tried(typed(&mnet, "mnet classify --tar - -k 1 < paper"), "a PDF");
    assert_eq!(found, "pdftoppm -png -singlefile - | mnet classify - -k 1");
    let found = tried(typed(&mnet, "mnet classify /dev/stdin --model model < x.zip"), "a ZIP archive");
    let run = typed(&mnet, &format!("({found}) < x.zip")).succeeded();
    assert!(run.stdout.starts_with("pictures.zip/1.jpg\t"), "{}", run.stdout);
    // A link to nothing would be written through.
    fs::remove_file(mnet.path().join("pictures.zip")).unwrap();
    std::os::unix::fs::symlink("elsewhere", mnet.path().join("pictures.zip")).unwrap();
    let found = tried(typed(&mnet, "mnet classify - < x.zip"), "a ZIP archive");
    assert_eq!(found, "cat > pictures-2.zip && mnet classify pictures-2.zip");
}

#[test]
fn no_command_opens_a_descriptor_that_is_closed_by_then() {
    let mnet = world();
    for (file, expected) in [
        ("x.zip", "mnet classify pictures.zip"),
        ("table", "mnet classify pictures.parquet"),
        ("x.tar", "mnet classify --tar picture"),
        ("x.tar.gz", "gzip -dc picture | mnet classify -"),
        ("list", "mnet classify --files-from picture"),
        ("paper", "mkdir picture && pdftoppm -png picture.pdf picture/page && mnet classify -r picture"),
        ("archive", "7z x picture.7z -opicture && mnet classify -r picture"),
    ] {
        for script in ["mnet classify <(cat FILE)", "mnet classify /dev/fd/3 3< FILE"] {
            let run = typed(&mnet, &script.replace("FILE", file));
            let found = tried(run, "not an image: ");
            let (start, command) = found.split_once(", as in ").unwrap();
            assert!(start.starts_with("a file in place of /dev/fd/"), "{found}");
            assert_eq!(command, expected, "{script} {file}");
            let made = expected.split(' ').find(|word| word.starts_with("picture")).unwrap();
            if ["x.zip", "x.tar", "list"].contains(&file) {
                let command = command.replace("classify", "classify --model model");
                typed(&mnet, &format!("cp {file} {made} && {command} && rm {made}")).succeeded();
            }
        }
    }
    let found = tried(typed(&mnet, "mnet classify -k 1 --tar <(cat list)"), "text");
    assert!(found.ends_with(", as in mnet classify -k 1 --files-from picture"), "{found}");
}
