//! `mnet doctor`: what it says, what it hides, and that it changes nothing.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use serde_json::Value;

use super::hub::{FILES, publish, with_hub};
use super::support::checkpoint;
use super::support::http::Reply;
use super::support::hub_server::{Fault, HubServer};
use super::{Mnet, Run};

/// The repository that it asks for.
const ASKED_FOR: &str = "google/mobilenet_v2_1.0_224";

/// The report of a command.
fn report(command: &mut Command) -> (i32, Value) {
    let run = Run::of(command);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json.len(), 1, "{}{}", run.stdout, run.stderr);
    (run.code, json[0].clone())
}

/// Levels and sections of its problems.
fn problems(report: &Value) -> Vec<[&str; 2]> {
    let problems = report["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| {
            assert!(
                !problem["message"].as_str().unwrap().is_empty() && problem["try"].is_string(),
                "{problem}"
            );
            ["level", "section"].map(|field| problem[field].as_str().unwrap())
        })
        .collect()
}

/// Without kernels there is no self-test, and these tests stay quick.
fn without_self_test(mnet: &Mnet, args: &[&str]) -> Command {
    let mut command = mnet.command([&["doctor", "--json"], args].concat());
    command.env("MNET_ISA", "z80");
    command
}

/// The problems other than the one that [`without_self_test`] makes.
fn others(report: &Value) -> Vec<[&str; 2]> {
    problems(report).into_iter().filter(|problem| problem[1] != "processor").collect()
}

#[test]
fn the_report_names_what_runs_and_passes_its_own_test() {
    let mnet = Mnet::new();
    let (code, report) = report(&mut mnet.command(["doctor", "--json", "--offline"]));
    let isa = report["processor"]["instruction_set"].as_str().unwrap();
    assert!(report["processor"]["instruction_sets"].as_array().unwrap().iter().any(|set| set == isa));
    assert_eq!(report["program"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["self_test"]["status"], "passed", "{}", report["self_test"]);
    assert!(report["threads"]["count"].as_u64().unwrap() > 0);
    assert!(report["memory"]["for_pictures"].as_u64().unwrap() >= 64 << 20);
    assert_eq!((&report["devices"]["auto"], &report["cache"]["exists"]), (&"cpu".into(), &false.into()));
    assert_eq!((&report["hub"]["offline"], &report["hub"]["reachable"]), (&"--offline".into(), &Value::Null));
    assert_eq!(code, 0, "{}", report["problems"]);
    let folder = mnet.path().join(".cache/huggingface/hub");
    assert_eq!(report["cache"]["folder"].as_str(), folder.to_str());
    assert_eq!(report["cache"]["named_by"], "HOME");
}

#[test]
fn the_text_has_two_columns_and_fits_a_terminal() {
    let mnet = Mnet::new();
    // One problem, and not a second for an instruction set that the run of the tests forces.
    let mut doctor = mnet.command(["doctor", "--offline"]);
    let run = Run::of(doctor.env("RUST_MIN_STACK", "1").env_remove("MNET_ISA"));
    for line in run.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for words in
        ["\nprocessor\n", "  error           RUST_MIN_STACK=1: ", "  try             unset RUST_MIN_STACK"]
    {
        assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
    }
    assert!(run.stdout.ends_with("\n1 error, 0 warnings\n") && run.code == 1, "{}", run.stdout);
}

#[test]
fn no_secret_is_printed() {
    let server = HubServer::start();
    let mnet = Mnet::new();
    let address = server.endpoint().trim_start_matches("http://");
    let token_file = mnet.path().join("token");
    fs::write(&token_file, "s3cret-file").unwrap();
    for json in [true, false] {
        for endpoint in ["http://user:s3cret@", "user:s3cret@", "http://hub/?token=s3cret#"] {
            let mut command = mnet.command(["doctor"].into_iter().chain(json.then_some("--json")));
            command
                .env("MNET_ISA", "z80")
                .env("HF_ENDPOINT", format!("{endpoint}{address}"))
                .env("HF_TOKEN", "s3cret-token")
                .env("HF_TOKEN_PATH", &token_file)
                .env("HTTPS_PROXY", "http://user:s3cret@127.0.0.1:1")
                .env("http_proxy", "user:s3cret@127.0.0.1:1");
            let run = Run::of(&mut command);
            assert!(!(run.stdout.clone() + &run.stderr).contains("s3cret"), "{}{}", run.stdout, run.stderr);
            assert!(run.stdout.contains("HF_TOKEN") && run.stdout.contains("127.0.0.1"), "{}", run.stdout);
        }
    }
}

#[test]
fn offline_opens_no_connection() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let (_, of_flag) = report(&mut without_self_test(&mnet, &["--offline"]));
    let (_, of_variable) = report(without_self_test(&mnet, &[]).env("HF_HUB_OFFLINE", "1"));
    assert_eq!(
        (&of_flag["hub"]["offline"], &of_variable["hub"]["offline"]),
        (&"--offline".into(), &"HF_HUB_OFFLINE".into())
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_hub_is_asked_once_and_nothing_is_written() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let (_, without) = report(&mut without_self_test(&mnet, &[]));
    // It does not have the repository, and says so as the hub does.
    assert_eq!((&without["hub"]["reachable"], &without["hub"]["status"]), (&true.into(), &401.into()));
    let source = Mnet::new();
    checkpoint::tiny(source.path(), &["a", "b"]);
    publish(&server, ASKED_FOR, "main", source.path(), &FILES);
    let (_, with) = report(&mut without_self_test(&mnet, &[]));
    assert_eq!((&with["hub"]["reachable"], &with["hub"]["status"]), (&true.into(), &200.into()));
    assert!(others(&without).is_empty() && others(&with).is_empty(), "{with}");
    assert_eq!((server.connections(), server.count("HEAD", "/resolve/main/config.json")), (2, 2));
    assert!(mnet.home.contents().is_empty());
}

#[test]
fn a_hub_that_does_not_answer_is_an_error() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mnet = Mnet { endpoint: Some(format!("http://{closed}")), ..Mnet::new() };
    let (code, report) = report(&mut without_self_test(&mnet, &[]));
    assert_eq!((code, &report["hub"]["reachable"]), (1, &false.into()));
    assert_eq!(others(&report), [["error", "hub"]]);
}

#[test]
fn what_is_no_hub_is_told_apart() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    for (reply, level, words) in [
        (Reply::new(503, "busy"), "error", "503"),
        (Reply::new(407, "who?"), "error", "407"),
        (Reply::web_page(200), "error", "text/html"),
        (Reply::new(404, "nothing"), "warning", "it may not be a hub"),
        (Reply::new(200, "{}").header("Content-Type", "application/json"), "warning", "names no commit"),
    ] {
        server.heal();
        server.fault("HEAD", "config.json", 1, Fault::Instead(reply));
        let (_, report) = report(&mut without_self_test(&mnet, &[]));
        assert_eq!(others(&report), [[level, "hub"]], "{report}");
        let found =
            report["problems"].as_array().unwrap().iter().find(|one| one["section"] == "hub").unwrap();
        assert!(found["message"].as_str().unwrap().contains(words), "{found}");
    }
}

#[test]
fn a_token_is_tried_and_its_file_is_read() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    server.fault(
        "HEAD",
        "config.json",
        1,
        Fault::Instead(Reply::error(401, "Unauthorized", "Invalid credentials")),
    );
    let (_, refused) = report(without_self_test(&mnet, &[]).env("HF_TOKEN", "wrong"));
    assert_eq!((others(&refused), &refused["hub"]["token"]), (vec![["error", "hub"]], &"HF_TOKEN".into()));
    // A folder cannot be read as a file, even by root.
    let (_, unreadable) = report(without_self_test(&mnet, &[]).env("HF_TOKEN_PATH", mnet.path()));
    assert_eq!(
        (others(&unreadable), &unreadable["hub"]["reachable"]),
        (vec![["error", "hub"]], &Value::Null)
    );
}

#[test]
fn a_cache_that_cannot_be_used_is_an_error() {
    let mnet = Mnet::new();
    let [file, below, link] = ["file", "file/hub", "link"].map(|name| mnet.path().join(name));
    fs::write(&file, "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    #[cfg(not(unix))]
    fs::write(&link, "").unwrap();
    for folder in [file, below, link] {
        let (code, report) = report(without_self_test(&mnet, &["--offline"]).env("HF_HUB_CACHE", &folder));
        assert_eq!((code, others(&report)), (1, vec![["error", "cache"]]), "{}", folder.display());
        assert_eq!(report["cache"]["named_by"], "HF_HUB_CACHE");
    }
}

#[test]
fn what_is_in_the_cache_is_counted_and_checked() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let source = Mnet::new();
    checkpoint::tiny(source.path(), &["a", "b"]);
    for id in ["someone/good", "someone/bad"] {
        publish(&server, id, "main", source.path(), &FILES);
        mnet.run(["models", "pull", id]).succeeded();
    }
    let cache = mnet.path().join(".cache/huggingface/hub");
    for name in ["datasets--a--b", "models--a--b--c", "notes", "models--"] {
        fs::create_dir(cache.join(name)).unwrap();
    }
    let [good, bad] = ["good", "bad"].map(|name| cache.join(format!("models--someone--{name}")));
    fs::write(good.join("blobs").join("0123.incomplete"), [0; 1000]).unwrap();
    let before = mnet.home.contents();
    let (_, whole) = report(&mut without_self_test(&mnet, &["--offline"]));
    assert!(others(&whole).is_empty(), "{whole}");
    assert_eq!((&whole["cache"]["repositories"], &whole["cache"]["other_entries"]), (&2.into(), &4.into()));
    assert_eq!(whole["cache"]["unfinished"][0]["repository"], "someone/good");
    assert_eq!(whole["cache"]["unfinished"][0]["bytes"], 1000);
    assert!(whole["cache"]["files_checked"].as_u64().unwrap() >= 4, "{}", whole["cache"]);
    assert!(mnet.home.contents() == before, "something was written");

    let snapshot = fs::read_dir(bad.join("snapshots")).unwrap().next().unwrap().unwrap().path();
    let config = snapshot.join("config.json").canonicalize().unwrap();
    fs::write(&config, vec![b' '; fs::metadata(&config).unwrap().len() as usize]).unwrap();
    let (code, damaged) = report(&mut without_self_test(&mnet, &["--offline"]));
    assert_eq!((code, others(&damaged)), (1, vec![["error", "cache"]]));
    assert_eq!(damaged["cache"]["damaged"][0], "someone/bad");
    fs::remove_file(&config).unwrap();
    let (_, missing) = report(&mut without_self_test(&mnet, &["--offline"]));
    assert_eq!(others(&missing), [["error", "cache"]]);
}

#[test]
fn a_broken_environment_is_reported_and_not_refused() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let (code, unknown) = report(mnet.command(["doctor", "--json", "--offline"]).env("MNET_ISA", "z80"));
    assert_eq!((code, problems(&unknown)), (1, vec![["error", "processor"]]));
    assert_eq!(unknown["self_test"]["status"], "skipped");
    let (_, threads) = report(without_self_test(&mnet, &["--offline"]).env("RAYON_NUM_THREADS", "many"));
    assert_eq!(others(&threads), [["warning", "threads"]]);
    let (code, stack) = report(mnet.command(["doctor", "--json"]).env("RUST_MIN_STACK", "1"));
    assert_eq!((code, others(&stack)), (1, vec![["error", "threads"]]));
    assert_eq!((&stack["self_test"]["status"], &stack["hub"]["status"]), (&"skipped".into(), &Value::Null));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"http://h\xff");
        let (code, report) = report(without_self_test(&mnet, &[]).env("HF_ENDPOINT", name));
        assert_eq!((code, others(&report)), (1, vec![["error", "environment"]]));
        assert_eq!(report["hub"]["reachable"], Value::Null, "another hub was asked");
    }
    mnet.run(["doctor", "--nonsense"]).failed(2, &["--nonsense"]);
}

#[test]
fn variables_without_effect_are_warnings() {
    let mnet = Mnet::new();
    for (name, value, section) in [
        ("HF_HUB_OFFLINE", "2", "environment"),
        ("TRANSFORMERS_OFFLINE", "maybe", "environment"),
        ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "y", "environment"),
        ("HF_HUB_ETAG_TIMEOUT", "abc", "environment"),
        ("HF_HUB_DOWNLOAD_TIMEOUT", "1.5", "environment"),
        ("NO_PROXY", "hub,10.0.0.0/99", "environment"),
        ("HF_TOKEN_PATH", "/nowhere/token", "environment"),
        ("COLUMNS", "wide", "environment"),
        ("RUST_MIN_STACK", "8M", "threads"),
        ("RAYON_NUM_THREADS", "all", "threads"),
    ] {
        let (_, report) = report(without_self_test(&mnet, &["--offline"]).env(name, value));
        assert_eq!(others(&report), [["warning", section]], "{name}: {report}");
        let found = report["problems"].as_array().unwrap().iter().find(|one| one["section"] == section);
        assert!(found.unwrap()["message"].as_str().unwrap().contains(name), "{report}");
    }
    for (name, value) in
        [("HF_HUB_OFFLINE", "no"), ("HF_HUB_ETAG_TIMEOUT", "30"), ("COLUMNS", "80"), ("HF_TOKEN_PATH", "")]
    {
        let (_, report) = report(without_self_test(&mnet, &["--offline"]).env(name, value));
        assert!(others(&report).is_empty(), "{name}: {report}");
    }
}

#[test]
fn a_token_that_is_not_sent_is_named() {
    let mnet = Mnet::new();
    let mut command = without_self_test(&mnet, &["--offline"]);
    command.env("HF_TOKEN", "hf_secret").env("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    let (_, report) = report(&mut command);
    assert_eq!(
        (&report["hub"]["token"], &report["hub"]["token_withheld"]),
        (&Value::Null, &"HF_TOKEN".into())
    );
    let mut command = mnet.command(["doctor", "--offline"]);
    command.env("MNET_ISA", "z80").env("HF_TOKEN", "hf_secret").env("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    let text = Run::of(&mut command).stdout;
    assert!(text.contains("from HF_TOKEN, not sent: HF_HUB_DISABLE_IMPLICIT_TOKEN"), "{text}");
}

#[test]
#[cfg(unix)]
fn a_home_that_no_variable_names_is_that_of_the_account() {
    let mnet = Mnet::new();
    let (_, report) = report(without_self_test(&mnet, &["--offline"]).env_remove("HOME"));
    // An account without a home directory has no cache either.
    assert_eq!(report["cache"]["named_by"], Value::Null);
    let text =
        Run::of(mnet.command(["doctor", "--offline"]).env("MNET_ISA", "z80").env_remove("HOME")).stdout;
    assert!(report["cache"]["folder"].is_null() || text.contains("your account"), "{text}");
}
