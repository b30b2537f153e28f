//! Checkpoints that people fine-tuned and saved as their tools do: each answers with its own names, or says why not.
//!
//! The repositories are made up after real ones: weights are seeded, names of files, tensors and keys are as the
//! libraries write them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mnet::models::random::{Tensors, tensors};
use mnet::models::{Architecture, TransformersConfig};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};

use super::support::hub_server::HubServer;
use super::{Mnet, Run, assembler, photo};

fn timm(name: &str, classes: usize) -> Tensors {
    tensors(&Architecture::timm(name, classes).unwrap())
}

fn transformers(model_type: &str, depth_multiplier: f64, classes: usize) -> Tensors {
    let model_type = model_type.into();
    let config = TransformersConfig { model_type, depth_multiplier, ..TransformersConfig::default() };
    tensors(&Architecture::transformers(&config, classes).unwrap())
}

fn torchvision(classes: usize) -> Tensors {
    tensors(&Architecture::torchvision("mobilenet_v2", classes).unwrap())
}

/// The most significant bits of `value` that f16 or bf16 hold, and what they stand for.
fn halved(value: f32, dtype: Dtype) -> (u16, f32) {
    let bits = value.to_bits();
    let exponent = (bits >> 23 & 255) as i32 - 112;
    match dtype {
        Dtype::BF16 => ((bits >> 16) as u16, f32::from_bits(bits & 0xffff_0000)),
        // Below f16's normal numbers.
        _ if exponent <= 0 => (0, 0.0),
        _ => {
            let half = bits >> 16 & 0x8000 | (exponent as u32) << 10 | bits >> 13 & 0x3ff;
            (half as u16, f32::from_bits(bits & 0xffff_e000))
        }
    }
}

/// A safetensors file with the counters of training steps that every library saves.
fn save(tensors: &Tensors, dtype: Dtype) -> Vec<u8> {
    let bytes = |values: &[f32]| -> Vec<u8> {
        match dtype {
            Dtype::F32 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            _ => values.iter().flat_map(|&value| halved(value, dtype).0.to_le_bytes()).collect(),
        }
    };
    let steps = 1000_i64.to_le_bytes();
    let counters = tensors.keys().filter_map(|name| name.strip_suffix("running_mean")).map(|norm| {
        let counter = TensorView::new(Dtype::I64, vec![], &steps).unwrap();
        (format!("{norm}num_batches_tracked"), counter)
    });
    let contents: Vec<_> =
        tensors.iter().map(|(name, (shape, values))| (name, shape, bytes(values))).collect();
    let views = contents.iter().map(|(name, shape, bytes)| {
        ((*name).clone(), TensorView::new(dtype, (*shape).clone(), bytes).unwrap())
    });
    safetensors::serialize(views.chain(counters), None).unwrap()
}

/// What `torch.save` makes of the tensors.
fn pickle(tensors: &Tensors) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut storages = Vec::new();
    for (key, (name, (shape, values))) in tensors.iter().enumerate() {
        let storage = assembler::storage("FloatStorage", &key.to_string(), values.len() as i64);
        let shape: Vec<_> = shape.iter().map(|&size| size as i64).collect();
        let stride: Vec<i64> = (1..=shape.len()).map(|after| shape[after..].iter().product()).collect();
        entries.push((name.as_str(), assembler::tensor(&storage, 0, &shape, &stride)));
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        storages.push((format!("archive/data/{key}"), bytes));
    }
    let program = assembler::program(&assembler::dict(&entries));
    let mut files: Vec<(&str, &[u8])> =
        vec![("archive/data.pkl", &program), ("archive/byteorder", b"little")];
    files.extend(storages.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    assembler::zip(&files)
}

/// Writes files into a new folder.
fn write(folder: &Path, files: &[(&str, &[u8])]) {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

/// A folder of this name with this configuration and these weights.
fn repository(mnet: &Mnet, name: &str, config: &Value, weights: &[u8]) {
    let config = config.to_string();
    write(&mnet.path().join(name), &[("config.json", config.as_bytes()), ("model.safetensors", weights)]);
    let processor = json!({"size": {"shortest_edge": 72}, "crop_size": {"height": 64, "width": 64}});
    if config.contains("model_type") {
        fs::write(mnet.path().join(name).join("preprocessor_config.json"), processor.to_string()).unwrap();
    }
}

/// All classes of the cat's photo.
fn classify(mnet: &Mnet, model: &str, more: &[&str]) -> Run {
    let cat = photo("cat_720p.jpg");
    let args = ["classify", cat.to_str().unwrap(), "--json", "-k", "20000", "--model", model];
    mnet.run([&args, more].concat())
}

/// The classes of an answer by name.
fn names(run: &Run) -> BTreeSet<String> {
    let line = &run.json()[0];
    line["top"].as_array().unwrap().iter().map(|class| class["label"].as_str().unwrap().to_owned()).collect()
}

fn scores(run: &Run) -> Vec<f64> {
    let line = &run.json()[0];
    line["top"].as_array().unwrap().iter().map(|class| class["score"].as_f64().unwrap()).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn pretrained_cfg() -> Value {
    json!({"input_size": [3, 64, 64], "interpolation": "bicubic", "crop_pct": 0.875, "num_classes": 1000,
        "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]})
}

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
    // In the order of strings, as files have been seen: 0, 1, 10, 11, …, 2, 20, …
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
    let note = "wrapped: config.json names 3 classes, the model has 2: the names are not used; --labels FILE names them";
    assert!(run.stderr.contains(note), "{}", run.stderr);

    fs::write(mnet.path().join("names.txt"), "cat\ndog\n").unwrap();
    let run = classify(&mnet, "wrapped", &["--labels", "names.txt", "--only", "dog"]).succeeded();
    assert_eq!(names(&run), set(&["dog"]));
    assert!(!run.stderr.contains("names"), "{}", run.stderr);
}

#[test]
fn a_pickle_and_nothing_else() {
    let mnet = Mnet::new();
    let config = json!({"model_type": "mobilenet_v2", "depth_multiplier": 0.35,
        "id2label": {"0": "0", "1": "1", "2": "2", "3": "3", "4": "4"}});
    let weights = transformers("mobilenet_v2", 0.35, 5);
    repository(&mnet, "twin", &config, &save(&weights, Dtype::F32));
    repository(&mnet, "retina", &config, b"");
    fs::remove_file(mnet.path().join("retina/model.safetensors")).unwrap();
    fs::write(mnet.path().join("retina/pytorch_model.bin"), pickle(&weights)).unwrap();
    let run = classify(&mnet, "retina", &[]).succeeded();
    assert_eq!(names(&run), set(&["0", "1", "2", "3", "4"]));
    assert_eq!(classify(&mnet, "twin", &[]).succeeded().json()[0]["top"], run.json()[0]["top"]);
}

#[test]
fn several_files_through_the_hub() {
    let labels: Vec<_> = (0..400).map(|index| format!("bird {index}")).collect();
    let config =
        json!({"architecture": "mobilenetv2_035", "label_names": labels, "pretrained_cfg": pretrained_cfg()});
    let config = config.to_string();
    let weights = timm("mobilenetv2_035", 400);
    let (first, second): (Tensors, Tensors) = weights
        .iter()
        .map(|(name, tensor)| (name.clone(), tensor.clone()))
        .partition(|(name, _)| name.as_str() < "blocks.4");
    let shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    let mut weight_map = serde_json::Map::new();
    let parts = [(&first, shards[0]), (&second, shards[1])].map(|(part, shard)| {
        let bytes = save(part, Dtype::F32);
        for name in safetensors::SafeTensors::deserialize(&bytes).unwrap().names() {
            weight_map.insert(name.to_owned(), json!(shard));
        }
        bytes
    });
    let index = json!({"metadata": {}, "weight_map": weight_map}).to_string();
    let files: [(&str, &[u8]); 4] = [
        ("config.json", config.as_bytes()),
        ("model.safetensors.index.json", index.as_bytes()),
        (shards[0], &parts[0]),
        (shards[1], &parts[1]),
    ];

    let server = HubServer::start();
    server.add("someone/birds", "main", &files);
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    let run = classify(&mnet, "someone/birds", &[]).succeeded();
    assert_eq!(names(&run), labels.into_iter().collect());
    let connections = server.connections();
    let again = classify(&mnet, "someone/birds", &["--offline"]).succeeded();
    assert_eq!((server.connections(), &again.json()[0]["top"]), (connections, &run.json()[0]["top"]));

    write(&mnet.path().join("whole"), &[files[0], ("model.safetensors", &save(&weights, Dtype::F32))]);
    assert_eq!(classify(&mnet, "whole", &[]).succeeded().json()[0]["top"], run.json()[0]["top"]);
    write(&mnet.path().join("half"), &files[..3]);
    let lists = "model-00002-of-00002.safetensors: missing, but model.safetensors.index.json lists it";
    classify(&mnet, "half", &[]).failed(2, &[lists, "try: download it into the same folder"]);
    server.add("someone/half", "main", &files[..3]);
    classify(&mnet, "someone/half", &[]).failed(2, &["model-00002-of-00002.safetensors", "try: "]);
}

#[test]
fn torchvision_without_a_configuration() {
    let mnet = Mnet::new();
    let names_of_ten =
        ["tench", "springer", "player", "saw", "church", "horn", "truck", "pump", "ball", "parachute"];
    write(&mnet.path().join("imagenette"), &[("mobilenet_v2.pth", &pickle(&torchvision(10)))]);
    fs::write(mnet.path().join("names.json"), json!(names_of_ten).to_string()).unwrap();
    let run = classify(&mnet, "imagenette/mobilenet_v2.pth", &["--labels", "names.json", "--res", "64"])
        .succeeded();
    assert_eq!(names(&run), set(&names_of_ten));
    let note = "config.json does not name the network: its 262 tensors are those of mobilenet_v2 (torchvision); \
                what the files do not say is taken from the defaults of torchvision";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let folder = classify(&mnet, "imagenette", &[]);
    folder.failed(
        2,
        &["imagenette: no weights: expected one of model.safetensors, ", "found mobilenet_v2.pth"],
    );
}

#[test]
fn weights_alone_on_the_hub() {
    let server = HubServer::start();
    server.add("someone/weights", "main", &[("model.safetensors", &save(&torchvision(3), Dtype::F32))]);
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    let pulled = mnet.run(["models", "pull", "someone/weights"]).succeeded().stdout;
    assert!(Path::new(pulled.trim_end()).join("model.safetensors").is_file(), "{pulled}");
    let connections = server.connections();
    let run = classify(&mnet, "someone/weights", &["--res", "64"]).succeeded();
    assert_eq!((names(&run).len(), server.connections()), (3, connections));
    assert!(run.stderr.contains("those of mobilenet_v2 (torchvision)"), "{}", run.stderr);
}

#[test]
fn placeholders_are_no_names() {
    let mnet = Mnet::new();
    // No network named either: the tensors tell it, the rest of the file still counts.
    let placeholders = json!({"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"});
    let weights = save(&transformers("mobilenet_v1", 0.25, 3), Dtype::F32);
    repository(&mnet, "beans", &json!({"id2label": placeholders}), &weights);
    let run = classify(&mnet, "beans", &["--res", "64"]).succeeded();
    assert_eq!(names(&run), set(&["class 0", "class 1", "class 2"]));
    for note in
        ["those of mobilenet_v1 (transformers)", "its 3 classes have no names; --labels FILE names them"]
    {
        assert!(run.stderr.contains(note), "{}", run.stderr);
    }
    repository(&mnet, "beans", &json!({"model_args": {"pad_type": "same"}}), &weights);
    classify(&mnet, "beans", &[])
        .failed(2, &["`model_args` is \"pad_type\"; expected num_classes, in_chans"]);
    repository(&mnet, "beans", &json!({"id2label": {"0": "rust", "1": "spot", "2": "healthy"}}), &weights);
    let run = classify(&mnet, "beans", &["--res", "64"]).succeeded();
    assert_eq!(names(&run), set(&["healthy", "rust", "spot"]));
}

#[test]
fn tensors_of_two_networks() {
    let mnet = Mnet::new();
    let weights = save(&timm("tf_efficientnet_lite0", 37), Dtype::F32);
    write(&mnet.path().join("pets"), &[("model.safetensors", &weights)]);
    classify(&mnet, "pets", &[]).failed(
        2,
        &[
            "pets: config.json does not name the network, and its tensors match efficientnet_lite0 and \
             tf_efficientnet_lite0, which differ only in what tensors do not show",
            "try: a config.json beside the weights: {\"architecture\": \"efficientnet_lite0\"}",
        ],
    );
    let named = mnet.path().join("tf_efficientnet_lite0.pets");
    fs::rename(mnet.path().join("pets"), &named).unwrap();
    let run = classify(&mnet, "tf_efficientnet_lite0.pets", &["--res", "64"]).succeeded();
    assert_eq!(names(&run).len(), 37);
    let note = "those of tf_efficientnet_lite0 (timm), chosen by the model's own name";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let config = json!({"architecture": "efficientnet_lite0"}).to_string();
    fs::write(named.join("config.json"), config).unwrap();
    let run = classify(&mnet, "tf_efficientnet_lite0.pets", &["--res", "64"]).succeeded();
    assert!(!run.stderr.contains("does not name the network"), "{}", run.stderr);
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
fn a_grade_is_no_class() {
    let mnet = Mnet::new();
    let config =
        json!({"architecture": "mobilenetv2_035", "num_classes": 1, "pretrained_cfg": pretrained_cfg()});
    let weights = save(&timm("mobilenetv2_035", 1), Dtype::F32);
    repository(&mnet, "grading", &config, &weights);
    classify(&mnet, "grading", &[]).failed(
        2,
        &[
            "grading: the model has one output, and `problem_type` in config.json does not say",
            "try: \"problem_type\"",
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
    let note =
        "in12k: its 11821 classes (as many as in ImageNet-12k) have no names; --labels FILE names them";
    assert_eq!(run.stderr.matches(note).count(), 1, "{}", run.stderr);
    fs::write(mnet.path().join("three.txt"), "a\nb\nc\n").unwrap();
    classify(&mnet, "in12k", &["--labels", "three.txt"])
        .failed(2, &["three.txt: 3 names; the model has 11821 classes", "try: one name per line"]);
    classify(&mnet, "in12k", &["--labels", "none.txt"]).failed(2, &["none.txt: No such file"]);
}

#[test]
fn heads_and_networks_that_are_not_built_here() {
    let mnet = Mnet::new();
    let mut layered = torchvision(4);
    for piece in ["weight", "bias"] {
        let tensor = layered.remove(&format!("classifier.1.{piece}")).unwrap();
        layered.insert(format!("classifier.1.0.{piece}"), tensor);
    }
    write(&mnet.path().join("layered"), &[("model.safetensors", &save(&layered, Dtype::F32))]);
    let found = "no linear classifier: expected a tensor whose name ends in ";
    classify(&mnet, "layered", &[])
        .failed(2, &[found, ", found `classifier.1.0.bias` [4], `classifier.1.0.weight` [4, 1280]"]);

    let foreign = Tensors::from([
        ("classifier.weight".into(), (vec![3, 512], vec![0.1; 3 * 512])),
        ("encoder.0.weight".into(), (vec![8, 3, 7, 7], vec![0.1; 8 * 3 * 49])),
    ]);
    write(&mnet.path().join("foreign"), &[("model.safetensors", &save(&foreign, Dtype::F32))]);
    let found = "foreign: config.json does not name the network, and no built-in network has its 2 tensors, such as \
                 `classifier.weight` [3, 512], `encoder.0.weight` [8, 3, 7, 7]";
    classify(&mnet, "foreign", &[]).failed(2, &[found, "try: mnet models list"]);

    let mut wider = timm("mobilenetv2_035", 3);
    wider.insert("conv_head.weight".into(), (vec![64, 112, 1, 1], vec![0.1; 64 * 112]));
    write(&mnet.path().join("wider"), &[("model.safetensors", &save(&wider, Dtype::F32))]);
    let closest = "; closest is mobilenetv2_035 (timm): tensor `conv_head.weight`: expected [1280, 112, 1, 1], \
                   found [64, 112, 1, 1]";
    classify(&mnet, "wider", &[]).failed(2, &[closest]);
}
