//! What people type by mistake: each error names the thing, says what is expected, and has a next step that works.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Mnet, Run, photo};

/// What is typed, what the first line says, and the command to try.
type Mistake = (&'static [&'static str], &'static str, &'static str);

/// A home with `photo.jpg`, `my photo.jpg`, a picture in `photos/` and in `my photos/`, and a list of one label.
fn home() -> Mnet {
    let mnet = Mnet::new();
    for folder in ["photos", "my photos"] {
        fs::create_dir_all(mnet.path().join(folder)).unwrap();
    }
    for name in ["photo.jpg", "photos/a.jpg", "my photos/a.jpg", "carpenter's kit.png"] {
        fs::write(mnet.path().join(name), "x").unwrap();
    }
    mnet
}

/// Checks the error, and types what it says to try into a shell.
#[track_caller]
fn check(mnet: &Mnet, mistakes: &[Mistake]) {
    for (words, said, tried) in mistakes {
        let run = mnet.run(*words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}: {}", run.stderr);
        let expected = format!("mnet: {said}\n  try: {tried}\n");
        assert_eq!(run.stderr, expected, "{words:?}");
        let retried = typed(mnet, tried);
        assert!(retried.code != 2, "{words:?}: `{tried}` does not work either: {}", retried.stderr);
    }
}

/// Runs a command as a shell reads it, but labels nothing.
fn typed(mnet: &Mnet, command: &str) -> Run {
    let dry = command.replacen("mnet classify", "mnet classify --dry-run", 1);
    let dry = dry.replacen("mnet embed", "mnet embed --dry-run", 1);
    let dry = dry.replacen("mnet bench", "mnet bench --help", 1);
    let program = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap();
    let paths = [program.display().to_string(), std::env::var("PATH").unwrap_or_default()].join(":");
    let mut shell = Command::new("sh");
    shell.args(["-c", &dry]).current_dir(mnet.path()).env_clear().env("HOME", mnet.path()).env("PATH", paths);
    Run::of(&mut shell)
}

const NO_PICTURES: &str =
    "no pictures: expected paths, folders with -r, --files-from LIST, or - for a picture on stdin";

#[cfg(unix)]
#[test]
fn no_command() {
    check(
        &home(),
        &[
            (&["photo.jpg"], "`photo.jpg` is not a command", "mnet classify photo.jpg"),
            (
                &["photo.jpg", "--res", "96"],
                "`photo.jpg` is not a command",
                "mnet classify photo.jpg --res 96",
            ),
            (&["photos"], "`photos` is not a command", "mnet classify -r photos"),
            (&["my photos"], "`my photos` is not a command", "mnet classify -r 'my photos'"),
            (&["./photos/"], "`./photos/` is not a command", "mnet classify -r ./photos/"),
            (
                &["carpenter's kit.png"],
                "`carpenter's kit.png` is not a command",
                "mnet classify \"carpenter's kit.png\"",
            ),
            (&["-q", "photos"], "`photos` is not a command", "mnet classify -r -q photos"),
            (&["-r", "photos"], "no command before -r", "mnet classify -r photos"),
            (
                &["--alpha", "0.75", "photo.jpg"],
                "no command before --alpha",
                "mnet classify --alpha 0.75 photo.jpg",
            ),
            (
                &["--alpha", "75", "photo.jpg"],
                "no command before --alpha",
                "mnet classify --alpha 0.75 photo.jpg",
            ),
            (&["--json", "photo.jpg"], "no command before --json", "mnet classify --json photo.jpg"),
            (
                &["--json", "classify", "photo.jpg"],
                "no command before --json",
                "mnet classify --json photo.jpg",
            ),
            (&["-k", "-1", "photo.jpg"], "no command before -k", "mnet classify -k 1 photo.jpg"),
            (&["--random-weights"], "no command before --random-weights", "mnet bench --random-weights"),
            (&["./x"], "`./x` is not a command", "mnet classify -r --dry-run ."),
            (&["phot.jpg"], "`phot.jpg` is not a command", "mnet classify photo.jpg"),
            (&["*.jpg", "-k", "3"], "`*.jpg` is not a command", "mnet classify *.jpg -k 3"),
            (
                &["carpenter's", "kit.png"],
                "`carpenter's` is not a command",
                "mnet classify \"carpenter's kit.png\"",
            ),
            (
                &["https://example.org/a.jpg", "-k", "3"],
                "`https://example.org/a.jpg` is not a command",
                "curl -sL https://example.org/a.jpg | mnet classify - -k 3",
            ),
            (&["phtos"], "`phtos` is not a command", "mnet classify -r photos"),
            (&["v2", "photo.jpg"], "`v2` is not a command", "mnet classify --model v2 photo.jpg"),
        ],
    );
    // The bytes of a picture on stdin: nothing to try without one.
    home().run(["-"]).failed(2, &["mnet: `-` is not a command\n  try: mnet classify -\n"]);
    home()
        .run(["classify", ""])
        .failed(2, &["mnet: a path is empty: ''\n  try: the same with a path; a variable"]);
    home()
        .run(["nothing"])
        .failed(2, &["`nothing` is neither a command (classify, bench, ", "try: mnet --help"]);
    let many: Vec<_> = (0..500).map(|number| format!("{number}.jpg")).collect();
    let mnet = home();
    fs::write(mnet.path().join("0.jpg"), "x").unwrap();
    mnet.run(many)
        .failed(2, &["`0.jpg` is not a command", "try: mnet classify, with the same words after it"]);
}

#[cfg(unix)]
#[test]
fn commands_of_other_programs() {
    check(
        &home(),
        &[
            (&["clasify", "photo.jpg"], "`clasify` is not a command", "mnet classify photo.jpg"),
            (&["predict", "photo.jpg"], "`predict` is not a command", "mnet classify photo.jpg"),
            (&["benchmark"], "`benchmark` is not a command", "mnet bench"),
            (&["list"], "`list` is not a command", "mnet models list"),
            (&["model", "list"], "`model` is not a command", "mnet models list"),
            (&["models", "ls"], "`ls` is not a command of `mnet models`", "mnet models list"),
            (&["models", "shw", "v2"], "`shw` is not a command of `mnet models`", "mnet models show v2"),
            (&["models", "v2"], "`v2` is not a command of `mnet models`", "mnet models show v2"),
            (&["models", "show"], "`mnet models show` needs MODEL", "mnet models show v2"),
            (
                &["models", "list", "v4"],
                "`mnet models list` does not take `v4`",
                "mnet models list --family v4",
            ),
            (&["help", "clasify"], "`clasify` is not a command of `mnet help`", "mnet help classify"),
            (&["bench", "v2"], "`mnet bench` does not take `v2`", "mnet bench --model v2"),
            (&["bench", "photo.jpg"], "`mnet bench` does not take `photo.jpg`", "mnet bench"),
            (
                &["generate", "bash"],
                "bash: expected man, complete-bash, complete-zsh, complete-fish or complete-powershell",
                "mnet generate complete-bash",
            ),
            (&["generate", "man"], "`mnet generate` needs FOLDER", "mnet generate man ."),
            (
                &["generate", "man", "new/man 1"],
                "new/man 1: no such folder",
                "mkdir -p 'new/man 1' && mnet generate man 'new/man 1'",
            ),
            (
                &["generate", "man", "photo.jpg"],
                "photo.jpg: is a file, expected a folder",
                "mnet generate man .",
            ),
            (
                &["models", "list", "--family", "mobilnet-v2"],
                "no family is called `mobilnet-v2` (there are v1, v2, v3, v4, edgetpu, lite and builtin)",
                "mnet models list --family mobilenet-v2",
            ),
        ],
    );
}

/// What a message adds, and the device in a command, where this build lacks the one that is meant.
fn on_this_build(tried: &str) -> (&'static str, String) {
    let cuda = tried.find("--device cuda").filter(|_| cfg!(not(feature = "cuda")));
    let Some(at) = cuda else { return ("", tried.to_owned()) };
    let rest = tried[at..]
        .split_once("cuda")
        .map(|(_, rest)| rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    let said =
        "; this build has no CUDA support (cargo install --path . --features cuda makes one that has it)";
    (said, format!("{}--device cpu{}", &tried[..at], rest.unwrap_or_default()))
}

#[cfg(unix)]
#[test]
fn a_gpu_that_the_build_lacks() {
    let mnet = home();
    let (said, tried) = on_this_build("mnet classify --device cuda photo.jpg");
    let said = format!("mnet: no command before --gpu{said}\n  try: {tried}\n");
    assert_eq!(mnet.run(["--gpu", "photo.jpg"]).failed(2, &[]).stderr, said);
    if cfg!(not(feature = "cuda")) {
        let tried = "try: mnet classify photo.jpg --device cpu, or for a build that has it: cargo install ";
        mnet.run(["classify", "photo.jpg", "--device", "CUDA:1"])
            .failed(2, &["this build has no CUDA support", tried]);
    }
    mnet.run(["classify", "photo.jpg", "--device", "CPU", "--dry-run"]).succeeded();
}

/// After `mnet classify photo.jpg`: words, what is said of `mnet classify`, and the words to try.
#[cfg(unix)]
#[test]
fn flags_of_other_programs() {
    let mnet = home();
    for (words, tried) in [
        ("--threshold 0.5", "--min-score 0.5"),
        ("--threshold=0.5", "--min-score=0.5"),
        ("--conf 0.5", "--min-score 0.5"),
        ("--gpu", "--device cuda"),
        ("--gpu 1", "--device cuda:1"),
        ("--cuda", "--device cuda"),
        ("--cpu", "--device cpu"),
        ("--csv", "--format csv"),
        ("--parquet", "--format parquet"),
        ("--output-format csv", "--format csv"),
        ("--size 224", "--res 224"),
        ("--resolution 224", "--res 224"),
        ("--topk 3", "-k 3"),
        ("--top-k 3", "--top 3"),
        ("-n 3", "-k 3"),
        ("-n3", "-k 3"),
        ("--top5", "-k 5"),
        ("--recurse", "-r"),
        ("-R", "-r"),
        ("--jobs 2", "--threads 2"),
        ("--batch-size 2", "--batch 2"),
        ("--weights v2", "--model v2"),
        ("--checkpoint v2", "--model v2"),
        ("--modle v2", "--model v2"),
        ("--width-mult 0.75", "--alpha 0.75"),
        ("--image photos/a.jpg", "photos/a.jpg"),
        ("--colour never", "--color never"),
        ("--no-color", "--color never"),
        ("--class-names x", "--labels x"),
        ("--lables x", "--labels x"),
        ("--frobnicate", ""),
    ] {
        let flag = words.split([' ', '=']).next().unwrap();
        let flag = if flag == "-n3" { "-n" } else { flag };
        let tried = match tried {
            "" => "mnet classify --help".to_owned(),
            tried => {
                format!("mnet classify photo.jpg {}", tried.replace("--min-score=0.5", "--min-score 0.5"))
            }
        };
        let (lacking, tried) = on_this_build(&tried);
        let run = mnet.run(["classify", "photo.jpg"].into_iter().chain(words.split(' ')));
        let expected = format!("mnet: `mnet classify` has no flag {flag}{lacking}\n  try: {tried}\n");
        assert_eq!((run.code, run.stderr), (2, expected));
        assert!(typed(&mnet, &tried).code != 2, "{tried}");
    }
}

#[cfg(unix)]
#[test]
fn values_out_of_range() {
    const TOP: &str = "expected a number of classes: a whole number from 0";
    const ALPHA: &str = "expected a width multiplier: a number above 0, at most 2";
    const RES: &str = "expected a whole number of px from 32 to 4096";
    const SCORE: &str = "expected a probability: a number from 0 to 1";
    const FORMAT: &str = "expected text, jsonl, csv or parquet";
    const DEVICE: &str = "expected auto, cpu, cuda, cuda:N or metal";
    let mnet = home();
    for (words, said, tried) in [
        ("-k -1", TOP, "-k 1"),
        ("-k abc", TOP, "-k 5"),
        ("--top=x", TOP, "--top=5"),
        ("--alpha -1", ALPHA, "--alpha 1"),
        ("--alpha 75", ALPHA, "--alpha 0.75"),
        ("--alpha 0,75", ALPHA, "--alpha 0.75"),
        ("--alpha 75%", ALPHA, "--alpha 0.75"),
        ("--res 16", RES, "--res 32"),
        ("--res 100000", RES, "--res 224"),
        ("--res 224x224", RES, "--res 224"),
        ("--min-score 50%", SCORE, "--min-score 0.5"),
        ("--min-score -0.5", SCORE, "--min-score 0.5"),
        ("--min-score -1", SCORE, "--min-score 0"),
        ("--memory 2Go", "expected a number with M or G, at least 1M", "--memory 2G"),
        ("--format json", FORMAT, "--format jsonl"),
        ("--format jsn", FORMAT, "--format jsonl"),
        ("--device gpu", DEVICE, "--device cuda"),
        ("--device tpu", DEVICE, "--device auto"),
        ("--max-pixels ten", "expected a whole number from 0", "--max-pixels 178956970"),
        ("--fetch-timeout soon", "expected seconds: a number from 0.001 to 31536000", "--fetch-timeout 10"),
        ("--crop-pct 88", "expected a share: a number from 0.1 to 2", "--crop-pct 0.88"),
    ] {
        let run = mnet.run(["classify", "photo.jpg"].into_iter().chain(words.split(' ')));
        let (lacking, tried) = on_this_build(&format!("mnet classify photo.jpg {tried}"));
        let expected = format!("mnet: {}: {said}{lacking}\n  try: {tried}\n", words.replace('=', " "));
        assert_eq!((run.code, run.stderr), (2, expected));
        assert!(typed(&mnet, &tried).code != 2, "{tried}");
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_missing_or_too_many() {
    check(
        &home(),
        &[
            (&["classify"], NO_PICTURES, "mnet classify photo.jpg"),
            (&["classify", "--json"], NO_PICTURES, "mnet classify photo.jpg --json"),
            (
                &["classify", "photo.jpg", "-o"],
                "no value after --output",
                "mnet classify photo.jpg -o labels.jsonl",
            ),
            (
                &["classify", "photo.jpg", "--res", "-r"],
                "no value after --res",
                "mnet classify photo.jpg --res 224 -r",
            ),
            (
                &["classify", "-k", "photo.jpg"],
                "-k photo.jpg: expected a number of classes: a whole number from 0",
                "mnet classify -k 5 photo.jpg",
            ),
            (
                &["classify", "photos", "--glob", "*.jpg"],
                "--glob only works with --recursive",
                "mnet classify --recursive photos --glob '*.jpg'",
            ),
            (&["bench", "--plot"], "no value after --plot", "mnet bench --plot trade.svg"),
            (&["inspect", "v1", "--plot"], "no value after --plot", "mnet inspect v1 --plot trade.svg"),
            (
                &["bench", "--plot-theme", "dark"],
                "--plot-theme only works with --plot",
                "mnet bench --plot trade.svg --plot-theme dark",
            ),
            (
                &["inspect", "v1", "--plot-theme", "dark"],
                "--plot-theme only works with --plot",
                "mnet inspect --plot trade.svg v1 --plot-theme dark",
            ),
            (
                &["classify", "photo.jpg", "--json", "--paths-only"],
                "--json and --paths-only cannot be used together",
                "mnet classify photo.jpg --paths-only",
            ),
            (
                &["classify", "-rphotos"],
                "`mnet classify` has no flag -p, and -r takes no value: `-rphotos` needs a space",
                "mnet classify -r photos",
            ),
            (
                &["classify", "photo.jpg", "--json=1"],
                "--json takes no value",
                "mnet classify photo.jpg --json",
            ),
            (
                &["classify", "--model", "photo.jpg"],
                "`photo.jpg` was taken as the value of --model",
                "mnet classify photo.jpg",
            ),
            (
                &["classify", "photo.jpg", "-json"],
                "-json is no flag: long flags begin with two dashes",
                "mnet classify photo.jpg --json",
            ),
            (
                &["classify", "photo.jpg", "-model", "v2"],
                "-model is no flag: long flags begin with two dashes",
                "mnet classify photo.jpg --model v2",
            ),
            (
                &["classify", "photo.jpg", "—res", "96"],
                "—res is no flag: long flags begin with two dashes",
                "mnet classify photo.jpg --res 96",
            ),
        ],
    );
}

#[cfg(unix)]
#[test]
fn arguments_of_embed_and_explain() {
    check(
        &home(),
        &[
            (
                &["embed", "photos", "-r", "-k", "3"],
                "-k only works with --near",
                "mnet embed --near photo.jpg photos -r -k 3",
            ),
            (
                &["embed", "photo.jpg", "--near"],
                "no value after --near",
                "mnet embed photo.jpg --near photo.jpg",
            ),
            (
                &["embed", "photo.jpg", "--near", "photo.jpg", "-k", "2000"],
                "-k 2000: expected a whole number from 1 to 1024",
                "mnet embed photo.jpg --near photo.jpg -k 1024",
            ),
            (
                &["embed", "photo.jpg", "-o"],
                "no value after --output",
                "mnet embed photo.jpg -o embeddings.jsonl",
            ),
            (
                &["explain", "photo.jpg", "--width", "300", "--json"],
                "--width only works with --output",
                "mnet explain --output map.png photo.jpg --width 300 --json",
            ),
            (
                &["explain", "photo.jpg", "-o", "map.png", "--width", "1000000"],
                "--width 1000000: expected a whole number of px from 32 to 4096",
                "mnet explain photo.jpg -o map.png --width 4096",
            ),
            (&["explain", "photo.jpg", "-o"], "no value after --output", "mnet explain photo.jpg -o map.png"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn paths_that_a_flag_took_for_classes() {
    let one = "was taken as a class: --only and --not take all words up to the next flag";
    let two = "were taken as classes: --only and --not take all words up to the next flag";
    let mnet = home();
    for (words, said, tried) in [
        ("--only tabby photo.jpg", format!("`photo.jpg` {one}"), "photo.jpg --only tabby"),
        ("--not tabby photos", format!("`photos` {one}"), "-r photos --not tabby"),
        (
            "--json --only tabby lynx photo.jpg photos/a.jpg -k 3",
            format!("`photo.jpg` and `photos/a.jpg` {two}"),
            "photo.jpg photos/a.jpg --json --only tabby lynx -k 3",
        ),
        ("--only photo.jpg", format!("`photo.jpg` {one}"), "photo.jpg --only tabby"),
        ("-r --only tabby ./photos/", format!("`./photos/` {one}"), "./photos/ -r --only tabby"),
    ] {
        let tried = format!("mnet classify {tried}");
        let run = mnet.run(["classify"].into_iter().chain(words.split(' ')));
        assert_eq!((run.code, run.stderr), (2, format!("mnet: {said}\n  try: {tried}\n")));
        assert!(typed(&mnet, &tried).code != 2, "{tried}");
    }
    // Beside another path, it is no error of usage.
    let run = mnet.run(["classify", "photo.jpg", "--only", "tabby", "photos/a.jpg"]);
    run.failed(
        2,
        &[&format!("`photos/a.jpg` {one}"), "try: mnet classify photos/a.jpg photo.jpg --only tabby\n"],
    );
    let run = mnet.run(["classify", "photo.jpg", "--only", "tabby", "photos"]);
    run.failed(2, &[&format!("`photos` {one}"), "try: mnet classify -r photos photo.jpg --only tabby\n"]);
}

#[cfg(unix)]
#[test]
fn classes_that_do_not_exist() {
    let mnet = home();
    let none = "; without it, answers show what the model calls it";
    let (range, tree) =
        (format!("; indices are from 0 to 999{none}"), format!("; in other names: tree frog{none}"));
    for (word, said, tried) in [
        ("cat", "; @cat is a group of 5 classes", " --only @cat\n"),
        ("puppy", "; @dog is a group of 118 classes", " --only @dog\n"),
        ("birds", "; @bird is a group of 59 classes", " --only @bird\n"),
        ("person", "; @person is a group of 3 classes", " --only @person\n"),
        ("wild cats", "; @wild-cat is a group of 8 classes", " --only @wild-cat\n"),
        ("n02084071", "; @n02084071 is a group of 118 classes", " --only @n02084071\n"),
        ("bottle", "; @bottle is a group of 7 classes", " --only @bottle\n"),
        ("cap", "; with this word: bathing cap, ", " --only 'bathing cap' "),
        ("tree", &tree, "photo.jpg\n"),
        ("the", none, "photo.jpg\n"),
        ("1000", &range, "photo.jpg\n"),
        ("n99999999", "; no class has this WordNet id", "photo.jpg\n"),
        ("268-151", "; indices are from 0 to 999", " --only 151-268\n"),
        ("tabbby", "; similar: tabby", " --only tabby\n"),
        ("golden retriver", "; similar: golden retriever", " --only 'golden retriever'\n"),
        ("carpenters kit", "; similar: carpenter's kit", " --only \"carpenter's kit\"\n"),
        ("tabby,lynx", "; as words of their own: tabby, lynx", " --only tabby lynx\n"),
    ] {
        let run = mnet.run(["classify", "photo.jpg", "--only", word]);
        let said = format!("mnet: no class of ImageNet-1k is called `{word}`{said}");
        let run = run.failed(2, &[&said, "  try: mnet classify photo.jpg", tried]);
        let (_, tried) = run.stderr.split_once("try: ").unwrap();
        assert!(
            typed(&mnet, &tried.trim().replacen("mnet classify", "mnet classify -r", 1)).code != 2,
            "{tried}"
        );
    }
    let run = mnet.run(["classify", "photo.jpg", "--only", ""]);
    run.failed(
        2,
        &["is called ''; a class is a name, a WordNet id, an index from 0 to 999 or a range of them"],
    );
}

#[test]
fn a_class_of_two_words_needs_quotes() {
    let mnet = home();
    for (words, name) in [("Egyptian cat", "Egyptian cat"), ("tabby golden retriever", "golden retriever")] {
        let line = format!("classify photo.jpg --only {words} -k 3");
        let said = format!("; `{name}` is one, in quotes");
        let run = mnet.run(line.split(' ')).failed(2, &[&said, &format!("'{name}' -k 3")]);
        let (_, tried) = run.stderr.split_once("try: ").unwrap();
        typed(&mnet, tried.trim()).succeeded();
    }
}

#[test]
fn help_has_no_help_of_its_own() {
    let mnet = Mnet::new();
    for (words, tried) in [
        ("help bogus", "try: mnet --help"),
        ("help classify --help", "try: mnet classify --help"),
        ("help models bogus", "try: mnet models --help"),
    ] {
        mnet.run(words.split(' ')).failed(2, &[tried]);
    }
    mnet.run(["generate", "complete-bash", "folder"]).failed(2, &["goes to stdout", "without folder"]);
    for command in ["rm", "verify"] {
        mnet.run(["models", command, "builtin"]).failed(2, &["is in the program itself"]);
    }
}

#[test]
fn of_a_flag_given_twice_the_last_wins() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg").to_str().unwrap().to_owned();
    let words =
        ["classify", &cat, "-k", "5", "--top", "1", "--json", "--json", "--res", "224", "--res", "32"];
    let run = mnet.run(words).succeeded();
    assert_eq!((run.json()[0]["top"].as_array().unwrap().len(), &run.json()[0]["res"]), (1, &32.into()));
}

#[test]
fn of_two_names_of_a_format_the_last_wins() {
    let mnet = Mnet::new();
    let first = |words: &str| {
        mnet.run(["classify", "gone.jpg"].into_iter().chain(words.split(' '))).stdout.chars().next()
    };
    assert_eq!(first("--json --format csv"), Some('p'));
    assert_eq!(first("--format csv --json"), Some('{'));
}

#[test]
fn colours_of_usage_errors_and_help() {
    let mnet = Mnet::new();
    let wrong =
        |words: &[&str]| mnet.run([&["classify", "--frobnicate"], words].concat()).failed(2, &[]).stderr;
    let is_coloured = |text: &str| text.contains('\u{1b}');
    assert!(is_coloured(&wrong(&["--color", "always"])) && !is_coloured(&wrong(&["--color=never"])));
    let help = |when: &str| mnet.run(["classify", "-h", "--color", when]).succeeded().stdout;
    assert!(is_coloured(&help("always")) && !is_coloured(&help("never")));
    // Help is an answer, even beside a mistake.
    mnet.run(["classify", "-model", "--help"]).succeeded();
}

#[cfg(unix)]
#[test]
fn files_and_models_that_do_not_exist() {
    let mnet = home();
    fs::write(mnet.path().join("labels.txt"), "x").unwrap();
    check(
        &mnet,
        &[
            (
                &["classify", "photo.jpg", "--model", "mobilnet-v2"],
                "no model is called `mobilnet-v2`: it is not a directory, not owner/name, and not in the catalogue; similar: mobilenet-v2, mobilenet-v1, mobilenet-v3",
                "mnet classify photo.jpg --model mobilenet-v2",
            ),
            (
                &["models", "show", "mobilnet-v2"],
                "no model is called `mobilnet-v2`: it is not a directory, not owner/name, and not in the catalogue; similar: mobilenet-v2, mobilenet-v1, mobilenet-v3",
                "mnet models show mobilenet-v2",
            ),
            (
                &["classify", "photo.jpg", "--model", "v1", "--alpha", "0.6"],
                "no weights for MobileNetV1 at alpha 0.6 (there are 0.75, 1.0 and 1.25)",
                "mnet classify photo.jpg --model v1 --alpha 0.75",
            ),
            (
                &["classify", "photo.jpg", "--model", "lite2", "--alpha", "0.5"],
                "a width multiplier chooses among the catalogue's checkpoints; lite2 is one checkpoint",
                "mnet classify photo.jpg --model lite2",
            ),
            (
                &["classify", "photo.jpg", "--labels", "nothing"],
                "nothing: no such file",
                "mnet classify photo.jpg",
            ),
            (
                &["classify", "photo.jpg", "--labels", "lables.txt"],
                "lables.txt: no such file",
                "mnet classify photo.jpg --labels labels.txt",
            ),
            (
                &["classify", "photo.jpg", "--files-from", "nothing"],
                "nothing: no such file",
                "mnet classify photo.jpg",
            ),
            (
                &["classify", "--files-from", "lables.txt"],
                "lables.txt: no such file",
                "mnet classify --files-from labels.txt",
            ),
        ],
    );
    let offline = ["classify", "photo.jpg", "--alpha", "0.75", "--res", "160", "--offline"];
    let local = "; without --alpha no network is needed: mnet classify photo.jpg --res 160 --offline\n";
    mnet.run(offline).failed(2, &["try: mnet models pull google/mobilenet_v2_0.75_160", local]);
    assert!(
        !mnet
            .run(["models", "show", "owner/name"])
            .failed(2, &["not in the cache"])
            .stderr
            .contains("offline")
    );
}
