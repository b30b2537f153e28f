//! `mnet choose`: which network is named, and what is said without one. Nothing depends on how fast the machine is.

use std::fs;
use std::io::Write;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::hub::{FILES, publish, with_hub};
use super::support::checkpoint;
use super::support::hub_server::HubServer;
use super::{Mnet, Run, photo};

fn choose(arguments: &str) -> Run {
    Mnet::new().run(["choose"].into_iter().chain(arguments.split_whitespace()))
}

/// The command after `try:`.
fn tried(run: &Run) -> String {
    let (_, hint) = run.stderr.split_once("  try: mnet choose ").unwrap_or_else(|| panic!("{}", run.stderr));
    hint.lines().next().unwrap().to_owned()
}

/// One small network, so that it does not take long.
const SMALL: &str = "--family v2 --res 96";

#[test]
fn what_fits_is_named_with_its_command() {
    let report = &choose(&format!("{SMALL} --max-ms 100000 --threads 1 --json")).succeeded().json()[0];
    let best = &report["best"];
    for (field, value) in [
        ("name", "\"mobilenet-v2-0.35-96\""),
        ("family", "\"MobileNetV2\""),
        ("alpha", "0.35"),
        ("res", "96"),
        ("top1", "45.5"),
        ("parameters", "1678409"),
        ("mult_adds", "11935408"),
        ("command", "\"mnet classify photo.jpg --model mobilenet-v2-0.35-96 --threads 1\""),
    ] {
        assert_eq!(best[field].to_string(), value, "{field}");
    }
    let ms = &best["ms"];
    assert!(ms["min"].as_f64().unwrap() > 0.0 && ms["min"].as_f64() <= ms["p50"].as_f64(), "{ms}");
    assert!(ms["runs"].as_u64().unwrap() >= 15, "{ms}");
    assert_eq!((report["goal"].as_str(), report["max_ms"].as_f64()), (Some("most_accurate"), Some(1e5)));
    let candidates = report["candidates"].as_array().unwrap();
    assert!(report["disturbed"].is_boolean(), "{report}");
    assert_eq!((candidates.len(), candidates[0]["verdict"].as_str()), (1, Some("best")));
}

/// And the command that is suggested works: it is the same search with a limit that is wide enough.
#[test]
fn what_is_too_slow_is_an_answer_of_its_own() {
    let run = choose(&format!("{SMALL} --max-ms 0.000001")).failed(
        1,
        &["no network within the other limits takes at most 0.000001 ms here; the closest: mobilenet-v2-0.35-96 at 96 px (", "top-1 45.5 %)"],
    );
    assert_eq!(run.stdout, "");
    let hint = tried(&run);
    assert!(hint.starts_with("--family v2 --res 96 --max-ms "), "{hint}");
    let json = choose(&format!("{SMALL} --max-ms 0.000001 --json"));
    assert_eq!((json.code, &json.json()[0]["best"]), (1, &Value::Null));
    assert_eq!(json.json()[0]["runners_up"][0]["name"], "mobilenet-v2-0.35-96");
}

#[test]
fn without_a_limit_of_time_all_worth_having_are_listed() {
    let run = choose(SMALL).succeeded();
    let mut lines = run.stdout.lines();
    assert!(lines.next().unwrap().starts_with("name "), "{}", run.stdout);
    let row = lines.next().unwrap();
    for cell in ["mobilenet-v2-0.35-96 ", " 96 ", "45.5 %", "1.68 M", "11.9 M", "6.8 MB"] {
        assert!(row.contains(cell), "{cell} is not in {row}");
    }
    assert_eq!(lines.next(), None);
    assert!(run.stderr.contains("1 of 1 network was timed\n"), "{}", run.stderr);
}

#[test]
fn the_last_line_is_the_command() {
    let run = choose(&format!("{SMALL} --min-top1 40 --quiet")).succeeded();
    let last = run.stdout.lines().last().unwrap();
    assert_eq!((last, run.stderr.as_str()), ("mnet classify photo.jpg --model mobilenet-v2-0.35-96", ""));
    assert!(run.stdout.lines().nth(1).unwrap().ends_with("  best"), "{}", run.stdout);
    // Its words are right: only the weights are missing.
    let words = last.split(' ').skip(1).chain(["--offline"]);
    Mnet::new().run(words).failed(2, &["google/mobilenet_v2_0.35_96"]);
}

/// Nothing is timed.
#[test]
fn limits_that_no_network_meets_are_named_with_the_closest() {
    for (arguments, message, hint) in [
        (
            "--min-top1 90",
            "no network reaches a top-1 of 90 %; the closest: mobilenetv4_conv_aa_large.e230_r448_in12k_ft_in1k at 544 px (85.0 %,",
            "--min-top1 84.9",
        ),
        (
            "--max-params 1M",
            "no network has at most 1 M parameters; the closest: mobilenetv3_small_050",
            "--max-params 1.6M",
        ),
        (
            "--max-mult-adds 1M",
            "needs at most 1 M Mult-Adds; the closest: mobilenet-v2-0.35-96",
            "--max-mult-adds 12M",
        ),
        (
            "--max-size 1",
            "has weights of at most 1 byte; the closest: mobilenetv3_small_050",
            "--max-size 6.4MB",
        ),
        (
            "--min-top1 80 --max-params 3M --json",
            "no network within the other limits reaches a top-1 of 80 %; the closest:",
            "--max-params 3M --json --min-top1 67.9",
        ),
    ] {
        let run = choose(arguments).failed(1, &[message]);
        assert_eq!(tried(&run), hint, "{arguments}");
        if arguments.ends_with("--json") {
            let report = &run.json()[0];
            assert_eq!((&report["best"], &report["timed"]), (&Value::Null, &0.into()), "{report}");
        } else {
            assert_eq!(run.stdout, "", "{arguments}");
        }
    }
    choose("--min-top1 90 --max-params 1M --max-size 1kB")
        .failed(1, &["--min-top1, --max-params and --max-size"]);
}

#[test]
fn mistakes_name_what_exists() {
    for (arguments, message, hint) in [
        ("--family v9", "of the family `v9` (families: v1, v2, v3, v4, edgetpu and lite)", "--family v3"),
        ("--family v1,v9", "`v9`", "--family v1,v3"),
        (
            "--family v2 --res 150",
            "no network of v2 has a published accuracy at 150 px (there are 96, 160 and 224)",
            "--res 160",
        ),
        ("--max-ms 0", "--max-ms 0: expected milliseconds: a number above 0", "--max-ms 5"),
        ("--max-ms 5ms", "expected milliseconds", "--max-ms 5"),
        ("--max-size big", "expected a size", "--max-size 16MB"),
        ("5", "`mnet choose` does not take `5`", "--max-ms 5"),
        ("v3", "`mnet choose` does not take `v3`", "--family v3"),
        ("--latency 5", "has no flag --latency", "--max-ms 5"),
    ] {
        let run = choose(arguments).failed(2, &[message]);
        assert!(tried(&run).contains(hint), "{arguments}: {}", run.stderr);
    }
    let run = Mnet::new().run(["recommend", "--max-ms", "5"]).failed(2, &["`recommend` is not a command"]);
    assert_eq!(tried(&run), "--max-ms 5");
}

/// A folder of the classes `a` and `b` with the same photo in each: every network is right about one of the two.
fn with_photos(mnet: &Mnet) {
    for class in ["a", "b"] {
        let folder = mnet.path().join("photos").join(class);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(photo("cat_720p.jpg"), folder.join("cat.jpg")).unwrap();
    }
}

#[test]
fn photos_of_ones_own_replace_the_published_accuracy() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    with_photos(&mnet);
    let source = mnet.path().join("source");
    checkpoint::tiny(&source, &["a", "b"]);
    publish(&server, "google/mobilenet_v2_0.35_96", "main", &source, &FILES);
    let choose = |arguments: &str| {
        let words = format!("choose {SMALL} --data photos {arguments}");
        mnet.run(words.split_whitespace())
    };
    let run = choose("").failed(2, &["no candidate has its weights in the cache"]);
    assert_eq!(tried(&run), format!("{SMALL} --data photos --pull"));

    let report = &choose("--pull --max-ms 100000 --json").succeeded().json()[0];
    let best = &report["best"];
    assert_eq!((&best["top1"], &best["top1_measured"]["answered"]), (&50.0.into(), &2.into()), "{best}");
    assert_eq!(best["command"], "mnet classify photo.jpg --model mobilenet-v2-0.35-96");

    // Now it is in the cache. The published 45.5 % do not count.
    let run = choose("--min-top1 60").failed(1, &["no network reaches a top-1 of 60 %", "(50.0 %"]);
    assert!(tried(&run).ends_with("--min-top1 50.0"), "{}", run.stderr);
    let run = choose("--min-top1 47").succeeded();
    assert!(run.stdout.contains("50.0 % ") && run.stdout.contains("95 % interval"), "{}", run.stdout);
    assert!(run.stderr.contains("top-1 is that on 2 photos: "), "{}", run.stderr);
}

#[test]
fn downloads_need_photos() {
    choose("--pull").failed(2, &["--data"]);
    choose(&format!("{SMALL} --data nowhere")).failed(2, &["nowhere"]);
}

/// A zip in which `cls` and `label` say different things of its pictures.
fn with_labels(mnet: &Mnet) {
    let mut zip = ZipWriter::new(fs::File::create(mnet.path().join("x.zip")).unwrap());
    let picture = fs::read(photo("cat_720p.jpg")).unwrap();
    for (name, bytes) in [
        ("1.jpg", &picture[..]),
        ("1.cls", b"a"),
        ("1.label", b"c"),
        ("2.jpg", &picture),
        ("2.cls", b"b"),
        ("2.label", b"a"),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn what_is_tried_for_labels_is_a_flag_of_this_command() {
    let mnet = Mnet::new();
    with_labels(&mnet);
    fs::write(mnet.path().join("breeds.csv"), "photo,breed\n1.jpg,a\n").unwrap();
    fs::write(mnet.path().join("list.csv"), "path,label\n1.jpg,a\n").unwrap();
    fs::create_dir(mnet.path().join("photos")).unwrap();
    fs::copy(photo("cat_720p.jpg"), mnet.path().join("photos/1.jpg")).unwrap();
    let choose = |words: &str| {
        let words = format!("choose {SMALL} --offline {words}");
        mnet.run(words.split_whitespace())
    };
    for (data, message, hint, mended) in [
        ("x.zip", "", "--label-column label, or --label-column cls", "--label-column cls"),
        ("x.zip --label-column breed", "", "--label-column NAME", "--label-column label"),
        ("breeds.csv", "", "--columns photo,breed", "--columns photo,breed --root photos"),
        ("list.csv", "lists 1 picture, and none exists", "--root DIR", "--root photos"),
    ] {
        let run = choose(&format!("--data {data}")).failed(2, &[message, hint]);
        assert!(!run.stderr.contains("no candidate"), "{}", run.stderr);
        let file = data.split(' ').next().unwrap();
        // The labels are read.
        choose(&format!("--data {file} {mended}")).failed(2, &["no candidate has its weights in the cache"]);
    }
    for flags in ["--image-column image", "--truth sorted", "--first-index 1", "--unknown skip"] {
        choose(&format!("--data x.zip --label-column cls {flags}")).failed(2, &["no candidate has"]);
        choose(flags).failed(2, &["--data"]);
    }
    let near = choose("--data x.zp --max-ms 5").failed(2, &["x.zp"]);
    assert_eq!(tried(&near), format!("{SMALL} --offline --data x.zip --max-ms 5"));
}

#[test]
fn labels_are_read_as_they_were_asked_for() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    with_labels(&mnet);
    let source = mnet.path().join("source");
    checkpoint::tiny(&source, &["a", "b", "c"]);
    publish(&server, "google/mobilenet_v2_0.35_96", "main", &source, &FILES);
    let choose = |words: &str| {
        let words = format!("choose {SMALL} --data x.zip --pull --label-column cls {words}");
        mnet.run(words.split_whitespace())
    };
    let hint = "try: another --family, or --truth KIND if the labels were read wrongly";
    choose("--truth index").failed(2, &["has no class for 2 labels: `a` (1 picture)", hint]);
    let report = &choose("--max-ms 100000 --json").succeeded().json()[0];
    assert_eq!(report["best"]["top1_measured"]["answered"], 2, "{report}");
}
