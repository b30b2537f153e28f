//! `mnet inspect`: which network is shown, and that its figures add up.

use std::fs;

use serde_json::{Value, json};

use super::hub::{FILES, publish, with_hub};
use super::support::checkpoint;
use super::support::hub_server::HubServer;
use super::{Mnet, Run};

/// A run that can reach no hub.
fn inspect(arguments: &str) -> Run {
    Mnet::new().run(["inspect", "--offline"].into_iter().chain(arguments.split_whitespace()))
}

/// The object of such a run.
fn network(arguments: &str) -> Value {
    inspect(&format!("{arguments} --json")).succeeded().json().remove(0)
}

fn sum(rows: &Value, what: &str) -> f64 {
    rows.as_array().unwrap().iter().filter_map(|row| row[what].as_f64()).sum()
}

#[test]
fn a_name_needs_no_weights() {
    for (arguments, model, res, parameters, mult_adds) in [
        ("", "builtin", 224, 4_652_008_u64, 385_187_552_u64),
        ("v1", "mobilenet-v1-1.0-224", 224, 4_233_001, 568_741_376),
        ("v1 --alpha 0.5 --res 160", "v1", 160, 1_332_105, 76_525_312),
        ("MobileNet_V1-Dense", "v1-dense", 224, 29_295_113, 4_867_294_208),
        ("--alpha 0.75 --res 160", "mobilenet-v2-0.75-160", 160, 2_637_705, 107_296_480),
        ("google/mobilenet_v2_0.75_160", "mobilenet-v2-0.75-160", 160, 2_637_705, 107_296_480),
        ("v4-conv-medium", "mobilenetv4_conv_medium.e500_r224_in1k", 224, 9_715_512, 827_649_984),
        ("MobileNetV2-035", "mobilenetv2_035", 224, 1_677_128, 59_285_808),
    ] {
        let found = network(arguments);
        assert_eq!((found["model"].as_str(), found["res"].as_u64()), (Some(model), Some(res)), "{arguments}");
        let costs = (found["parameters"].as_u64(), found["mult_adds"].as_u64());
        assert_eq!(costs, (Some(parameters), Some(mult_adds)), "{arguments}");
    }
    let half = &network("v1 --alpha 0.5");
    assert_eq!((half["alpha"].as_f64(), half["classes"].as_u64()), (Some(0.5), Some(1001)));
    assert_eq!(network("lite2")["alpha"], Value::Null);
}

#[test]
fn the_title_says_which_network_it_is() {
    for (arguments, title) in [
        ("v2", "mobilenet-v2-1.0-224 at 224 px\n"),
        ("v1 --alpha 0.5 --res 160", "v1 with alpha 0.5 at 160 px; no weights of it are in the catalogue\n"),
        ("v1-shallow", "v1-shallow with alpha 1.0 at 224 px; no weights of it are in the catalogue\n"),
    ] {
        let run = inspect(arguments).succeeded();
        assert_eq!(run.stderr, title);
        assert!(inspect(&format!("{arguments} -q")).stderr.is_empty(), "{arguments}");
    }
}

#[test]
fn sums_are_those_of_the_layers() {
    for model in ["v1", "v2 --res 96", "v3-small", "mobilenetv4_hybrid_medium", "mobilenet_edgetpu_v2_l"] {
        let found = &network(model);
        for what in ["mult_adds", "weights", "parameters"] {
            let total = found[what].as_f64().unwrap();
            assert_eq!(
                (sum(&found["layers"], what), sum(&found["kinds"], what)),
                (total, total),
                "{model}: {what}"
            );
        }
        assert!(found["weights"].as_u64() < found["parameters"].as_u64(), "{model}");
        assert!(found.get("ms").is_none(), "{model}");
        let text = inspect(model).succeeded().stdout;
        let all: Vec<_> = text.lines().filter(|line| line.starts_with("All ")).collect();
        assert_eq!(all.len(), 1, "{text}");
        assert_eq!(all[0].matches("100.00 %").count(), 2, "{text}");
        assert!(text.contains("\nsoftmax  ") && !text.contains(" ms "), "{text}");
    }
}

#[test]
fn weights_on_disk_and_on_the_hub_are_read() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("flowers");
    checkpoint::tiny(&folder, &["daisy", "rose", "tulip"]);
    publish(&server, "someone/art", "main", &folder, &FILES);
    let shown = |model: &str| mnet.run(["inspect", model, "--json"]).succeeded().json().remove(0);
    let (local, fetched) = (shown("flowers"), shown("someone/art"));
    for found in [&local, &fetched] {
        assert_eq!((found["classes"].as_u64(), found["res"].as_u64()), (Some(3), Some(32)));
        let last: Vec<_> = found["layers"].as_array().unwrap().iter().rev().take(2).collect();
        assert_eq!(last[0]["input"], json!([1, 1, 3]));
        assert_eq!(last[1]["filter"], "1280x3");
    }
    assert_eq!(local["layers"], fetched["layers"]);
    let known = mnet.run(["models", "show", "flowers", "--json"]).succeeded().json().remove(0);
    assert_eq!(local["parameters"], known["local"]["parameters"]);
}

#[test]
fn scores_of_their_own_end_in_sigmoids() {
    let mnet = Mnet::new();
    let folder = mnet.path().join("scenes");
    checkpoint::tiny(&folder, &["sea", "sky", "sand"]);
    let path = folder.join("config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    config["problem_type"] = "multi_label_classification".into();
    fs::write(&path, config.to_string()).unwrap();
    let run = mnet.run(["inspect", "scenes"]).succeeded();
    let last = run.stdout.lines().find(|line| line.starts_with("sigmoid ")).unwrap();
    assert!(last.contains("Sigmoid / s1") && last.contains("1x1x3"), "{}", run.stdout);
}

#[test]
fn every_layer_is_timed() {
    let found = &network("v1 --alpha 0.25 --res 32 --time");
    let layers = found["layers"].as_array().unwrap();
    let timed = layers.iter().filter(|layer| layer["ms"].as_f64().is_some_and(|ms| ms > 0.0)).count();
    // 27 convolutions, the pooling and the classifier.
    assert_eq!((timed, layers.len()), (29, 30));
    let total = found["ms"].as_f64().unwrap();
    for rows in ["layers", "kinds"] {
        assert!((sum(&found[rows], "ms") / total - 1.0).abs() < 1e-6, "{rows}");
    }
    assert!(found["kinds"].as_array().unwrap().iter().any(|kind| kind["type"] == "Avg Pool"));
}

#[test]
fn a_drawing_has_every_layer() {
    let mnet = Mnet::new();
    let run = mnet.run(["inspect", "v1", "--alpha", "0.25", "--plot", "v1.svg"]);
    if cfg!(not(feature = "plot")) {
        run.failed(2, &["--plot"]);
        return;
    }
    run.succeeded();
    let drawing = fs::read_to_string(mnet.path().join("v1.svg")).unwrap();
    assert!(drawing.starts_with("<svg") || drawing.starts_with("<?xml"), "{drawing:.100}");
    mnet.run(["inspect", "v1", "--plot", "v1.pdf"]).failed(2, &["v1.pdf", ".svg", ".png"]);
}

#[test]
fn mistakes_end_with_a_command_that_works() {
    for (arguments, words) in [
        ("v9", &["no model is called `v9`", "try: mnet models list"][..]),
        ("lite2 --alpha 0.5", &["lite2 is one checkpoint", "try: mnet inspect --offline lite2"]),
        ("v3-small --alpha 0.3", &["at alpha 0.3 (there are ", "try: mnet inspect v3-small --alpha "]),
        ("mobilnet_v2", &["no model is called", "try: mnet inspect --offline mobilenet-v2"]),
        ("mobilenetv1_100 --alpha 0.5", &["try: mnet inspect --offline v1 --alpha 0.5"]),
        ("mobilenetv2_035 --alpha 0.5 --res 96", &["try: mnet inspect --offline v2 --alpha 0.5 --res 96"]),
        ("mobilenet-v1-1.0-224 --alpha 0.6", &["try: mnet inspect --offline v1 --alpha 0.6"]),
        ("/no/such", &["/no/such: no such directory or file of weights"]),
        ("./nothing", &["./nothing: no such directory"]),
        ("someone/art", &["someone/art is not in the cache", "try: mnet models pull someone/art"]),
        ("v1 --res 7", &["--res 7"]),
        ("--model v1", &["has no flag --model", "try: mnet inspect --offline v1"]),
        ("v1 --profile", &["has no flag --profile", "try: mnet inspect --offline v1 --time"]),
    ] {
        let run = inspect(arguments).failed(2, words);
        assert!(run.stdout.is_empty(), "{arguments}");
    }
}

#[test]
fn networks_without_weights_are_no_checkpoints() {
    let mnet = Mnet::new();
    for model in ["v1-dense", "v1-shallow", "MobileNet-V1-Dense"] {
        let name = if model.ends_with("shallow") { "v1-shallow" } else { "v1-dense" };
        let has_no_weights = format!("`{name}` has no weights");
        let takes_it = format!("try: mnet inspect {name}, or mnet bench --random-weights --model {name}");
        for command in [&["classify", "photo.jpg", "--model"][..], &["models", "show"], &["models", "pull"]] {
            mnet.run([command, &[model]].concat()).failed(2, &[&has_no_weights, &takes_it]);
        }
        let typed = format!("try: mnet bench --model {model} --random-weights\n");
        let run = mnet.run(["bench", "--model", model]).failed(2, &[&has_no_weights]);
        assert!(run.stderr.ends_with(&typed), "{}", run.stderr);
    }
    let list = mnet.run(["models", "list"]).succeeded().stdout;
    assert!(!list.contains("dense") && !list.contains("shallow"), "{list}");
}
