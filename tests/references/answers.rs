//! Real checkpoints and real photos: probabilities against those of transformers, from disk and from a hub.

use std::collections::BTreeMap;
use std::fs;

use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::Value;

use crate::support::data::{shared, trial};
use crate::support::hub_server::HubServer;
use crate::support::program::{Mnet, photo};

/// Folders of `$MNET_SHARED/hub`, and the name under which `images/expected.json` has their answers.
const CHECKPOINTS: [(&str, &str); 4] = [
    ("coral/mobilenet_v1_0.25_128", "coral/mobilenet_v1_0.25_128"),
    ("coral/mobilenet_v1_0.75_192", "coral/mobilenet_v1_0.75_192"),
    // The same weights, pickled.
    ("coral/mobilenet_v1_0.75_192_bin", "coral/mobilenet_v1_0.75_192"),
    ("coral/mobilenet_v2_1.0_224", "coral/mobilenet_v2_1.0_224"),
];

/// The difference of probabilities that rounding may leave where every pixel is equal; the expected ones have six digits.
const BOUND: f64 = 5e-6;

#[derive(Deserialize)]
struct Class {
    /// In the head of 1001 classes.
    index: u64,
    probability: f64,
}

/// Classes by photo.
type Photos = BTreeMap<String, Vec<Class>>;

pub(crate) fn trials() -> Vec<Trial> {
    let from_disk = CHECKPOINTS.map(|(id, answers)| {
        trial(format!("answers::{id}, from disk"), needed(id), move || {
            let folder = shared("hub").join(id).canonicalize().unwrap();
            compare(&Mnet::new(), folder.to_str().unwrap(), &expected(answers));
        })
    });
    let from_the_hub = CHECKPOINTS.map(|(id, answers)| {
        trial(format!("answers::{id}, from a hub"), needed(id), move || {
            let server = HubServer::start();
            server.add_folder(&shared("hub")).unwrap();
            let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
            let photos = expected(answers);
            compare(&mnet, id, &photos);
            let connections = server.connections();
            compare(&mnet, id, &photos);
            assert_eq!(server.connections(), connections, "the second run takes the cached files");
        })
    });
    let id = "coral/mobilenet_v1_0.75_192_bin";
    let pickle = trial("answers::a_repository_with_a_pickle_alone", needed(id), move || pickle_alone(id));
    from_disk.into_iter().chain(from_the_hub).chain([pickle]).collect()
}

fn needed(id: &str) -> [std::path::PathBuf; 2] {
    [shared("hub").join(id), shared("images/expected.json")]
}

fn expected(id: &str) -> Photos {
    let text = fs::read_to_string(shared("images/expected.json")).unwrap();
    let mut all: BTreeMap<String, Photos> = serde_json::from_str(&text).unwrap();
    all.remove(id).unwrap()
}

/// Classifies all photos with `model` and compares the classes that are listed.
fn compare(mnet: &Mnet, model: &str, photos: &Photos) {
    let images = shared("images").canonicalize().unwrap();
    let paths = photos.keys().map(|name| images.join(name).to_str().unwrap().to_owned());
    let args = ["classify", "--json", "-k", "1000", "--model", model].map(str::to_owned);
    let lines = mnet.run(args.into_iter().chain(paths)).succeeded().json();
    assert_eq!(lines.len(), photos.len());
    let errors: Vec<_> =
        lines.iter().zip(photos).flat_map(|(line, (name, classes))| errors(line, name, classes)).collect();
    assert!(errors.iter().all(|error| error.is_finite()));
    let largest = errors.iter().copied().fold(0.0, f64::max);
    assert!(largest <= BOUND, "{largest}");
}

/// Differences of probability; the best class must be the same.
fn errors(line: &Value, photo: &str, classes: &[Class]) -> Vec<f64> {
    let top = line["top"].as_array().unwrap();
    // The program leaves out the background, class 0.
    assert_eq!(top[0]["index"].as_u64().unwrap() + 1, classes[0].index, "{photo}");
    let error = |class: &Class| {
        let found = top.iter().find(|found| found["index"].as_u64() == Some(class.index - 1)).unwrap();
        (found["score"].as_f64().unwrap() - class.probability).abs()
    };
    classes.iter().map(error).collect()
}

fn pickle_alone(id: &str) {
    let server = HubServer::start();
    let files = ["config.json", "preprocessor_config.json", "pytorch_model.bin"];
    let contents = files.map(|name| fs::read(shared("hub").join(id).join(name)).unwrap());
    let files: Vec<_> =
        files.into_iter().zip(&contents).map(|(name, content)| (name, content.as_slice())).collect();
    server.add("google/mobilenet_v2_0.75_160", "main", &files);
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    let args = ["classify", photo("cat_720p.jpg").to_str().unwrap(), "--alpha", "0.75", "--res", "160"]
        .map(str::to_owned);
    let first = mnet.run(&args).succeeded();
    let connections = server.connections();
    assert_eq!(mnet.run(&args).succeeded().stdout, first.stdout);
    assert_eq!(server.connections(), connections, "the second run takes the cached files");
}
