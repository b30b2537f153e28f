//! How much is said, and in which colours.

use std::fs;

use super::support::checkpoint;
use super::{Mnet, Run, photo};

/// A program in a folder with a picture and a small model.
fn with_picture() -> Mnet {
    let mnet = Mnet::new();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
    checkpoint::tiny(&mnet.path().join("model"), &["a", "b"]);
    mnet
}

#[test]
fn verbose_says_what_runs_and_leaves_stdout_alone() {
    let mnet = with_picture();
    let plain = mnet.run(["classify", "a.jpg", "-k", "1"]).succeeded();
    assert_eq!(plain.stderr, "");
    let mut command = mnet.command(["classify", "a.jpg", "-k", "1", "--verbose"]);
    let run = Run::of(command.env("RAYON_NUM_THREADS", "1")).succeeded();
    assert_eq!(run.stdout, plain.stdout);
    for line in [
        "threads: 1 (RAYON_NUM_THREADS)\n",
        "device: CPU, ",
        "weights: in the binary; network tf_efficientnet_lite0, 4.65 M parameters\n",
        " at 224 px (",
        "; mean ",
        "work: all threads on one picture, batches of 1, ",
    ] {
        assert!(run.stderr.contains(line), "`{line}` is not in:\n{}", run.stderr);
    }
    let run = mnet.run(["classify", "a.jpg", "-v", "-j", "2", "--model", "model"]).succeeded();
    for line in ["threads: 2 (--threads)\n", "weights: model; network mobilenet_v2", "model model at 32 px"] {
        assert!(run.stderr.contains(line), "`{line}` is not in:\n{}", run.stderr);
    }
}

#[test]
fn of_quiet_and_verbose_the_last_counts() {
    let mnet = Mnet::new();
    let details = |args: &[&str]| mnet.run(args).succeeded().stderr.contains("cache: ");
    assert!(details(&["models", "list", "-v"]) && details(&["-v", "models", "list"]));
    assert!(details(&["models", "list", "-q", "-v"]) && !details(&["models", "list", "-v", "-q"]));
    assert!(!details(&["models", "list", "-q"]) && !details(&["models", "list"]));
    // On both sides of the command as well.
    assert!(details(&["-q", "models", "list", "-v"]) && !details(&["-v", "models", "list", "-q"]));
}

#[test]
fn colour_in_a_pipe_is_for_text_alone() {
    let mnet = with_picture();
    let mut command = mnet.command(["classify", "a.jpg", "-k", "1", "--model", "model"]);
    assert!(!Run::of(&mut command).succeeded().stdout.contains('\x1b'));
    assert!(
        Run::of(command.env("CLICOLOR_FORCE", "1")).succeeded().stdout.starts_with("\x1b[1ma.jpg\x1b[0m\t")
    );
    for (args, is_coloured) in [
        (&["--color", "always"][..], true),
        (&["--color", "never"], false),
        (&["--color", "always", "--json"], false),
        (&["--color", "always", "--format", "csv"], false),
        (&["--color", "always", "--paths-only"], false),
    ] {
        let run = mnet.run([&["classify", "a.jpg", "--model", "model"], args].concat()).succeeded();
        assert_eq!(run.stdout.contains('\x1b'), is_coloured, "{args:?}");
    }
    mnet.run(["classify", "a.jpg", "--model", "model", "--color", "always", "-o", "labels.txt"]).succeeded();
    assert!(!fs::read_to_string(mnet.path().join("labels.txt")).unwrap().contains('\x1b'));
}

#[test]
fn the_summary_names_the_first_failures() {
    let mnet = with_picture();
    let args = ["classify", "a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "--json", "--model", "model"];
    mnet.run(args).failed(1, &["4 of 5 pictures failed: b.jpg, c.jpg, d.jpg and 1 more\n"]);
    let quiet = mnet.run([&args[..], &["-q"]].concat()).failed(1, &[]);
    assert_eq!(quiet.stderr, "");
}
