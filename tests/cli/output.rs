//! stdout is data, stderr is for people.

use std::io::Read;
use std::process::Stdio;

use super::{Mnet, Run, photo};

#[test]
fn labels_as_names_ids_or_indices() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let label = |kind: &str| {
        let run = mnet.run(["classify", cat.to_str().unwrap(), "-k", "1", "--label", kind]).succeeded();
        run.stdout.split('\t').nth(1).unwrap().to_owned()
    };
    assert_eq!([label("name"), label("wnid"), label("index")], ["Egyptian cat", "n02124075", "285"]);
}

#[test]
fn a_closed_pipe_is_success() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let many = vec![cat.to_str().unwrap(); 40];
    let mut command = mnet.command([&["classify", "--json", "--logits"], &many[..]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One byte, then the pipe is closed.
    child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let mnet = Mnet::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = mnet.command(["classify".as_ref(), photo("cat_720p.jpg").as_os_str()]);
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && stderr.contains("No space left"), "{stderr}");
}

#[test]
fn colour_is_a_choice() {
    let mnet = Mnet::new();
    let message = |args: &[&str], variable: &str| {
        let mut command = mnet.command([&["classify", "gone.jpg"], args].concat());
        Run::of(command.env(variable, "1")).failed(1, &["gone.jpg: no such file"]).stderr
    };
    assert!(!message(&[], "UNRELATED").contains('\x1b'));
    assert!(message(&[], "CLICOLOR_FORCE").contains('\x1b'));
    assert!(message(&["--color", "always"], "NO_COLOR").contains('\x1b'));
    assert!(!message(&["--color", "never"], "CLICOLOR_FORCE").contains('\x1b'));
}

#[test]
fn help_teaches() {
    let mnet = Mnet::new();
    let help = mnet.run(["classify", "--help"]).succeeded().stdout;
    for word in
        ["Examples:", "--alpha", "--res", "Exit status", "HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_HUB_CACHE"]
    {
        assert!(help.contains(word), "{word} is not in:\n{help}");
    }
    assert!(mnet.run(["--version"]).succeeded().stdout.starts_with("mnet "));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_how_to_get_it() {
    Mnet::new()
        .run(["classify", "photo.jpg", "-o", "labels.parquet"])
        .failed(2, &["this build has no Parquet support", "--features parquet"]);
}
