//! Heads and networks that mnet does not compute: the error says what they are, and never what would change their answers.

use mnet::models::random::Tensors;
use safetensors::tensor::Dtype;
use serde_json::{Value, json};

use super::repository::{classify, repository, save, timm, transformers, write};
use crate::Mnet;

/// How `classify` fails for MobileNetV2 with `tensors` added, in place of its classifier if it has another.
fn refused(tensors: &[(&str, &[usize])], words: &[&str]) {
    let mnet = Mnet::new();
    let mut file: Tensors = timm("mobilenetv2_035", 3);
    if tensors.iter().any(|(name, _)| name.starts_with("fc") || *name == "classifier.weight_g") {
        file.retain(|name, _| !name.starts_with("classifier"));
    }
    for (name, shape) in tensors {
        file.insert((*name).into(), (shape.to_vec(), vec![1.0; shape.iter().product()]));
    }
    write(&mnet.path().join("model"), &[("model.safetensors", &save(&file, Dtype::F32))]);
    let run = classify(&mnet, "model", &[]).failed(2, words);
    let is_to_delete = words.iter().any(|word| word.contains("delete"));
    assert_eq!(run.stderr.contains("delete"), is_to_delete, "{}", run.stderr);
}

#[test]
fn steps_that_mnet_does_not_have() {
    let train = "try: check config.json, or train it without that step";
    for (name, shape) in
        [("classifier.0.weight", &[1280][..]), ("normalize.mean", &[3]), ("proj.weight", &[9, 1280])]
    {
        refused(
            &[(name, shape)],
            &[&format!("tensor `{name}` is not part of the network, and mnet has no step"), train],
        );
    }
    let other = "closest is mobilenetv2_035 (timm): tensor `blocks.0.0.se.conv_reduce.weight` is not part of the network";
    refused(&[("blocks.0.0.se.conv_reduce.weight", &[4, 16, 1, 1])], &[other, "try: mnet models list"]);
    refused(&[("aux.weight", &[9, 1280])], &["`aux.weight` is not part", "try: delete from the state dict"]);
    let two = "it has several classifiers side by side, `fc_a`, `fc_b`; expected one";
    refused(
        &[("fc_a.weight", &[4, 1280]), ("fc_b.weight", &[2, 1280])],
        &[two, "try: keep one of them: delete"],
    );
}

#[test]
fn weights_that_a_tool_left_in_pieces() {
    for (names, hint) in [
        (["classifier.weight_g", "classifier.weight_v"], "torch.nn.utils.remove_weight_norm(LAYER)"),
        (
            ["classifier.parametrizations.weight.original0", "classifier.parametrizations.weight.original1"],
            "torch.nn.utils.parametrize.remove_parametrizations(LAYER",
        ),
        (["classifier.weight_mask", "classifier.weight_orig"], "torch.nn.utils.prune.remove(LAYER"),
        (["classifier.lora_A.weight", "classifier.lora_B.weight"], "merge the adapter first"),
    ] {
        let found = format!("its weights are in pieces, such as `{}`", names[0]);
        refused(&names.map(|name| (name, &[3, 1280][..])), &[&found, &format!("try: {hint}")]);
    }
    let found = "expected a weight [classes, features], found `fc.weight` [3, 1280, 1, 1]";
    let hint = "state_dict[\"fc.weight\"] = state_dict[\"fc.weight\"].flatten(1)";
    refused(&[("fc.weight", &[3, 1280, 1, 1])], &[found, hint]);
}

#[test]
fn a_configuration_of_another_network_is_not_to_be_corrected() {
    let mnet = Mnet::new();
    let failed = |config: Value, file: &[u8], words: &[&str]| {
        repository(&mnet, "model", &config, file);
        let run = classify(&mnet, "model", &[]).failed(2, words);
        assert!(run.stderr.contains("mnet cannot compute this one"), "{}", run.stderr);
        assert!(!run.stderr.contains("correct `"), "{}", run.stderr);
    };
    let file = save(&timm("mobilenetv3_small_050", 3), Dtype::F32);
    for (name, value) in
        [("global_pool", json!("max")), ("act_layer", json!("silu")), ("aa_layer", json!("blurpc"))]
    {
        let config = json!({"architecture": "mobilenetv3_small_050", "model_args": {(name): value}});
        failed(config, &file, &[name, &value.to_string()]);
    }
    let file = save(&transformers("mobilenet_v2", 0.35, 3), Dtype::F32);
    let config = json!({"model_type": "mobilenet_v2", "depth_multiplier": 0.35, "output_stride": 8});
    failed(config, &file, &["`output_stride` is 8; expected 32"]);
}

#[test]
fn a_tag_behind_the_name_is_one_of_weights() {
    let mnet = Mnet::new();
    let config = json!({"architecture": "mobilenetv3_small_050.lamb_in1k"});
    repository(&mnet, "model", &config, &save(&timm("mobilenetv3_small_050", 3), Dtype::F32));
    let run = classify(&mnet, "model", &[]).succeeded();
    let note = "timm's default preprocessing for mobilenetv3_small_050 is assumed (its tag lamb_in1k may have another)";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}
