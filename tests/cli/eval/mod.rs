//! `mnet eval`: what it counts, how it reads labels, and what it refuses.

mod figures;
mod files;
mod grid;
mod groups;
mod labels;
#[cfg(feature = "tar")]
mod members;
mod records;
#[cfg(feature = "tar")]
mod whole_files;
#[cfg(feature = "tar")]
mod wrong_names;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::checkpoint;
use crate::{Mnet, Run};

/// The classes of the network in [`world`].
const CLASSES: [&str; 7] = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu"];

/// A home with a tiny network `net` and fourteen small pictures, two in each folder of `photos`.
fn world() -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("net"), &CLASSES);
    for (index, class) in CLASSES.iter().enumerate() {
        for number in 0..2 {
            picture(&mnet.path().join(format!("photos/{class}/{number}.ppm")), 2 * index + number);
        }
    }
    mnet
}

/// A picture whose pixels depend on its number.
fn picture(path: &Path, number: usize) {
    let side = 40;
    let mut bytes = format!("P6 {side} {side} 255\n").into_bytes();
    for at in 0..side * side {
        let (x, y) = (at % side, at / side);
        bytes.extend(
            [x * (number + 1) * 5, y * (number * number + 3), (x * y + 40 * number) / (number + 1)]
                .map(|v| (v % 256) as u8),
        );
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// `mnet eval` with these arguments and the tiny network.
fn eval(mnet: &Mnet, arguments: &str) -> Run {
    mnet.run(format!("eval --model net -q {arguments}").split_whitespace())
}

/// The photos as lines of a file: each path without `photos/`, and its class.
fn lines_of(separator: &str) -> String {
    CLASSES
        .iter()
        .flat_map(|class| (0..2).map(move |n| format!("{class}/{n}.ppm{separator}{class}\n")))
        .collect()
}

/// Its figures, as JSON.
fn figures(mnet: &Mnet, arguments: &str) -> Value {
    let lines = eval(mnet, &format!("{arguments} --json")).succeeded().json();
    let [figures] = &lines[..] else { panic!("one line, not {lines:?}") };
    figures.clone()
}

/// The figures without those that differ from run to run.
fn lasting(mut figures: Value) -> Value {
    for time in ["images_per_second", "seconds", "start_up_seconds"] {
        figures.as_object_mut().unwrap().remove(time).unwrap();
    }
    figures
}
