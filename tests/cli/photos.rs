//! The classes and scores of both photos, against timm's (`tests/golden/photos.py`).

use super::{Mnet, photo};

const GOLDEN: &str = include_str!("../golden/photos.tsv");

/// Rounding alone: the pixels are equal, and logits differ by less than 1e-4 of the largest, which is 11.
const BOUND: f64 = 1e-4;

#[test]
fn both_photos_get_the_classes_and_scores_of_timm() {
    let photos = ["cat_720p.jpg", "hot_dog.jpg"];
    let paths = photos.map(|name| photo(name).into_os_string());
    let args = ["classify", "--json", "-k", "5"].map(Into::into);
    let run = Mnet::new().run(args.into_iter().chain(paths)).succeeded();
    let mut rows = GOLDEN.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    for (line, name) in run.json().iter().zip(photos) {
        for class in line["top"].as_array().unwrap() {
            let row = rows.next().unwrap();
            let (index, score) = (&class["index"], class["score"].as_f64().unwrap());
            assert_eq!((row[0], row[1]), (name, index.to_string().as_str()));
            let expected: f64 = row[2].parse().unwrap();
            assert!((score - expected).abs() <= BOUND, "{name}, class {index}: {score}, not {expected}");
        }
    }
    assert!(rows.next().is_none(), "the program gave fewer classes than timm");
}
