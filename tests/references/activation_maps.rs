//! The maps of real checkpoints must have their peaks on the objects in the photos.

use libtest_mimic::Trial;
use mnet::backend::device::DeviceChoice;
use mnet::pixels::{DecodeOptions, decode};
use mnet::predict::{ActivationMap, AnswerOptions, Checkpoint, Classifier, Target};
use std::path::{Path, PathBuf};

use crate::support::data::{shared, trial};

/// The left, upper, right and lower edge, px.
type Box = [f64; 4];

/// The objects in each photo, marked by eye.
const PHOTOS: [(&str, &[Box]); 7] = [
    ("bird.bmp", &[[41.0, 75.0, 481.0, 309.0]]),
    ("cat_720p.jpg", &[[133.0, 75.0, 900.0, 720.0]]),
    ("hot_dog.jpg", &[[97.0, 80.0, 482.0, 230.0]]),
    ("owl.jpg", &[[158.0, 12.0, 333.0, 374.0]]),
    ("parrot.jpg", &[[103.0, 104.0, 460.0, 900.0]]),
    // Two dogs.
    ("pets.jpg", &[[107.0, 4.0, 256.0, 295.0], [343.0, 163.0, 497.0, 370.0]]),
    ("sunflower.bmp", &[[66.0, 18.0, 422.0, 340.0]]),
];

/// The one peak whose cell has its middle beside what the photo shows: 13 px to the left of a dog.
const BESIDE: [(&str, &str); 1] = [("coral/mobilenet_v2_1.0_224", "pets.jpg")];

/// Folders in `$MNET_SHARED/hub`.
const CHECKPOINTS: [&str; 3] =
    ["coral/mobilenet_v1_0.25_128", "coral/mobilenet_v1_0.75_192", "coral/mobilenet_v2_1.0_224"];

/// Photos in `assets/photos`.
const OWN: [&str; 2] = ["cat_720p.jpg", "hot_dog.jpg"];

pub(crate) fn trials(print: bool) -> Vec<Trial> {
    let images = || PHOTOS.map(|(photo, _)| shared("images").join(photo));
    let checkpoints = CHECKPOINTS.map(|id| {
        let folder = shared("hub").join(id);
        let needed = images().into_iter().chain([folder.clone()]);
        trial(format!("activation_maps::{id}"), needed, move || {
            check(id, Checkpoint::open(&folder).unwrap(), &images(), print);
        })
    });
    let built_in = trial("activation_maps::builtin", images(), move || {
        check("builtin", Checkpoint::built_in().unwrap(), &images(), print);
    });
    let own = trial("activation_maps::builtin, own photos", [], move || {
        let photos = OWN.map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/photos").join(name));
        check("builtin", Checkpoint::built_in().unwrap(), &photos, false);
    });
    checkpoints.into_iter().chain([built_in, own]).collect()
}

fn check(model: &str, checkpoint: Checkpoint, photos: &[PathBuf], print: bool) {
    let classifier = Classifier::new(checkpoint, DeviceChoice::Cpu.open().unwrap()).unwrap();
    let mut off = vec![];
    for path in photos {
        let name = path.file_name().unwrap().to_str().unwrap();
        let picture = decode(&std::fs::read(path).unwrap(), &DecodeOptions::default()).unwrap();
        let options = AnswerOptions::default();
        let explanation = classifier.explain_picture(&picture, &[Target::Best], &options).unwrap();
        let (best, map) = (&explanation.answer.top[0], &explanation.maps[0]);
        assert!(map.residual.abs() < 1e-4 * map.logit.abs(), "{name}: {}", map.residual);
        let (x, y) = peak(map);
        let (_, boxes) = PHOTOS.iter().find(|(photo, _)| *photo == name).unwrap();
        let is_beside = BESIDE.contains(&(model, name));
        // The map has nothing finer than a cell, so the cell of a peak beside the subject must at least touch the subject.
        let (half_width, half_height) = if is_beside {
            (map.region.width / map.width as f64 / 2.0, map.region.height / map.height as f64 / 2.0)
        } else {
            (0.0, 0.0)
        };
        let is_within = |&[left, top, right, bottom]: &Box, (x_margin, y_margin): (f64, f64)| {
            (left - x_margin..right + x_margin).contains(&x)
                && (top - y_margin..bottom + y_margin).contains(&y)
        };
        let line = format!("{model}, {name}: {} at ({x:.0}, {y:.0})", best.label);
        if print {
            println!("{line}");
        }
        let is_on = boxes.iter().any(|shown| is_within(shown, (half_width, half_height)));
        let is_inside = boxes.iter().any(|shown| is_within(shown, (0.0, 0.0)));
        if !is_on || is_beside == is_inside {
            off.push(line);
        }
    }
    assert!(off.is_empty(), "peaks beside what the photo shows: {off:#?}");
}

/// The centre of the cell with the largest value, in pixels of the photo.
fn peak(map: &ActivationMap) -> (f64, f64) {
    let best = (0..map.values.len()).max_by(|a, b| map.values[*a].total_cmp(&map.values[*b])).unwrap();
    let (row, column) = (best / map.width, best % map.width);
    let middle = |cell: usize, cells: usize| (cell as f64 + 0.5) / cells as f64;
    let region = map.region;
    (
        region.left + middle(column, map.width) * region.width,
        region.top + middle(row, map.height) * region.height,
    )
}
