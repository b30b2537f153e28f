//! npy output: rows, paths and the model, each in a file.

use std::fs;

use super::{Mnet, embed, folder, values};

/// The number of rows and the dimension in the header, and the values.
fn read(mnet: &Mnet, name: &str) -> (usize, usize, Vec<f32>) {
    let bytes = fs::read(mnet.path().join(name)).unwrap();
    let (header, data) = bytes.split_at(128);
    let text = String::from_utf8_lossy(&header[10..]);
    let shape = text.split_once("'shape': (").unwrap().1.split_once(')').unwrap().0;
    let (rows, dimension) = shape.split_once(',').unwrap();
    let number = |text: &str| text.trim().parse().unwrap();
    let values = data.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value)).collect();
    (number(rows), number(dimension), values)
}

fn text(mnet: &Mnet, name: &str) -> String {
    fs::read_to_string(mnet.path().join(name)).unwrap()
}

fn names(mnet: &Mnet) -> Vec<String> {
    let entries = fs::read_dir(mnet.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn each_row_is_what_json_has_and_each_path_a_line() {
    let mnet = folder();
    let before = names(&mnet);
    embed(&mnet, &["a.jpg", "gone.jpg", "b.jpg", "-o", "e.npy"]).failed(1, &["gone.jpg: no such file"]);
    let (rows, dimension, found) = read(&mnet, "e.npy");
    assert_eq!((rows, dimension, found.len()), (2, 1280, 2 * 1280));
    let lines = embed(&mnet, &["a.jpg", "b.jpg"]).succeeded().json();
    let expected: Vec<f32> = lines.iter().flat_map(values).map(|value| value as f32).collect();
    assert!(found == expected);
    assert_eq!(text(&mnet, "e.npy.paths"), "\"a.jpg\"\n\"b.jpg\"\n");
    let info = r#"{"model":"net","res":32,"layer":"pre-logits","normalised":false,"dimension":1280}"#;
    assert_eq!(text(&mnet, "e.npy.json").trim_end(), info);
    let expected = [&before[..], &["e.npy", "e.npy.json", "e.npy.paths"].map(str::to_owned)].concat();
    let mut expected = expected;
    expected.sort();
    assert_eq!(names(&mnet), expected, "nothing is left behind");
}

#[test]
fn a_run_without_a_row_leaves_no_file_in_its_place() {
    let mnet = folder();
    embed(&mnet, &["a.jpg", "-o", "e.npy"]).succeeded();
    let before = fs::read(mnet.path().join("e.npy")).unwrap();
    embed(&mnet, &["gone.jpg", "-o", "e.npy"]).failed(1, &["e.npy is as before"]);
    assert!(fs::read(mnet.path().join("e.npy")).unwrap() == before);
    assert_eq!(text(&mnet, "e.npy.paths"), "\"a.jpg\"\n");
}

#[test]
fn it_needs_a_file_and_replaces_only_its_own() {
    let mnet = folder();
    embed(&mnet, &["a.jpg", "--format", "npy"]).failed(2, &["cannot go to stdout", "try: -o embeddings.npy"]);
    fs::write(mnet.path().join("e.npy"), "a diary").unwrap();
    embed(&mnet, &["a.jpg", "-o", "e.npy"]).failed(2, &["e.npy: was not written by mnet"]);
    fs::remove_file(mnet.path().join("e.npy")).unwrap();
    for (name, content) in [("e.npy.paths", "a diary"), ("e.npy.json", "{\"age\": 3}")] {
        fs::write(mnet.path().join(name), content).unwrap();
        embed(&mnet, &["a.jpg", "-o", "e.npy"]).failed(2, &[name, "was not written by mnet"]);
        assert_eq!(text(&mnet, name), content);
        fs::remove_file(mnet.path().join(name)).unwrap();
    }
}
