//! The examples label the photos of the repository.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

#[path = "support/mod.rs"]
mod support;

#[cfg(unix)]
#[path = "examples/shares.rs"]
mod shares;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use support::checkpoint;
use support::hub_server::HubServer;
use support::program::{Run, photo};
use support::scratch::Scratch;

fn main() -> ExitCode {
    let mut trials = vec![
        Trial::test("rust_labels_photos_with_the_model_it_is_told", rust),
        Trial::test("rust_fetches_a_model_from_the_hub", rust_from_the_hub),
        Trial::test("rust_names_what_it_cannot_read", rust_fails),
        Trial::ignorable_test("python_labels_what_stdin_names", python),
        Trial::ignorable_test("python_asks_one_mnet_about_each_path", || stage("stage.py", "class ")),
        #[cfg(feature = "tar")]
        Trial::ignorable_test("python_asks_one_mnet_about_pictures_in_memory", || {
            stage("stage_tar.py", "def ")
        }),
        Trial::ignorable_test("python_keeps_one_mnet_and_gets_one_answer_for_each_picture", || {
            Ok(python_stage())
        }),
    ];
    #[cfg(unix)]
    trials.extend(shares::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// `examples/classify.rs`, which cargo builds beside the tests.
fn example() -> Result<Command, Failed> {
    let tests = std::env::current_exe()?;
    let path = tests.parent().and_then(Path::parent).unwrap().join("examples/classify");
    let path = path.with_extension(std::env::consts::EXE_EXTENSION);
    if path.exists() {
        return Ok(Command::new(path));
    }
    Err(format!("{} is missing: `cargo build --example classify` in this profile makes it", path.display())
        .into())
}

fn rust() -> Result<(), Failed> {
    let run =
        Run::of(example()?.arg("lite0").args([photo("cat_720p.jpg"), photo("hot_dog.jpg")])).succeeded();
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 12, "{}", run.stdout);
    assert!(lines[0].ends_with("cat_720p.jpg: 1280 x 720 px"), "{}", run.stdout);
    assert_eq!(lines[1], "  45.9 %  Egyptian cat");
    assert_eq!(lines[7], "  97.0 %  hotdog, hot dog, red hot");
    Ok(())
}

fn rust_from_the_hub() -> Result<(), Failed> {
    let (hub, home) = (HubServer::start(), Scratch::new());
    checkpoint::tiny(&home.path().join("hub/someone/art"), &["human", "machine"]);
    hub.add_folder(&home.path().join("hub"))?;
    let mut example = example()?;
    example.args(["someone/art"]).arg(photo("hot_dog.jpg")).env_clear();
    let run = Run::of(example.env("HOME", home.path()).env("HF_ENDPOINT", hub.endpoint())).succeeded();
    assert!(run.stdout.lines().count() == 3 && run.stdout.contains("human"), "{}", run.stdout);
    Ok(())
}

fn rust_fails() -> Result<(), Failed> {
    Run::of(example()?.args(["lite0", "Cargo.lock"])).failed(1, &["not an image"]);
    Run::of(example()?.args(["lite9"])).failed(1, &["lite9"]);
    Ok(())
}

/// A script of `examples`, with this build of mnet as the first on the path.
fn script(name: &str) -> Result<Command, Failed> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let mnet = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([mnet].into_iter().chain(std::env::split_paths(&others)))?;
    let mut python = Command::new("python3");
    python.arg(script).env("PATH", path).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(python)
}

/// Scripts that wait for each answer before they ask again. `docs/stage.md` shows them from the line that begins with `start`.
fn stage(name: &str, start: &str) -> Result<Completion, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("examples").join(name))?;
    let shown =
        text.find(&format!("\n{start}")).map(|at| text[at..].split("\n\n\nif ").next().unwrap().trim());
    let page = std::fs::read_to_string(root.join("docs/stage.md"))?;
    assert!(
        page.contains(&format!("```python\n{}\n```", shown.unwrap())),
        "docs/stage.md shows another {name}"
    );
    let names = ["cat_720p.jpg", "gone.jpg", "README.md", "hot_dog.jpg"];
    let mut python = script(name)?;
    // The one in memory is read by Python.
    let names = names.into_iter().filter(|photo| name == "stage.py" || *photo != "gone.jpg");
    let Ok(child) = python.args(names.map(photo)).spawn() else {
        return Ok(Completion::ignored_with("python3 is missing"));
    };
    let run = Run::from(child.wait_with_output()?).succeeded();
    let answers: Vec<_> = run.stdout.lines().map(|line| line.split_once('\t').unwrap().1).collect();
    let expected = ["Egyptian cat", "no such file", "not an image: text", "hotdog, hot dog, red hot"];
    let is_asked = |answer: &&str| name == "stage.py" || *answer != "no such file";
    assert_eq!(answers, expected.into_iter().filter(is_asked).collect::<Vec<_>>());
    Ok(Completion::Completed)
}

/// `examples/labels.py`.
fn python() -> Result<Completion, Failed> {
    let mut python = script("labels.py")?;
    let Ok(mut child) = python.spawn() else {
        return Ok(Completion::ignored_with("python3 is missing"));
    };
    let photos: [PathBuf; 3] = [photo("cat_720p.jpg"), photo("README.md"), photo("hot_dog.jpg")];
    let list = photos.map(|photo| photo.display().to_string()).join("\n");
    child.stdin.take().unwrap().write_all(list.as_bytes())?;
    let run = Run::from(child.wait_with_output()?);
    let labels: Vec<_> = run.stdout.lines().map(|line| line.split_once('\t').unwrap().1).collect();
    assert_eq!(labels.len(), 3, "{}{}", run.stdout, run.stderr);
    assert_eq!((labels[0], labels[2]), ("Egyptian cat", "hotdog, hot dog, red hot"));
    assert!(labels[1].contains("not an image"), "{}", labels[1]);
    // One picture failed, as mnet itself says it.
    assert_eq!(run.code, 1, "{}", run.stderr);
    Ok(Completion::Completed)
}

/// `examples/stage/test.py`, with a small network.
fn python_stage() -> Completion {
    if cfg!(not(unix)) {
        return Completion::ignored_with("its stand-in for mnet is a script");
    }
    let scratch = Scratch::new();
    let model = scratch.path().join("model");
    checkpoint::tiny(&model, &["human", "machine"]);
    let mut python = Command::new("python3");
    python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stage/test.py"));
    python
        .env("MNET", env!("CARGO_BIN_EXE_mnet"))
        .env("MNET_FLAGS", format!("--model '{}'", model.display()));
    let Ok(output) = python.output() else {
        return Completion::ignored_with("python3 is missing");
    };
    let run = Run::from(output).succeeded();
    assert!(run.stderr.contains("\nOK"), "{}", run.stderr);
    Completion::Completed
}
