//! `mnet models`: what exists, and what is cached.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::hub::{FILES, publish, with_hub};
use super::support::checkpoint;
use super::support::hub_server::HubServer;
use super::{Mnet, photo};

fn list(args: &str) -> Vec<Value> {
    Mnet::new()
        .run(["models", "list", "--json"].into_iter().chain(args.split_whitespace()))
        .succeeded()
        .json()
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
}

/// `someone/art` in the cache, and its folder there.
fn pulled() -> (HubServer, Mnet, PathBuf) {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let source = mnet.path().join("source");
    checkpoint::tiny(&source, &["a", "b"]);
    publish(&server, "someone/art", "main", &source, &FILES);
    let pulled = mnet.run(["models", "pull", "someone/art"]).succeeded().stdout;
    let folder = PathBuf::from(pulled.trim_end());
    (server, mnet, folder)
}

#[test]
fn filters_narrow_the_list() {
    let all = list("");
    for (args, holds) in [
        ("--family v2", (|row| row["family"] == "mobilenet-v2") as fn(&Value) -> bool),
        ("--family mobilenet-v4", |row| row["family"] == "mobilenet-v4"),
        ("--family v3-small", |row| row["variant"] == "v3-small"),
        ("--max-params 3.2M", |row| row["parameters"].as_u64().unwrap() <= 3_200_000),
        ("--max-mult-adds 0.3G", |row| row["mult_adds"].as_u64().unwrap() <= 300_000_000),
        ("--min-top1 80", |row| row["top1"].as_f64().is_some_and(|top1| top1 >= 80.0)),
        ("--family v4 --min-top1 82 --max-mult-adds 3e9", |row| {
            row["family"] == "mobilenet-v4"
                && row["top1"].as_f64().is_some_and(|top1| top1 >= 82.0)
                && row["mult_adds"].as_u64().unwrap() <= 3_000_000_000
        }),
    ] {
        let found = list(args);
        let expected: Vec<_> = all.iter().filter(|row| holds(row)).cloned().collect();
        assert!(!found.is_empty() && found.len() < all.len(), "{args}");
        assert_eq!(names(&found), names(&expected), "{args}");
    }
    let none = Mnet::new().run(["models", "list", "--min-top1", "99"]).succeeded();
    assert!(none.stdout.is_empty() && none.stderr.contains("no checkpoint"), "{}", none.stderr);
    Mnet::new().run(["models", "list", "--family", "v9"]).failed(2, &["v9", "v1", "v4"]);
    Mnet::new().run(["models", "list", "--max-params", "many"]).failed(2, &["many", "5M"]);
}

#[test]
fn columns_sort_the_list() {
    for (column, is_sorted) in [
        ("top1", (|a, b| a["top1"].as_f64() >= b["top1"].as_f64()) as fn(&Value, &Value) -> bool),
        ("params", |a, b| a["parameters"].as_u64() <= b["parameters"].as_u64()),
        ("mult-adds", |a, b| a["mult_adds"].as_u64() <= b["mult_adds"].as_u64()),
        ("res", |a, b| a["res"].as_u64() <= b["res"].as_u64()),
        ("name", |a, b| a["name"].as_str() <= b["name"].as_str()),
    ] {
        let rows = list(&format!("--sort {column}"));
        assert!(rows.windows(2).all(|pair| is_sorted(&pair[0], &pair[1])), "{column}: {:?}", names(&rows));
    }
}

#[test]
fn the_table_has_a_row_per_checkpoint() {
    let text = Mnet::new().run(["models", "list", "--family", "v1"]).succeeded().stdout;
    let line = text.lines().find(|line| line.starts_with("mobilenet-v1-1.0-224 ")).unwrap();
    for cell in ["1.0", "224", "70.9 %", "4.23 M", "568.7 M", "not named", "no"] {
        assert!(line.contains(cell), "{cell} is not in {line}");
    }
    assert!(text.contains("\nnot named: the hub's page says only `other`; tensorflow/models"), "{text}");
}

#[test]
fn the_built_in_model_is_the_first_row() {
    let built_in = &list("")[0];
    for (field, value) in [
        ("name", "\"builtin\""),
        ("family", "\"efficientnet-lite\""),
        ("top1", "74.8"),
        ("parameters", "4652008"),
        ("mult_adds", "385187552"),
        ("licence", "\"apache-2.0\""),
        ("built_in", "true"),
        ("cached", "false"),
    ] {
        assert_eq!(built_in[field].to_string(), value, "{field}");
    }
    assert_eq!(names(&list("--family lite0"))[0], "builtin");
    for other in ["--family v1", "--cached", "--max-params 2M"] {
        assert!(!names(&list(other)).contains(&"builtin"), "{other}");
    }
    let text = Mnet::new().run(["models", "list"]).succeeded().stdout;
    let row = text.lines().nth(1).unwrap();
    assert!(row.starts_with("builtin ") && row.ends_with("  apache-2.0  built in"), "{row}");
    let shown = Mnet::new().run(["models", "show", "builtin"]).succeeded().stdout;
    for line in [
        "name          builtin\n",
        "accuracy      top-1 74.8 % (as published,",
        "Mult-Adds     385.2 M at 224 px\n",
        "licence       apache-2.0 (its package on PyPI;",
        "cached        built in\n",
    ] {
        assert!(shown.contains(line), "`{line}` is not in:\n{shown}");
    }
}

#[test]
fn every_licence_has_a_source() {
    for row in list("") {
        let licence = row["licence"].as_str().unwrap();
        let source = row["licence_source"].as_str().unwrap();
        assert!(licence == "apache-2.0" || licence == "not named" && source.contains("`other`"), "{row}");
    }
}

#[test]
fn show_prints_everything_about_one() {
    let name = "mobilenetv4_conv_medium.e500_r256_in1k";
    let run = Mnet::new().run(["models", "show", name]).succeeded();
    for line in [
        "family        mobilenet-v4, v4-conv-medium",
        "repository    timm/mobilenetv4_conv_medium.e500_r256_in1k",
        "architecture  mobilenetv4_conv_medium",
        "resolution    256 px",
        "accuracy      top-1 79.9 %, top-5 95.2 % (timm,",
        "tested at     320 px: top-1 80.9 %",
        "parameters    9.72 M",
        "Mult-Adds     1080.2 M at 256 px",
        "licence       apache-2.0 (the hub's page)",
        "cached        no",
    ] {
        assert!(run.stdout.contains(line), "`{line}` is not in:\n{}", run.stdout);
    }
    let row = &Mnet::new().run(["models", "show", name, "--json"]).succeeded().json()[0];
    assert_eq!((row["name"].as_str(), &row["cached"]), (Some(name), &Value::Bool(false)));
    let built_in = Mnet::new().run(["models", "show", "lite0", "--json"]).succeeded().json();
    assert_eq!(built_in[0]["local"]["outputs"], 1000);
    Mnet::new().run(["models", "show", "someone/art"]).failed(2, &["someone/art", "mnet models pull"]);
    Mnet::new().run(["models", "show", "v9"]).failed(2, &["v9", "mnet models list"]);
}

#[test]
fn show_reads_the_cache_without_the_hub() {
    let (server, mnet, folder) = pulled();
    let connections = server.connections();
    let shown = mnet.run(["models", "show", "someone/art", "--json"]).succeeded().json();
    let local = &shown[0]["local"];
    assert_eq!(Path::new(local["folder"].as_str().unwrap()), folder);
    assert_eq!((&local["outputs"], local["commit"].as_str().map(str::len)), (&2.into(), Some(40)));
    assert_eq!(server.connections(), connections);
}

#[test]
fn the_list_knows_the_size_on_disk() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let source = mnet.path().join("source");
    checkpoint::tiny(&source, &["a", "b"]);
    publish(&server, "google/mobilenet_v2_0.75_160", "main", &source, &FILES);
    let cached = || mnet.run(["models", "list", "--json", "--cached"]).succeeded().json();
    assert!(cached().is_empty());
    mnet.run(["models", "pull", "mobilenet-v2-0.75-160"]).succeeded();
    let rows = cached();
    assert_eq!(names(&rows), ["mobilenet-v2-0.75-160"]);
    let bytes: u64 = FILES.iter().map(|name| fs::metadata(source.join(name)).unwrap().len()).sum();
    assert_eq!(rows[0]["cached_bytes"], bytes);
    mnet.run(["models", "rm", "mobilenet-v2-0.75-160"]).succeeded();
    assert!(cached().is_empty());
}

#[test]
fn repositories_outside_the_catalogue_are_listed_and_verified() {
    let (_server, mnet, _) = pulled();
    let foreign = mnet.path().join(".cache/huggingface/hub/models--someone--language-model/snapshots/main");
    fs::create_dir_all(&foreign).unwrap();
    fs::write(foreign.join("config.json"), r#"{"model_type": "bert"}"#).unwrap();
    let listed = |args: &[&str]| {
        mnet.run([&["models", "list", "--cached", "--json"], args].concat()).succeeded().json()
    };
    let rows = listed(&[]);
    assert_eq!(names(&rows), ["someone/art"]);
    assert_eq!((&rows[0]["classes"], rows[0]["top1"].as_f64()), (&2.into(), None));
    assert!(rows[0]["cached_bytes"].as_u64().is_some_and(|bytes| bytes > 100_000));
    let family = rows[0]["family"].as_str().unwrap();
    assert_eq!(listed(&["--family", family]), rows);
    assert!(listed(&["--family", "v4"]).is_empty() && listed(&["--min-top1", "1"]).is_empty());
    let table = mnet.run(["models", "list", "--cached"]).succeeded().stdout;
    assert!(table.contains("someone/art"), "{table}");

    let verified = mnet.run(["models", "verify"]).succeeded().stdout;
    assert_eq!(verified.lines().filter(|line| line.ends_with("  ok")).count(), 3, "{verified}");
    assert!(verified.contains("someone/language-model"), "{verified}");
}

#[test]
fn verify_finds_damaged_and_missing_files() {
    let (_server, mnet, folder) = pulled();
    let verify = || mnet.run(["models", "verify", "someone/art"]);
    let whole = verify().succeeded().stdout;
    assert_eq!(whole.lines().filter(|line| line.ends_with("  ok")).count(), 3, "{whole}");

    let weights = folder.join("model.safetensors").canonicalize().unwrap();
    let mut bytes = fs::read(&weights).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&weights, &bytes).unwrap();
    let blob = weights.file_name().unwrap().to_str().unwrap();
    let damaged = verify().failed(1, &[blob, "mnet models rm someone/art && mnet models pull someone/art"]);
    assert!(damaged.stdout.contains("model.safetensors  DAMAGED"), "{}", damaged.stdout);
    assert_eq!(damaged.stdout.lines().filter(|line| line.ends_with("  ok")).count(), 2);

    fs::remove_file(&weights).unwrap();
    let missing = verify().failed(1, &["damaged or incomplete"]);
    assert!(missing.stdout.contains("model.safetensors  MISSING"), "{}", missing.stdout);

    // Its hint works.
    mnet.run(["models", "rm", "someone/art"]).succeeded();
    mnet.run(["models", "pull", "someone/art"]).succeeded();
    verify().succeeded();
}

#[test]
fn rm_removes_all_or_nothing() {
    let (_server, mnet, folder) = pulled();
    mnet.run(["models", "rm", "someone/art", "someone/else"])
        .failed(2, &["someone/else is not in the cache", "mnet models list --cached"]);
    assert!(folder.is_dir());
    let removed = mnet.run(["models", "rm", "someone/art"]).succeeded();
    assert!(removed.stderr.contains("removed someone/art"), "{}", removed.stderr);
    let cache = mnet.path().join(".cache/huggingface/hub");
    assert!(
        !cache.join("models--someone--art").exists() && !cache.join(".locks/models--someone--art").exists()
    );
    mnet.run(["models", "verify", "someone/art"]).failed(2, &["is not in the cache"]);
    let cat = photo("cat_720p.jpg");
    mnet.run(["classify", cat.to_str().unwrap(), "--model", "someone/art", "--offline"])
        .failed(2, &["offline mode is on"]);
}

#[test]
fn nothing_is_removed_during_a_download() {
    let (_server, mnet, folder) = pulled();
    let locks = mnet.path().join(".cache/huggingface/hub/.locks/models--someone--art");
    fs::create_dir_all(&locks).unwrap();
    let lock = fs::File::create(locks.join("busy.lock")).unwrap();
    lock.lock().unwrap();
    mnet.run(["models", "rm", "someone/art"]).failed(2, &["another process is downloading it"]);
    assert!(folder.join("model.safetensors").is_file());
    // A process that another test is starting has the file open too, so closing it here may not be enough.
    lock.unlock().unwrap();
    mnet.run(["models", "rm", "someone/art"]).succeeded();
}
