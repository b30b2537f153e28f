//! The main job: pictures to labels.

use std::fs;

use super::{Mnet, best, photo};

#[test]
fn the_built_in_model_labels_a_photo() {
    let run = Mnet::new().run(["classify".as_ref(), photo("cat_720p.jpg").as_os_str()]).succeeded();
    let columns: Vec<_> = run.stdout.trim_end().split('\t').collect();
    assert!(columns[0].ends_with("cat_720p.jpg"), "{columns:?}");
    assert_eq!((columns.len(), columns[1]), (11, "Egyptian cat"));
    assert_eq!(run.stderr, "");
}

#[test]
fn json_has_every_field() {
    let mnet = Mnet::new();
    let run =
        mnet.run(["classify".as_ref(), photo("hot_dog.jpg").as_os_str(), "--json".as_ref()]).succeeded();
    let line = &run.json()[0];
    assert_eq!((best(line), line["top"][0]["index"].as_u64()), ("hotdog, hot dog, red hot", Some(934)));
    assert_eq!(line["top"][0]["wnid"], "n07697537");
    assert_eq!((line["model"].as_str(), line["res"].as_u64()), (Some("builtin"), Some(224)));
    assert_eq!(line["top"].as_array().unwrap().len(), 5);
    for stage in ["decode", "preprocess", "infer"] {
        assert!(line["ms"][stage].as_f64().unwrap() > 0.0, "{line}");
    }
    assert!(line["width"].as_u64() > Some(100) && line["logits"].is_null());
}

#[test]
fn other_pictures_are_labelled_after_one_fails() {
    let mnet = Mnet::new();
    fs::write(mnet.path().join("text.jpg"), "not a picture").unwrap();
    let cat = photo("cat_720p.jpg");
    let args = ["classify", "gone.jpg", cat.to_str().unwrap(), "text.jpg", ".", "--json"];
    let run = mnet.run(args).failed(1, &["3 of 4 pictures failed"]);
    let lines = run.json();
    let kinds: Vec<_> = lines.iter().map(|line| line["error"]["kind"].as_str()).collect();
    assert_eq!(kinds, [Some("io"), None, Some("not-an-image"), Some("io")]);
    assert_eq!(best(&lines[1]), "Egyptian cat");
    let text = mnet.run(&args[..5]).failed(1, &["gone.jpg: no such file", "text.jpg: ", ".: is a directory"]);
    assert_eq!(text.stdout.lines().count(), 1);
}

#[test]
fn selection_flags_cut_the_list() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let classes = |args: &[&str]| {
        let run = mnet.run([&["classify", cat.to_str().unwrap(), "--json"], args].concat()).succeeded();
        run.json()[0]["top"].as_array().unwrap().len()
    };
    assert_eq!(classes(&["-k", "2"]), 2);
    assert_eq!(classes(&["-k", "5000"]), 1000);
    assert_eq!(classes(&["--min-score", "0.1"]), 3);
    assert_eq!(classes(&["-k", "0"]), 0);
}

#[test]
fn logits_cover_the_whole_head() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let run = mnet.run(["classify", cat.to_str().unwrap(), "--json", "--logits"]).succeeded();
    let line = &run.json()[0];
    let logits: Vec<f64> = line["logits"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    let largest = logits.iter().copied().fold(f64::MIN, f64::max);
    assert_eq!((logits.len(), logits[285]), (1000, largest));
}

#[test]
fn another_resolution_is_noted() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let run = mnet.run(["classify", cat.to_str().unwrap(), "--res", "100", "--json"]).succeeded();
    assert_eq!(run.json()[0]["res"], 100);
    for note in ["trained at 224, running at 100", "not a multiple of 32"] {
        assert!(run.stderr.contains(note), "{}", run.stderr);
    }
    let quiet = mnet.run(["classify", cat.to_str().unwrap(), "--res", "100", "-q"]).succeeded();
    assert_eq!(quiet.stderr, "");
}
