//! What the outputs of a head mean, and what they are called.

use std::fs;

use safetensors::tensor::Dtype;
use serde_json::json;

use super::repository::{
    classify, halved, names, pretrained_cfg, repository, save, scores, set, timm, transformers,
};
use crate::Mnet;

#[test]
fn flowers_in_timms_layout() {
    let mnet = Mnet::new();
    let config = json!({
        "architecture": "mobilenetv2_035", "num_classes": 5, "num_features": 1280,
        "label_names": ["daisy", "dandelion", "rose", "sunflower", "tulip"],
        "label_descriptions": {"rose": "rose, any of its colours"},
        "model_args": {"num_classes": 5, "in_chans": 3, "global_pool": "avg", "drop_rate": 0.2},
        "pretrained_cfg": pretrained_cfg(),
    });
    repository(&mnet, "flowers", &config, &save(&timm("mobilenetv2_035", 5), Dtype::F32));
    let run = classify(&mnet, "flowers", &[]).succeeded();
    assert_eq!(names(&run), set(&["daisy", "dandelion", "rose, any of its colours", "sunflower", "tulip"]));
    assert!((scores(&run).iter().sum::<f64>() - 1.0).abs() < 1e-5);
    assert!(
        run.stderr.starts_with("model flowers at 64 px") && run.stderr.lines().count() == 1,
        "{}",
        run.stderr
    );
}

#[test]
fn plant_diseases_in_half_precision() {
    let mnet = Mnet::new();
    // Sorted as strings, as some published files are: 0, 1, 10, 11, …, 2, 20, …
    let labels: serde_json::Map<_, _> =
        (0..38).map(|index| (index.to_string(), json!(format!("disease {index}")))).collect();
    let config = |dtype: &str| {
        json!({"model_type": "mobilenet_v1", "architectures": ["MobileNetV1ForImageClassification"],
            "depth_multiplier": 0.25, "id2label": labels, "dtype": dtype, "problem_type": "single_label_classification"})
    };
    let weights = transformers("mobilenet_v1", 0.25, 38);
    for (dtype, name) in [(Dtype::F16, "float16"), (Dtype::BF16, "bfloat16")] {
        repository(&mnet, name, &config(name), &save(&weights, dtype));
        let run = classify(&mnet, name, &[]).succeeded();
        assert_eq!(names(&run).len(), 38);
        // The same values in f32 are the same network.
        let widened = weights.iter().map(|(name, (shape, values))| {
            (name.clone(), (shape.clone(), values.iter().map(|&value| halved(value, dtype).1).collect()))
        });
        repository(&mnet, "widened", &config("float32"), &save(&widened.collect(), Dtype::F32));
        assert_eq!(classify(&mnet, "widened", &[]).succeeded().json()[0]["top"], run.json()[0]["top"]);
    }
}

#[test]
fn a_wrapped_model_with_the_names_of_its_last_head() {
    let mnet = Mnet::new();
    let config = json!({
        "model_type": "timm_wrapper", "architectures": ["TimmWrapperForImageClassification"],
        "architecture": "mobilenetv2_035", "num_classes": 11221, "label_names": ["cat", "dog", "neither"],
        "pretrained_cfg": pretrained_cfg(),
    });
    let wrapped =
        timm("mobilenetv2_035", 2).into_iter().map(|(name, tensor)| (format!("timm_model.{name}"), tensor));
    repository(&mnet, "wrapped", &config, &save(&wrapped.collect(), Dtype::BF16));
    let run = classify(&mnet, "wrapped", &[]).succeeded();
    assert_eq!(names(&run), set(&["class 0", "class 1"]));
    let note = "config.json names 3 classes, the model has 2: the names are not used; config.json's num_classes is \
                11221, the model has 2 outputs (settled by --labels FILE)";
    assert!(run.stderr.contains(note), "{}", run.stderr);

    fs::write(mnet.path().join("names.txt"), "cat\ndog\n").unwrap();
    let run = classify(&mnet, "wrapped", &["--labels", "names.txt", "--only", "dog"]).succeeded();
    assert_eq!(names(&run), set(&["dog"]));
    assert!(!run.stderr.contains("names"), "{}", run.stderr);
}

#[test]
fn placeholders_do_not_count_as_names() {
    let mnet = Mnet::new();
    // The network is not named either: its tensors identify it, and the rest of the file still counts.
    let placeholders = json!({"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"});
    let weights = save(&transformers("mobilenet_v1", 0.25, 3), Dtype::F32);
    repository(&mnet, "beans", &json!({"id2label": placeholders}), &weights);
    let run = classify(&mnet, "beans", &["--res", "64"]).succeeded();
    assert_eq!(names(&run), set(&["class 0", "class 1", "class 2"]));
    for note in ["those of mobilenet_v1 (transformers)", "its 3 classes have no names (settled by"] {
        assert!(run.stderr.contains(note), "{}", run.stderr);
    }
    repository(&mnet, "beans", &json!({"model_args": {"pad_type": "same"}}), &weights);
    classify(&mnet, "beans", &[])
        .failed(2, &["`model_args` is for a network of transformers; expected a network of timm"]);
    repository(&mnet, "beans", &json!({"id2label": {"0": "rust", "1": "spot", "2": "healthy"}}), &weights);
    let run = classify(&mnet, "beans", &["--res", "64"]).succeeded();
    assert_eq!(names(&run), set(&["healthy", "rust", "spot"]));
}

#[test]
fn several_labels_at_once() {
    let mnet = Mnet::new();
    let config = json!({"model_type": "mobilenet_v1", "depth_multiplier": 0.25, "problem_type": "multi_label_classification",
        "id2label": {"0": "beach", "1": "sunset", "2": "trees"}});
    repository(&mnet, "scenes", &config, &save(&transformers("mobilenet_v1", 0.25, 3), Dtype::F32));
    let run = classify(&mnet, "scenes", &["--logits"]).succeeded();
    let line = &run.json()[0];
    for class in line["top"].as_array().unwrap() {
        let logit = line["logits"][class["index"].as_u64().unwrap() as usize].as_f64().unwrap();
        let expected = 1.0 / (1.0 + (-logit).exp());
        assert!((class["score"].as_f64().unwrap() - expected).abs() < 1e-6, "{class}: {expected}");
    }
    assert!(run.stderr.contains("scenes: multi-label: scores are independent"), "{}", run.stderr);
    let threshold = scores(&run)[1];
    let passed = classify(&mnet, "scenes", &["--min-score", &format!("{threshold:.9}")]).succeeded();
    assert!(names(&passed).len() < 3);
}

#[test]
fn a_regression_is_refused() {
    let mnet = Mnet::new();
    let config =
        json!({"architecture": "mobilenetv2_035", "num_classes": 1, "pretrained_cfg": pretrained_cfg()});
    let weights = save(&timm("mobilenetv2_035", 1), Dtype::F32);
    repository(&mnet, "grading", &config, &weights);
    classify(&mnet, "grading", &[]).failed(
        2,
        &[
            "grading: the model has one output, and `problem_type` in config.json does not say",
            "try: if the checkpoint is multi-label, set \"problem_type\"",
        ],
    );
    let config = json!({"architecture": "mobilenetv2_035", "problem_type": "regression"});
    repository(&mnet, "grading", &config, &weights);
    let expected = "`problem_type` is \"regression\"; expected single_label_classification or multi_label_classification";
    classify(&mnet, "grading", &[]).failed(2, &[expected]);
}

#[test]
fn twelve_thousand_classes_without_names() {
    let mnet = Mnet::new();
    let config = json!({"model_type": "mobilenet_v1", "depth_multiplier": 0.25});
    repository(&mnet, "in12k", &config, &save(&transformers("mobilenet_v1", 0.25, 11821), Dtype::F32));
    let run = classify(&mnet, "in12k", &[]).succeeded();
    assert_eq!(run.json()[0]["top"].as_array().unwrap().len(), 11821);
    assert!(names(&run).contains("bantamweight"));
    let note = "its 11821 classes have no names: those of ImageNet-12k are assumed (settled by";
    assert_eq!(run.stderr.matches(note).count(), 1, "{}", run.stderr);
    fs::write(mnet.path().join("three.txt"), "a\nb\nc\n").unwrap();
    classify(&mnet, "in12k", &["--labels", "three.txt"])
        .failed(2, &["three.txt: 3 names; the model has 11821 classes", "try: one name per line"]);
    classify(&mnet, "in12k", &["--labels", "none.txt"]).failed(2, &["none.txt: no such file"]);
}
