//! Errors: the cause, what to try, the exit status.

use std::fs;

use serde_json::json;

use super::support::checkpoint;
use super::{Mnet, Run, photo};

fn cat() -> String {
    photo("cat_720p.jpg").to_str().unwrap().to_owned()
}

#[test]
fn usage() {
    let mnet = Mnet::new();
    mnet.run(["photo.jpg"]).failed(2, &["`photo.jpg` is not a command", "try: mnet classify -r --dry-run ."]);
    mnet.run(["classify"]).failed(2, &["no pictures: expected paths"]);
    mnet.run(["classify", "a.jpg", "--res", "7"])
        .failed(2, &["--res 7: expected a whole number of px from 32"]);
    mnet.run(["classify", "a.jpg", "--res", "9000"]).failed(2, &["--res 9000: ", "to 4096"]);
    mnet.run(["classify", "a.jpg", "--min-score", "2"]).failed(2, &["a number from 0 to 1"]);
    mnet.run(["classify", "a.jpg", "--device", "tpu"]).failed(2, &["--device tpu: expected auto, cpu"]);
    Run::of(mnet.command(["classify", &cat()]).env("MNET_ISA", "altivec"))
        .failed(2, &["MNET_ISA=altivec: this processor has", "portable"]);
}

#[test]
fn models_that_do_not_exist() {
    let mnet = Mnet::new();
    let failed = |args: &[&str], words: &[&str]| {
        mnet.run([&["classify", &cat()], args].concat()).failed(2, words);
    };
    failed(&["--alpha", "0.33"], &["no weights for MobileNet at alpha 0.33", "0.35, 0.5", "try: "]);
    failed(
        &["--model", "v1", "--alpha", "0.5"],
        &["MobileNetV1 at alpha 0.5 (there are 0.75, 1.0 and 1.25)", "--model v2 --alpha 0.5"],
    );
    failed(&["--model", "v7"], &["no model is called `v7`", "mnet models list"]);
    failed(
        &["--model", "mobilnet_v2"],
        &["no model is called `mobilnet_v2`", "; similar: mobilenet-v2, ", "--model mobilenet-v2"],
    );
    failed(
        &["--model", "mobilenetv2_035"],
        &["no weights of `mobilenetv2_035` are in the catalogue", "--model v2 --alpha 0.35"],
    );
    failed(
        &["--model", "https://example.org/owner/name"],
        &["https://example.org/owner/name: not the address of a model on the hub", "--model owner/name"],
    );
    failed(&["--model", "./nowhere"], &["./nowhere: no such directory"]);
    failed(
        &["--alpha", "0.75", "--res", "160", "--offline"],
        &["google/mobilenet_v2_0.75_160 is not in the cache, and offline mode is on", "mnet models pull"],
    );
    if cfg!(not(feature = "cuda")) {
        failed(&["--device", "cuda"], &["this build has no CUDA support", "--device cpu"]);
    }
}

/// Each of these is `--model` for the checkpoint beside it.
#[test]
fn names_as_people_type_them() {
    let mnet = Mnet::new();
    for (typed, expected) in [
        ("hf-hub:timm/mobilenetv3_large_100.ra_in1k", "timm/mobilenetv3_large_100.ra_in1k"),
        ("timm/mobilenetv3_large_100.ra_in1k/", "timm/mobilenetv3_large_100.ra_in1k"),
        ("hf.co/timm/mobilenetv3_large_100.ra_in1k/tree/v1", "timm/mobilenetv3_large_100.ra_in1k@v1"),
        ("mobilenet_v2", "google/mobilenet_v2_1.0_224"),
        ("MobileNetV2", "google/mobilenet_v2_1.0_224"),
        ("V2", "google/mobilenet_v2_1.0_224"),
        ("mobilenet_v2_1.0_224", "google/mobilenet_v2_1.0_224"),
        ("mobilenet_v3_large", "timm/mobilenetv3_large_100.miil_in21k_ft_in1k"),
        ("efficientnet_lite1", "timm/tf_efficientnet_lite1.in1k"),
    ] {
        let missing = format!("{expected} is not in the cache, and offline mode is on");
        mnet.run(["classify", &cat(), "--offline", "--model", typed]).failed(2, &[&missing]);
        mnet.run(["models", "pull", "--offline", typed]).failed(2, &[&missing]);
    }
    // A folder is never a repository.
    checkpoint::tiny(&mnet.path().join("owner/name"), &["a", "b"]);
    mnet.run(["classify", &cat(), "--model", "owner/name/"]).succeeded();
}

#[test]
fn files_that_are_not_pictures() {
    let mnet = Mnet::new();
    let whole = fs::read(cat()).unwrap();
    fs::write(mnet.path().join("half.jpg"), &whole[..whole.len() / 2]).unwrap();
    fs::write(mnet.path().join("empty.png"), "").unwrap();
    fs::write(mnet.path().join("page.gif"), "<!DOCTYPE html><html></html>").unwrap();
    let run = mnet.run(["classify", "half.jpg", "empty.png", "page.gif"]);
    let run = run.failed(1, &["half.jpg: JPEG ends early at byte ", "empty.png: ", "page.gif: "]);
    assert_eq!(run.stdout, "");
    mnet.run(["classify", &cat(), "--max-pixels", "1000"])
        .failed(1, &["is more than 1000 pixels", "try: --max-pixels 921600"]);
}

#[test]
fn checkpoints_that_do_not_fit() {
    let mnet = Mnet::new();
    let folder = mnet.path().join("model");
    let failed = |words: &[&str]| mnet.run(["classify", &cat(), "--model", "model"]).failed(2, words);

    checkpoint::tiny(&folder, &["a", "b", "c"]);
    mnet.run(["classify", &cat(), "--model", "model"]).succeeded();

    checkpoint::alter(&folder, |tensors| {
        tensors.remove("mobilenet_v2.layer.3.conv_3x3.normalization.bias");
    });
    failed(&["tensor `mobilenet_v2.layer.3.conv_3x3.normalization.bias` is missing: expected [48]"]);

    checkpoint::tiny(&folder, &["a", "b", "c"]);
    checkpoint::alter(&folder, |tensors| {
        tensors.insert("extra.weight".into(), (vec![2], vec![0.0; 2]));
    });
    failed(&["tensor `extra.weight` is not part of the network"]);

    checkpoint::tiny(&folder, &["a", "b", "c"]);
    checkpoint::alter(&folder, |tensors| {
        tensors.insert("mobilenet_v2.conv_1x1.normalization.weight".into(), (vec![64], vec![1.0; 64]));
    });
    failed(&["tensor `mobilenet_v2.conv_1x1.normalization.weight`: expected [1280], found [64]"]);

    checkpoint::tiny(&folder, &["a", "b", "c"]);
    checkpoint::alter(&folder, |tensors| {
        tensors.get_mut("classifier.bias").unwrap().1[0] = f32::NAN;
    });
    failed(&["tensor `classifier.bias` holds values that are not finite"]);

    checkpoint::tiny(&folder, &["a", "b", "c"]);
    checkpoint::alter(&folder, |tensors| {
        tensors.get_mut("mobilenet_v2.conv_1x1.normalization.running_var").unwrap().1[5] = -0.5;
    });
    failed(&[
        "tensor `mobilenet_v2.conv_1x1.normalization.running_var` holds a variance that is not positive",
    ]);

    let mut bytes = fs::read(folder.join("model.safetensors")).unwrap();
    bytes[9] = b'!';
    fs::write(folder.join("model.safetensors"), bytes).unwrap();
    failed(&["model/model.safetensors: damaged safetensors", "try: delete it and download it again"]);

    fs::write(folder.join("model.safetensors"), "<html>login</html>").unwrap();
    failed(&["model/model.safetensors: expected safetensors", "found a web page"]);

    fs::remove_file(folder.join("model.safetensors")).unwrap();
    failed(&[
        "model: no weights: expected one of model.safetensors, ",
        "found config.json, preprocessor_config.json",
    ]);

    checkpoint::tiny(&folder, &["a", "b", "c"]);
    fs::write(folder.join("config.json"), json!({"model_type": "resnet"}).to_string()).unwrap();
    failed(&["`model_type` is \"resnet\"; expected mobilenet_v1 or mobilenet_v2"]);
}
