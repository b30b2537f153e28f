//! Which file says how pictures are prepared, and what is said where none does.

use std::fs;

use safetensors::tensor::Dtype;
use serde_json::json;

use super::repository::{classify, repository, save, timm, transformers, write};
use crate::Mnet;
use crate::support::hub_server::HubServer;

#[test]
fn another_type_of_image_processor() {
    let mnet = Mnet::new();
    let config = json!({"model_type": "mobilenet_v1", "depth_multiplier": 0.25});
    repository(&mnet, "distilled", &config, &save(&transformers("mobilenet_v1", 0.25, 3), Dtype::F32));
    let prepared = |processor: &serde_json::Value| {
        fs::write(mnet.path().join("distilled/preprocessor_config.json"), processor.to_string()).unwrap();
        classify(&mnet, "distilled", &[])
    };
    let squashed = prepared(&json!({"image_processor_type": "ViTImageProcessor", "size": 64})).succeeded();
    assert!(squashed.stderr.contains("at 64 px (64 x 64 bilinear"), "{}", squashed.stderr);
    let cropped =
        prepared(&json!({"image_processor_type": "ConvNextFeatureExtractor", "size": 64})).succeeded();
    assert!(cropped.stderr.contains("(shortest edge 73 bicubic, centre crop 64)"), "{}", cropped.stderr);
    assert_ne!(squashed.json()[0]["top"], cropped.json()[0]["top"]);
    prepared(&json!({"image_processor_type": "PerceiverImageProcessor"})).failed(
        2,
        &[
            "distilled: preprocessor_config.json: `image_processor_type` is \"PerceiverImageProcessor\", which is not \
             built in; there are BeitImageProcessor, ",
            "try: write its steps into preprocessor_config.json as those of a MobileNetV2ImageProcessor",
        ],
    );
    prepared(&json!({"do_thumbnail": true})).failed(
        2,
        &["`do_thumbnail` is true, a step or a setting that no built-in", "try: delete `do_thumbnail` from "],
    );
    prepared(&json!({"crop_size": 4097}))
        .failed(2, &["try: correct `crop_size` in preprocessor_config.json"]);
}

#[test]
fn an_image_processor_in_processor_config() {
    let server = HubServer::start();
    let config = json!({"model_type": "mobilenet_v1", "depth_multiplier": 0.25}).to_string();
    let weights = save(&transformers("mobilenet_v1", 0.25, 3), Dtype::F32);
    let processor = json!({"image_processor": {"size": 72, "crop_size": 64}}).to_string();
    let files: [(&str, &[u8]); 3] = [
        ("config.json", config.as_bytes()),
        ("model.safetensors", &weights),
        ("processor_config.json", processor.as_bytes()),
    ];
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    write(&mnet.path().join("local"), &files);
    server.add("someone/new", "main", &files);
    for model in ["local", "someone/new"] {
        let run = classify(&mnet, model, &[]).succeeded();
        assert!(run.stderr.contains("at 64 px (shortest edge 72"), "{}", run.stderr);
        assert!(!run.stderr.contains("assumed"), "{}", run.stderr);
    }

    fs::remove_file(mnet.path().join("local/processor_config.json")).unwrap();
    let run = classify(&mnet, "local", &[]).succeeded();
    let note = "no preprocessor_config.json: the defaults of MobileNetV1ImageProcessor are assumed";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}

/// A cache that Python filled knows nothing of a file that this Python never asked for.
#[test]
fn a_cache_that_never_heard_of_processor_config() {
    let server = HubServer::start();
    let config = json!({"model_type": "mobilenet_v1", "depth_multiplier": 0.25}).to_string();
    let weights = save(&transformers("mobilenet_v1", 0.25, 3), Dtype::F32);
    let processor = json!({"size": 72, "crop_size": 64}).to_string();
    let mut files: Vec<(&str, &[u8])> = vec![
        ("config.json", config.as_bytes()),
        ("model.safetensors", &weights),
        ("preprocessor_config.json", processor.as_bytes()),
    ];
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    server.add("someone/with", "main", &files);
    files.pop();
    server.add("someone/without", "main", &files);
    for (model, opens) in [("with", true), ("without", false)] {
        classify(&mnet, &format!("someone/{model}"), &[]).succeeded();
        let folder = mnet.path().join(".cache/huggingface/hub").join(format!("models--someone--{model}"));
        let commit = fs::read_dir(folder.join(".no_exist")).unwrap().next().unwrap().unwrap().path();
        fs::remove_file(commit.join("processor_config.json")).unwrap();
        let run = classify(&mnet, &format!("someone/{model}"), &["--offline"]);
        if opens {
            run.succeeded();
        } else {
            run.failed(2, &["someone/without", "try: mnet models pull someone/without"]);
        }
    }
}

#[test]
fn an_architecture_alone_has_timms_defaults() {
    let mnet = Mnet::new();
    let weights = save(&timm("mobilenetv2_035", 3), Dtype::F32);
    repository(&mnet, "named", &json!({"architecture": "mobilenetv2_035"}), &weights);
    let run = classify(&mnet, "named", &[]).succeeded();
    let note = "timm's default preprocessing for mobilenetv2_035 is assumed";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}
