//! Every row of the table in `docs/checkpoints.md`: the file as it is saved, the network, the preprocessing and the names.

use std::collections::BTreeSet;
use std::fs;

use mnet::models::random::Tensors;
use safetensors::tensor::Dtype;
use serde_json::{Value, json};

use super::repository::{classify, names, save, timm, torchvision, transformers, write};
use super::saved::{legacy, nested};
use crate::Mnet;

/// A row: who saved the file, how it is made, and what stderr and the answer hold.
struct Row {
    saved_by: &'static str,
    /// Writes the files into the folder `model`; gives the value of `--model`.
    write: fn(&Mnet) -> String,
    /// The preprocessing, and what the note says.
    said: &'static [&'static str],
    /// What the note must not say.
    unsaid: &'static [&'static str],
    names: &'static [&'static str],
}

const NAMED: &[&str] = &["daisy", "rose"];
const NUMBERED: &[&str] = &["class 0", "class 1"];
const TORCHVISION: &str = "shortest edge 256 bilinear, centre crop 224";
const PRESET: &str = "torchvision's preset IMAGENET1K_V1 is assumed";

/// Of torchvision's V2 at a width that no table has.
fn flowers() -> Tensors {
    let architecture = mnet::models::Architecture::torchvision_with(
        "mobilenet_v2",
        &mnet::models::TorchvisionArgs { width_mult: 0.1, reduced_tail: false },
        2,
    );
    mnet::models::random::tensors(&architecture.unwrap())
}

fn config(of: &str) -> Value {
    let id2label = json!({"0": "daisy", "1": "rose"});
    let input = json!({"input_size": [3, 64, 64], "crop_pct": 1.0, "interpolation": "bilinear", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]});
    match of {
        "transformers" => {
            json!({"model_type": "mobilenet_v2", "depth_multiplier": 0.1, "id2label": id2label})
        }
        "timm" => json!({"architecture": "mobilenetv2_035", "pretrained_cfg": input, "label_names": NAMED}),
        "torchvision" => {
            json!({"library_name": "torchvision", "architectures": ["mobilenet_v2"], "width_mult": 0.1, "id2label": id2label})
        }
        _ => json!({"architecture": "mobilenetv2_035"}),
    }
}

/// The folder `model` with these files.
fn folder(mnet: &Mnet, weights: (&str, &[u8]), texts: &[(&str, Value)]) -> String {
    let texts: Vec<_> = texts.iter().map(|(name, text)| (*name, text.to_string())).collect();
    let texts = texts.iter().map(|(name, text)| (*name, text.as_bytes()));
    write(&mnet.path().join("model"), &texts.chain([weights]).collect::<Vec<_>>());
    "model".to_owned()
}

fn of_transformers(mnet: &Mnet, texts: &[(&str, Value)]) -> String {
    let weights = save(&transformers("mobilenet_v2", 0.1, 2), Dtype::F32);
    folder(
        mnet,
        ("model.safetensors", &weights),
        &[&[("config.json", config("transformers"))], texts].concat(),
    )
}

/// One file, in a folder without a configuration.
fn alone(mnet: &Mnet, name: &str, bytes: &[u8]) -> String {
    folder(mnet, (name, bytes), &[]) + "/" + name
}

fn prefixed(tensors: Tensors, prefix: &str) -> Tensors {
    tensors.into_iter().map(|(name, tensor)| (format!("{prefix}{name}"), tensor)).collect()
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { saved_by: "transformers, `save_pretrained`", names: NAMED, unsaid: &["assumed"],
        said: &["shortest edge 72 bilinear, centre crop 64"],
        write: |mnet| of_transformers(mnet, &[("preprocessor_config.json", json!({"image_processor_type": "MobileNetV2ImageProcessor", "size": {"shortest_edge": 72}, "crop_size": 64}))]) },
    Row { saved_by: "transformers 5, one file for all processors", names: NAMED, unsaid: &["assumed"],
        said: &["shortest edge 72 bilinear, centre crop 64"],
        write: |mnet| of_transformers(mnet, &[("processor_config.json", json!({"image_processor": {"size": {"shortest_edge": 72}, "crop_size": 64}}))]) },
    Row { saved_by: "transformers, the processor of another network", names: NAMED, unsaid: &["assumed"],
        said: &["64 x 64 bilinear"],
        write: |mnet| of_transformers(mnet, &[("preprocessor_config.json", json!({"image_processor_type": "ViTImageProcessor", "size": {"height": 64, "width": 64}}))]) },
    Row { saved_by: "transformers, no processor", names: NAMED, unsaid: &["names"],
        said: &["shortest edge 256 bilinear, centre crop 224", "the defaults of MobileNetV2ImageProcessor are assumed"],
        write: |mnet| of_transformers(mnet, &[]) },
    Row { saved_by: "timm, `save_for_hf`", names: NAMED, unsaid: &["assumed"],
        said: &["shortest edge 64 bilinear, centre crop 64"],
        write: |mnet| folder(mnet, ("model.safetensors", &save(&timm("mobilenetv2_035", 2), Dtype::F32)), &[("config.json", config("timm"))]) },
    Row { saved_by: "timm, only the name written by hand", names: NUMBERED, unsaid: &["names the network"],
        said: &["shortest edge 256 bicubic, centre crop 224", "timm's default preprocessing for mobilenetv2_035 is assumed", "its 2 classes have no names"],
        write: |mnet| folder(mnet, ("model.safetensors", &save(&timm("mobilenetv2_035", 2), Dtype::F32)), &[("config.json", config("name"))]) },
    Row { saved_by: "timm, `state_dict`", names: NUMBERED, unsaid: &[],
        said: &["shortest edge 256 bilinear, centre crop 224", "those of tf_mobilenetv3_small_075 (timm), chosen by the model's own name", "timm's default preprocessing for tf_mobilenetv3_small_075 is assumed"],
        write: |mnet| alone(mnet, "tf_mobilenetv3_small_075.pth", &nested(&timm("tf_mobilenetv3_small_075", 2), &[])) },
    Row { saved_by: "timm, `train.py`", names: NUMBERED, unsaid: &[],
        said: &["those of mobilenetv2_035 (timm)", "`state_dict_ema` is used", "timm's default preprocessing for mobilenetv2_035 is assumed"],
        write: |mnet| alone(mnet, "model_best.pth.tar", &nested(&prefixed(timm("mobilenetv2_035", 2), "module."), &["state_dict", "state_dict_ema"])) },
    Row { saved_by: "timm in transformers", names: NAMED, unsaid: &["assumed"],
        said: &["shortest edge 64 bilinear, centre crop 64"],
        write: |mnet| folder(mnet, ("model.safetensors", &save(&prefixed(timm("mobilenetv2_035", 2), "timm_model."), Dtype::F32)), &[("config.json", config("timm"))]) },
    Row { saved_by: "torchvision, `state_dict`", names: NUMBERED, unsaid: &[],
        said: &[TORCHVISION, "those of mobilenet_v2 (torchvision)", PRESET],
        write: |mnet| alone(mnet, "model.pth", &nested(&flowers(), &[])) },
    Row { saved_by: "torchvision, with the name of its function", names: NAMED, unsaid: &["names the network"],
        said: &[TORCHVISION, PRESET],
        write: |mnet| folder(mnet, ("model.pth", &nested(&flowers(), &[])), &[("config.json", config("torchvision"))]) },
    Row { saved_by: "torchvision, its reference scripts", names: NUMBERED, unsaid: &[],
        said: &[TORCHVISION, PRESET, "`model_ema` is used"],
        write: |mnet| alone(mnet, "checkpoint.pth", &nested(&prefixed(flowers(), "module."), &["model", "model_ema"])) },
    Row { saved_by: "PyTorch's tutorial", names: NUMBERED, unsaid: &["is used"], said: &[TORCHVISION, PRESET],
        write: |mnet| alone(mnet, "checkpoint.pt", &nested(&flowers(), &["model_state_dict"])) },
    Row { saved_by: "Lightning", names: NUMBERED, unsaid: &["is used", "wrapper"], said: &[TORCHVISION, PRESET],
        write: |mnet| alone(mnet, "last.ckpt", &nested(&prefixed(flowers(), "net."), &["state_dict"])) },
    Row { saved_by: "`torch.compile` under `DistributedDataParallel`", names: NUMBERED, unsaid: &["wrapper"], said: &[TORCHVISION, PRESET],
        write: |mnet| alone(mnet, "model.pt", &nested(&prefixed(flowers(), "module._orig_mod."), &[])) },
    Row { saved_by: "`AveragedModel`", names: NUMBERED, unsaid: &["wrapper"], said: &[TORCHVISION, PRESET],
        write: |mnet| {
            let mut tensors = prefixed(flowers(), "module.");
            tensors.insert("n_averaged".into(), (vec![], vec![5.0]));
            alone(mnet, "swa.pt", &nested(&tensors, &[]))
        } },
    Row { saved_by: "a module of one's own around it", names: NUMBERED, unsaid: &["wrapper"], said: &[TORCHVISION, PRESET],
        write: |mnet| alone(mnet, "model.pt", &nested(&prefixed(flowers(), "backbone."), &[])) },
    Row { saved_by: "torch before 1.6", names: NUMBERED, unsaid: &[], said: &[TORCHVISION, PRESET],
        write: |mnet| alone(mnet, "model.pth", &legacy(&flowers())) },
];

#[test]
fn every_row_runs_as_the_table_says() {
    for row in ROWS {
        let mnet = Mnet::new();
        let model = (row.write)(&mnet);
        let run = classify(&mnet, &model, &[]);
        assert_eq!(run.code, 0, "{}: {}", row.saved_by, run.stderr);
        for words in row.said {
            assert!(run.stderr.contains(words), "{}: `{words}` is not in:\n{}", row.saved_by, run.stderr);
        }
        for words in row.unsaid {
            assert!(!run.stderr.contains(words), "{}: `{words}` is in:\n{}", row.saved_by, run.stderr);
        }
        let expected: BTreeSet<String> = row.names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(names(&run), expected, "{}", row.saved_by);
        // The model, and one note.
        assert!(run.stderr.lines().count() <= 2, "{}:\n{}", row.saved_by, run.stderr);
    }
}

#[test]
fn the_table_has_these_rows() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/checkpoints.md")).unwrap();
    let table = page.lines().skip_while(|line| !line.starts_with("| saved by")).skip(2);
    let documented: Vec<_> = table
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .collect();
    assert_eq!(documented, ROWS.iter().map(|row| row.saved_by).collect::<Vec<_>>());
}

#[test]
fn a_thousand_outputs_of_torchvision_are_imagenets() {
    let mnet = Mnet::new();
    let model = alone(&mnet, "model.pth", &nested(&torchvision(1000), &[]));
    let run = classify(&mnet, &model, &["--res", "64"]).succeeded();
    assert!(names(&run).contains("Egyptian cat"));
    assert!(run.stderr.contains("those of ImageNet-1k are assumed"), "{}", run.stderr);
}
