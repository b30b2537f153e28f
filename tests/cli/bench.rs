//! `mnet bench`: what is measured, and that the figures agree.

use serde_json::Value;

use super::{Mnet, Run};

/// A run with the shortest possible measurements.
fn bench(arguments: &str) -> Run {
    let quick = ["bench", "--random-weights", "--min-time", "0.01", "--warm-up", "1"];
    Mnet::new().run(quick.into_iter().chain(arguments.split(' ')))
}

fn rows(arguments: &str) -> Vec<Value> {
    bench(&format!("{arguments} --json")).succeeded().json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

#[test]
fn every_combination_is_a_row() {
    let rows = rows("--model v1 --alpha 0.25,0.5 --res 32,64 --batch 1,3 --threads 1,2");
    let knobs =
        |row: &Value| ["alpha", "res", "batch", "threads"].map(|knob| row[knob].to_string()).join(" ");
    let found: Vec<_> = rows.iter().map(knobs).collect();
    let mut expected = Vec::new();
    for alpha in ["0.25", "0.5"] {
        for res in ["32", "64"] {
            for batch in ["1", "3"] {
                expected.extend(["1", "2"].map(|threads| [alpha, res, batch, threads].join(" ")));
            }
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn figures_of_a_row_agree_with_each_other() {
    for row in rows("--model v1 --alpha 0.25 --res 32 --batch 1,4 --threads 2") {
        let ms = ["min", "p50", "p90", "p99"].map(|name| number(&row["ms"][name]));
        assert!(ms[0] > 0.0 && ms.is_sorted(), "{row}");
        assert!(number(&row["runs"]) >= 1.0, "{row}");
        let batch = number(&row["batch"]);
        let rate = batch / number(&row["ms"]["mean"]) * 1e3;
        assert!((number(&row["images_per_second"]) / rate - 1.0).abs() < 1e-9, "{row}");
        // One picture of MobileNetV1 0.25 at 32 px.
        let gflops = 2.0 * number(&row["mult_adds"]) / ms[1] / 1e6;
        assert!((number(&row["gflops"]) / gflops - 1.0).abs() < 1e-9, "{row}");
        assert_eq!(
            number(&row["mult_adds"]) / batch,
            number(&rows("--model v1 --alpha 0.25 --res 32")[0]["mult_adds"])
        );
        assert!(number(&row["peak_gflops"]) > 0.0, "{row}");
    }
}

#[test]
fn random_weights_need_no_checkpoint() {
    for (arguments, mult_adds, res) in [
        ("--res 32", 9.1, 32),
        ("--model v1 --alpha 0.5 --res 224", 149.0, 224),
        ("--model mobilenetv2_100", 300.8, 224),
        ("--model mobilenet-v2-0.35-96", 11.9, 96),
    ] {
        let row = &rows(arguments)[0];
        assert_eq!(row["res"], res, "{arguments}");
        assert!((number(&row["mult_adds"]) / 1e6 - mult_adds).abs() < 1.0, "{arguments}: {row}");
    }
}

#[test]
fn a_profile_covers_the_whole_network() {
    let row = &rows("--model v2 --res 64 --profile")[0];
    for parts in ["layers", "kinds"] {
        let parts = row["profile"][parts].as_array().unwrap();
        let sum = |what: &str| parts.iter().map(|part| number(&part[what])).sum::<f64>();
        assert_eq!(sum("mult_adds"), number(&row["mult_adds"]), "{parts:?}");
        assert_eq!(sum("parameters"), 3_506_153.0, "{parts:?}");
        assert!(parts.iter().all(|part| number(&part["ms"]) > 0.0), "{parts:?}");
    }
    let names: Vec<_> =
        row["profile"]["kinds"].as_array().unwrap().iter().map(|kind| &kind["name"]).collect();
    assert_eq!(names, ["full conv", "depthwise", "pointwise", "pool", "classifier"]);
    let layers = row["profile"]["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 52 + 2);
    assert_eq!(
        (&layers[1]["name"], layers[1]["output"].to_string()),
        (&"block 0 depthwise".into(), "[32,32,32]".into())
    );

    let text = bench("--model v2 --res 64 --profile").stdout;
    let all: Vec<_> = text.lines().filter(|line| line.starts_with("  all ")).collect();
    assert_eq!(all.len(), 1, "{text}");
    assert_eq!(all[0].matches("100.0 %").count(), 3, "{text}");
}

#[test]
fn the_built_in_model_is_the_default() {
    let run = Mnet::new().run(["bench", "--min-time", "0.01", "--res", "32", "--json", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let row: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((row["model"].as_str(), &row["alpha"]), (Some("builtin"), &Value::Null));
}

#[test]
fn too_few_runs_are_no_percentiles() {
    let once = "bench --random-weights --model v1 --alpha 0.25 --res 32 --min-time 0 --warm-up 0";
    let run = Mnet::new().run(once.split(' ')).succeeded();
    let row: Vec<_> = run.stdout.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row[7..9], ["-", "-"], "{}", run.stdout);
    assert!(run.stderr.contains(": 1 run is too few for p90 and p99: --min-time "), "{}", run.stderr);
    assert!(run.stderr.contains(" gives 100\n"), "{}", run.stderr);
    for (batch, row) in
        [("1", "v1 0.25 at 32 px, 1 thread: "), ("2", "v1 0.25 at 32 px, batch 2, 1 thread: ")]
    {
        let run = Mnet::new().run(once.split(' ').chain(["--batch", batch, "-j", "1"])).succeeded();
        assert!(run.stderr.contains(row), "{row} in {}", run.stderr);
    }

    let row = &Mnet::new().run(once.split(' ').chain(["--json"])).succeeded().json()[0];
    assert_eq!((row["runs"].as_u64(), row["outliers"].as_u64()), (Some(1), Some(0)), "{row}");
    assert_eq!(row["ms"]["unresolved"].to_string(), r#"["p90","p99"]"#, "{row}");
    assert_eq!(row["ms"]["max"], row["ms"]["p99"], "{row}");
    let is_doubtful = number(&row["gflops"]) > number(&row["peak_gflops"]);
    assert_eq!(row["peak_is_doubtful"].as_bool(), Some(is_doubtful), "{row}");
}

#[test]
fn no_table_begins_before_an_error() {
    for model in ["nope", "someone/art"] {
        let run = Mnet::new().run(["bench", "--model", model, "--offline"]).failed(2, &[model]);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn a_profile_is_of_one_picture() {
    let run = bench("--model v1 --alpha 0.25 --res 32 --profile --batch 2").succeeded();
    assert!(run.stderr.contains("the times of layers are those of one picture, not of 2"), "{}", run.stderr);
}

#[test]
fn errors_name_what_does_work() {
    for (arguments, message) in [
        ("--threads 0", "from 1 to 1024"),
        ("--res 64,7", "--res 7: expected a whole number of px from 32"),
        ("--model v9", "no network is called `v9`"),
        ("--model lite2 --alpha 0.5", "`lite2` with --alpha 0.5"),
        ("--profile --threads 2", "try: mnet bench --profile --threads 1"),
    ] {
        bench(arguments).failed(2, &[message]);
    }
    Mnet::new()
        .run(["bench", "--min-time", "soon"])
        .failed(2, &["expected seconds: a number from 0 to 3600"]);
    Mnet::new().run(["bench", "--model", "v1", "--alpha", "0.5"]).failed(2, &["or --random-weights"]);
}

#[test]
fn times_have_no_digits_below_nanoseconds() {
    for row in rows("--model v1 --alpha 0.25 --res 32") {
        for name in ["min", "mean", "p50", "max"] {
            let text = row["ms"][name].to_string();
            assert!(text.split('.').nth(1).is_none_or(|digits| digits.len() <= 6), "{text}");
        }
    }
}

#[test]
fn the_built_in_network_may_have_random_weights() {
    let row = &rows("--model builtin --res 32")[0];
    assert_eq!(row["model"], rows("--res 32")[0]["model"]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_input_that_does_not_fit_is_refused() {
    let mut command = std::process::Command::new("sh");
    let arguments = "bench --model v1 --alpha 0.25 --random-weights -j 1 --batch 1,1024 --res 4096";
    let script = format!("ulimit -v 3000000; exec '{}' {arguments}", env!("CARGO_BIN_EXE_mnet"));
    let mnet = Mnet::new();
    let run = Run::of(command.args(["-c", &script]).current_dir(mnet.path()).env("HOME", mnet.path()));
    let run = run.failed(2, &["batch 1024 at 4096 px: the input takes 206.2 GB", "try: mnet bench --batch"]);
    assert_eq!(run.stdout, "", "before anything is measured");
}
