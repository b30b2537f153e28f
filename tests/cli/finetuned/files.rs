//! Which files hold the weights, and which network they are.

use std::fs;
use std::path::Path;

use mnet::models::random::Tensors;
use safetensors::tensor::Dtype;
use serde_json::json;

use super::repository::{
    classify, names, pickle, pretrained_cfg, repository, save, set, timm, torchvision, transformers, write,
};
use crate::Mnet;
use crate::support::hub_server::HubServer;

#[test]
fn a_pickle_alone() {
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
    let note = "no config.json names the network: its 262 tensors are those of mobilenet_v2 (torchvision); \
                torchvision's preset IMAGENET1K_V1 is assumed";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    // A folder with one file of weights is that file.
    let folder = classify(&mnet, "imagenette", &["--res", "64"]).succeeded();
    assert!(
        folder.stderr.contains("imagenette: its weights are the file mobilenet_v2.pth; "),
        "{}",
        folder.stderr
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
fn tensors_of_two_networks() {
    let mnet = Mnet::new();
    let weights = save(&timm("tf_efficientnet_lite0", 37), Dtype::F32);
    write(&mnet.path().join("pets"), &[("model.safetensors", &weights)]);
    classify(&mnet, "pets", &[]).failed(
        2,
        &[
            "pets: no config.json names the network, and its tensors match efficientnet_lite0 and \
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
    assert!(!run.stderr.contains("names the network"), "{}", run.stderr);
}

#[test]
fn heads_and_networks_that_are_not_built_here() {
    let mnet = Mnet::new();
    let foreign = Tensors::from([
        ("classifier.weight".into(), (vec![3, 512], vec![0.1; 3 * 512])),
        ("encoder.0.weight".into(), (vec![8, 3, 7, 7], vec![0.1; 8 * 3 * 49])),
    ]);
    write(&mnet.path().join("foreign"), &[("model.safetensors", &save(&foreign, Dtype::F32))]);
    let found = "foreign: no config.json names the network, and no built-in network has its 2 tensors, such as \
                 `classifier.weight` [3, 512], `encoder.0.weight` [8, 3, 7, 7]";
    classify(&mnet, "foreign", &[]).failed(2, &[found, "try: mnet models list"]);

    let mut wider = timm("mobilenetv2_035", 3);
    wider.insert("conv_head.weight".into(), (vec![64, 112, 1, 1], vec![0.1; 64 * 112]));
    write(&mnet.path().join("wider"), &[("model.safetensors", &save(&wider, Dtype::F32))]);
    let closest = "; closest is mobilenetv2_035 (timm): tensor `conv_head.weight`: expected [1280, 112, 1, 1], \
                   found [64, 112, 1, 1]";
    classify(&mnet, "wider", &[]).failed(2, &[closest]);
}
