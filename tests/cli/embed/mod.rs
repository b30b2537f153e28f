//! `mnet embed`: vectors of pictures in every format, from complete and from resumed runs.

mod flags;
mod formats;
mod npy;
#[cfg(unix)]
mod resume;

use std::fs;

use serde_json::Value;

use super::support::checkpoint;
use super::{Mnet, Run, photo};

/// A folder with a small network and three pictures, the last of which is like the first.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    for (name, from) in [("a.jpg", "hot_dog.jpg"), ("b.jpg", "cat_720p.jpg"), ("c.jpg", "hot_dog.jpg")] {
        fs::copy(photo(from), mnet.path().join(name)).unwrap();
    }
    checkpoint::tiny(&mnet.path().join("net"), &["x", "y"]);
    mnet
}

fn embed(mnet: &Mnet, args: &[&str]) -> Run {
    mnet.run([&["embed", "--model", "net"], args].concat())
}

/// The values of the embedding in a record.
fn values(line: &Value) -> Vec<f64> {
    line["embedding"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn length(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
