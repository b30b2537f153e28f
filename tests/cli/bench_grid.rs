//! `mnet bench` as a grid: what is measured, left out, compared, drawn and kept. Nothing here depends on how long it takes.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::{Mnet, Run};

/// The shortest possible measurements on one thread.
const QUICK: [&str; 7] = ["--min-time", "0", "--warm-up", "0", "--threads", "1", "--random-weights"];

fn bench_in(mnet: &Mnet, arguments: &str) -> Run {
    mnet.run(["bench"].into_iter().chain(QUICK).chain(arguments.split(' ')))
}

fn bench(arguments: &str) -> Run {
    bench_in(&Mnet::new(), arguments)
}

#[test]
fn what_does_not_exist_is_left_out_with_a_note() {
    let run = bench("--model v1,v3,lite0 --alpha 0.25,0.75 --res 32 --json").succeeded();
    let note = "left out, as there is no such network: v3 at alpha 0.25; lite0 at alpha 0.25 and 0.75\n";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let rows: Vec<_> = run.json().iter().map(|row| format!("{} {}", row["model"], row["alpha"])).collect();
    assert_eq!(rows, ["\"v1\" 0.25", "\"v1\" 0.75", "\"v3\" 0.75"]);
}

#[test]
fn a_grid_without_a_network_is_an_error() {
    let run = bench("--model v3 --alpha 0.3,0.33").failed(2, &["no network is called `v3` with --alpha 0.3"]);
    assert_eq!(run.stdout, "");
    // A name that is nothing at all is a mistake, wherever it stands, and nothing is measured.
    let run = bench("--model v1,v9 --alpha 0.25").failed(2, &["no network is called `v9`"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn rows_have_their_accuracy_and_the_front() {
    let rows = bench("--model v1 --alpha 0.25,0.6 --res 32,128 --json").succeeded().json();
    let of = |alpha: f64, res: u64| {
        rows.iter()
            .find(|row| row["alpha"] == alpha && row["res"] == res)
            .unwrap_or_else(|| panic!("{rows:?}"))
    };
    let known = of(0.25, 128);
    // Table 6 of the V1 paper has the parameters, TF-Slim the accuracy.
    assert_eq!((known["top1"].as_f64(), known["parameters"].as_u64()), (Some(41.5), Some(470_329)));
    assert_eq!((known["on_front"].as_bool(), known.get("top1_checkpoint")), (Some(true), None), "{known}");
    for row in [of(0.25, 32), of(0.6, 128)] {
        assert!(["top1", "top1_source", "on_front"].iter().all(|key| row.get(key).is_none()), "{row}");
    }
    let rows = bench("--model mobilenet-v2-0.35-96 --res 96,32 --json").succeeded().json();
    assert_eq!(rows[0]["top1_checkpoint"], "mobilenet-v2-0.35-96");
    assert_eq!((rows[0]["top1"].as_f64(), rows[1].get("top1")), (Some(45.5), None));
}

#[test]
fn a_table_for_each_use() {
    let grid = "--model v1 --alpha 0.25,0.35 --res 32,128";
    let text = bench(grid).succeeded();
    assert!(text.stdout.lines().all(|line| line.chars().count() <= 120), "{}", text.stdout);
    let header = text.stdout.lines().next().unwrap();
    assert!(
        header.chars().count() <= 120 && header.contains("top-1") && header.contains("params"),
        "{header}"
    );
    assert_eq!(text.stdout.lines().filter(|line| line.starts_with("v1 ")).count(), 4);

    let csv = bench(&format!("{grid} --format csv")).succeeded().stdout;
    let lines: Vec<_> = csv.lines().collect();
    assert!(
        lines[0].starts_with("model,alpha,res,batch,threads,") && lines[0].ends_with(",on_front"),
        "{csv}"
    );
    assert_eq!(lines.len(), 5, "{csv}");

    let markdown = bench(&format!("{grid} --format markdown")).succeeded().stdout;
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| v1 |")).count(), 4, "{markdown}");
    let command = "`mnet bench --min-time 0 --warm-up 0 --threads 1 --random-weights --model v1 --alpha 0.25,0.35 --res 32,128 \
                   --format markdown`";
    assert!(markdown.contains(command) && markdown.contains("1 thread."), "{markdown}");

    for (name, same) in [("jsonl", "{\"model\""), ("md", "| model |")] {
        let run = bench(&format!("--model v1 --alpha 0.25 --res 32 --format {name}")).succeeded();
        assert!(run.stdout.starts_with(same), "{name}: {}", run.stdout);
    }
}

#[test]
fn accuracy_belongs_to_weights_that_are_known() {
    let mnet = Mnet::new();
    let builtin = mnet.run("bench --min-time 0 --warm-up 0 --res 32 --json -q".split(' ')).succeeded().json();
    assert!(builtin[0].get("top1").is_none(), "published at 224 px: {}", builtin[0]);
}

#[test]
fn full_convolutions_are_compared_block_by_block() {
    let compare = "--compare dense --alpha 0.25 --res 32";
    let found = &bench(&format!("{compare} --json")).succeeded().json()[0];
    let ratio = |value: &Value| value["mult_adds_ratio"].as_f64().unwrap();
    // As the layers of both networks add up.
    assert!((ratio(found) - 6_504_704.0 / 1_088_384.0).abs() < 1e-9, "{found}");
    let layers = found["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 1 + 13 + 2);
    // 9 c n against 9 c + c n, with 8 and 16 channels.
    assert!((ratio(&layers[1]) - 1152.0 / 200.0).abs() < 1e-9, "{}", layers[1]);
    let sum =
        |network: &str| layers.iter().map(|layer| layer[network]["mult_adds"].as_u64().unwrap()).sum::<u64>();
    for network in ["dense", "separable"] {
        assert_eq!(Some(sum(network)), found[network]["mult_adds"].as_u64(), "{network}");
    }
    let time = found["dense"]["ms"].as_f64().unwrap() / found["separable"]["ms"].as_f64().unwrap();
    assert!((found["time_ratio"].as_f64().unwrap() / time - 1.0).abs() < 1e-9);

    let text = bench(compare).succeeded().stdout;
    for part in ["block 12", "whole", "5.98", "Full convolutions have 5.98 times the Mult-Adds and take "] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[cfg(feature = "plot")]
#[test]
fn a_plot_has_the_rows_with_an_accuracy() {
    let mnet = Mnet::new();
    bench_in(&mnet, "--model v1 --alpha 0.25,0.35 --res 32,128 --plot trade.svg").succeeded();
    let svg = std::fs::read_to_string(mnet.path().join("trade.svg")).unwrap();
    for text in ["V1 0.25-128", "Mult-Adds", "latency, ms"] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    assert!(!svg.contains("0.35-128"));
}

#[test]
fn mistakes_are_told_before_anything_is_measured() {
    let mnet = Mnet::new();
    for (arguments, message, next) in [
        ("--plot trade.gif", ".svg or .png", "--plot trade.svg"),
        ("--model v1 --alpha 0.6 --plot trade.svg", "the plot would be empty", "--plot trade.svg"),
        ("--profile --format csv", "printed as text or JSON", "mnet bench --profile --json"),
        ("--compare dense --model v2", "`v2` has no counterpart", "mnet bench --compare dense --model v1"),
        (
            "--compare dense --model mobilenetv1_100",
            "`mobilenetv1_100` is `v1` with --alpha 1.0",
            "mnet bench --compare dense --alpha 1.0",
        ),
        ("--plot no/such/trade.svg", "cannot be written", "mkdir -p no/such"),
        ("--compare dense --batch 2", "of one picture", "mnet bench --compare dense --batch 1"),
        ("--compare dense --format markdown", "printed as text or JSON", "mnet bench --compare dense --json"),
        ("--compare sparse", "expected dense", "--compare dense"),
        ("--format html", "expected text, json, csv or markdown", "--format text"),
    ] {
        let run = bench_in(&mnet, arguments);
        if cfg!(not(feature = "plot")) && arguments.contains("--plot") {
            continue;
        }
        let run = run.failed(2, &[message, next]);
        assert_eq!(run.stdout, "", "{arguments}");
    }
    mnet.run("bench --compare dense --threads 2".split(' ')).failed(2, &["needs one thread", "--threads 1"]);
    mnet.run("bench --markdown".split(' ')).failed(2, &["--format markdown"]);
    assert!(!mnet.path().join("trade.svg").exists());
}

/// Starts a grid that takes minutes, and interrupts it.
#[cfg(unix)]
fn interrupted(arguments: &str, begun: impl FnOnce(&mut std::process::Child)) -> Run {
    let mnet = Mnet::new();
    let arguments = arguments.split(' ');
    let mut command = mnet.command(["bench", "--random-weights", "--model", "v1", "--alpha", "0.25"]);
    command.args(["--threads", "1"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    begun(&mut child);
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    Run::from(child.wait_with_output().unwrap())
}

#[cfg(unix)]
#[test]
fn an_interrupted_grid_keeps_its_rows() {
    // A row of milliseconds, and one of an hour.
    let run = interrupted("--res 32 --warm-up 0 --min-time 3600 --format csv", |child| {
        let mut line = String::new();
        while !line.contains("of") {
            line.clear();
            assert!(BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap() > 0);
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
    });
    assert_eq!((run.code, run.stdout.as_str()), (130, ""), "{}", run.stderr);
    assert!(run.stderr.contains("interrupted after 0 of 1 row"), "{}", run.stderr);

    let batches = vec!["1"; 1000].join(",");
    let run = interrupted(&format!("--res 128 --warm-up 0 --min-time 0.2 --batch {batches}"), |child| {
        // The header, and the first row.
        let mut output = BufReader::new(child.stdout.as_mut().unwrap());
        for _ in 0..2 {
            assert!(output.read_line(&mut String::new()).unwrap() > 0);
        }
    });
    assert_eq!(run.code, 130, "{}", run.stderr);
    assert!(run.stderr.contains(" of 1000 rows"), "{}", run.stderr);
}
