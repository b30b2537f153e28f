//! `mnet explain`: the files that it writes, their content, and mistakes that it refuses.

use std::fs;

use serde_json::Value;

use super::support::checkpoint::tiny;
use super::{Mnet, photo};

/// A folder with a photo, a network with three classes, and a file that is not a photo.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    tiny(&mnet.path().join("net"), &["cat", "dog", "red fox"]);
    fs::create_dir(mnet.path().join("photos")).unwrap();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("photos/a<b>.jpg")).unwrap();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("photo.jpg")).unwrap();
    fs::write(mnet.path().join("photos/bad.jpg"), "dear diary").unwrap();
    mnet
}

fn floats(map: &Value) -> Vec<f64> {
    let rows = map.as_array().unwrap().iter();
    rows.flat_map(|row| row.as_array().unwrap().iter().map(|value| value.as_f64().unwrap())).collect()
}

/// The answer is the same as that of `mnet classify`, and bias and mean of the map add up to the logit.
#[test]
fn the_numbers_are_those_of_the_built_in_model() {
    let mnet = Mnet::new();
    let cat = photo("cat_720p.jpg");
    let run = mnet.run(["explain".as_ref(), cat.as_os_str(), "--json".as_ref()]).succeeded();
    let [line] = &run.json()[..] else { panic!("{}", run.stdout) };
    assert_eq!((line["class"].as_str(), line["index"].as_u64()), (Some("Egyptian cat"), Some(285)));
    assert_eq!((line["method"].as_str(), line["model"].as_str()), (Some("cam"), Some("builtin")));
    assert!((line["score"].as_f64().unwrap() - 0.459).abs() < 1e-3);
    let values = floats(&line["map"]);
    assert_eq!((values.len(), line["map"].as_array().unwrap().len()), (49, 7));
    let mean = values.iter().sum::<f64>() / 49.0;
    let [logit, bias] = ["logit", "bias"].map(|field| line[field].as_f64().unwrap());
    assert!((logit - bias - mean).abs() < 1e-3, "{logit} {bias} {mean}");
    // A centre crop of 224 of 256 px, scaled to a photo of 720 px.
    let region = &line["region"];
    assert_eq!((region["top"].as_f64(), region["height"].as_f64()), (Some(45.0), Some(630.0)));
    // The head of the cat is above the middle and to the right of it.
    let largest = values.iter().copied().fold(f64::MIN, f64::max);
    let peak = values.iter().position(|value| *value >= largest).unwrap();
    assert_eq!((peak / 7, peak % 7), (2, 3));
}

#[test]
fn classes_and_networks_have_a_line_each() {
    let mnet = folder();
    tiny(&mnet.path().join("other"), &["cat", "dog", "red fox"]);
    let run = mnet.run(["explain", "photo.jpg", "--json", "--model", "net,other", "--class", "dog", "0-1"]);
    let lines = run.succeeded().json();
    let of = |field: &str| lines.iter().map(|line| line[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("model"), ["net", "net", "other", "other"]);
    assert_eq!(of("class"), ["dog", "0-1", "dog", "0-1"]);
    assert_eq!((lines[0]["index"].as_u64(), &lines[1]["index"]), (Some(1), &Value::Null));
    assert_eq!(lines[1]["indices"].as_array().unwrap().len(), 2);
    assert!(lines[0]["score"].as_f64() < lines[1]["score"].as_f64());
}

#[test]
fn a_figure_is_a_png_or_svg_file_and_replaces_only_its_like() {
    let mnet = folder();
    for (name, start) in [("map.png", &b"\x89PNG"[..]), ("map.SVG", b"<svg")] {
        for theme in ["light", "dark"] {
            let args = ["explain", "photo.jpg", "-m", "net", "-o", name, "--theme", theme, "--width", "320"];
            mnet.run(args).succeeded();
            assert!(fs::read(mnet.path().join(name)).unwrap().starts_with(start), "{name}");
        }
    }
    fs::copy(mnet.path().join("photo.jpg"), mnet.path().join("photo.png")).unwrap();
    let run = mnet.run(["explain", "photo.jpg", "-m", "net", "-o", "photo.png"]);
    run.failed(
        2,
        &["photo.png: was not written by mnet; a plot would replace it", "another name for --output"],
    );
    let run = mnet.run(["explain", "map.png", "-m", "net", "-o", "map.png"]);
    let run = run.failed(2, &["map.png: is an input; the drawing would replace it"]);
    assert!(run.stderr.contains("-o map-2.png") && !run.stderr.contains("-o map.png"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_dash_is_a_png_file_on_stdout() {
    let mnet = folder();
    let output = mnet.command(["explain", "photo.jpg", "-m", "net", "-o", "-"]).output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"\x89PNG"));
}

#[test]
fn a_folder_becomes_a_contact_sheet() {
    let mnet = folder();
    let run = mnet.run(["explain", "-r", "photos", "-m", "net", "-o", "sheet.html"]);
    run.failed(1, &["photos/bad.jpg: not an image", "1 of 2 pictures failed"]);
    let html = fs::read_to_string(mnet.path().join("sheet.html")).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    assert_eq!(html.matches("<figure>").count(), 2);
    assert_eq!(html.matches("data:image/jpeg;base64,/9j/").count(), 1);
    assert!(html.contains("photos/a&lt;b&gt;.jpg") && !html.contains("a<b>"));
    assert!(html.contains("<p class=\"error\">not an image"));
    let run = mnet.run([
        "explain",
        "-r",
        "photos",
        "-m",
        "net",
        "-o",
        "sheet.html",
        "--exit-zero",
        "--theme",
        "dark",
    ]);
    assert!(run.succeeded().stderr.contains("--theme has no effect on a contact sheet"));
}

#[test]
fn each_photo_has_a_file_in_a_folder() {
    let mnet = folder();
    fs::create_dir(mnet.path().join("photos/more")).unwrap();
    fs::copy(mnet.path().join("photo.jpg"), mnet.path().join("photos/more/a<b>.jpg")).unwrap();
    let args = ["explain", "-r", "photos", "-m", "net", "-o", "maps/", "--width", "64", "--json"];
    let run = mnet.run(args);
    assert_eq!(run.json().len(), 3);
    assert_eq!(run.json()[1]["error"]["kind"], "not-an-image");
    for name in ["a<b>.jpg.png", "more/a<b>.jpg.png"] {
        assert!(
            fs::read(mnet.path().join("maps/photos").join(name)).unwrap().starts_with(b"\x89PNG"),
            "{name}"
        );
    }
    run.failed(1, &["1 of 3 pictures failed"]);
}

/// The PNG files in and below a folder, sorted.
fn drawings(mnet: &Mnet, folder: &str) -> Vec<String> {
    let mut folders = vec![mnet.path().join(folder)];
    let mut found = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(mnet.path()).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_drawing_takes_the_place_of_another_photos() {
    let mnet = folder();
    for folder in ["a", "b"] {
        fs::create_dir(mnet.path().join(folder)).unwrap();
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(folder).join("x")).unwrap();
    }
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("x")).unwrap();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("x-2")).unwrap();
    let draw = |args: &str| {
        let flags = ["explain", "-m", "net", "--width", "64", "-o", "maps/"];
        mnet.run(flags.into_iter().chain(args.split_whitespace())).succeeded();
        drawings(&mnet, "maps")
    };
    assert_eq!(draw("a/x"), ["maps/a/x.png"]);
    assert_eq!(draw("b/x"), ["maps/a/x.png", "maps/b/x.png"]);
    // The second `x` would get the name that `x-2` has.
    let all = ["maps/a/x.png", "maps/b/x.png", "maps/x-2-2.png", "maps/x-2.png", "maps/x.png"];
    assert_eq!(draw("x ./x x-2"), all);
    assert_eq!(draw("x ./x x-2"), all, "the same again");
}

#[test]
fn a_search_does_not_find_the_drawings_of_the_last_one() {
    let mnet = folder();
    fs::remove_dir_all(mnet.path().join("photos")).unwrap();
    for _ in 0..2 {
        mnet.run(["explain", "-m", "net", "--width", "64", "-r", ".", "-o", "maps/"]).succeeded();
        assert_eq!(drawings(&mnet, "maps"), ["maps/photo.jpg.png"]);
    }
}

#[test]
fn each_picture_of_a_sheet_says_what_it_is() {
    let mnet = folder();
    let sheet = |classes: &[&str]| {
        let args = ["explain", "photo.jpg", "-m", "net", "-o", "sheet.html", "--class"];
        mnet.run([&args[..], classes].concat()).succeeded();
        fs::read_to_string(mnet.path().join("sheet.html")).unwrap()
    };
    for classes in [&["dog"][..], &["dog", "red fox"]] {
        let html = sheet(classes);
        assert_eq!(html.matches("= bias").count(), classes.len());
        for class in classes {
            assert!(
                html.contains(&format!("alt=\"Activation map for {class} by net over photo.jpg\"")),
                "{html}"
            );
        }
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_the_next_command() {
    let mnet = folder();
    let refused = |args: &str, words: &[&str]| {
        let run = mnet.run(["explain", "-m", "net"].into_iter().chain(args.split_whitespace()));
        run.failed(2, words);
    };
    refused("photo.jpg", &["or --json for numbers", "try: mnet explain -o map.png -m net photo.jpg"]);
    refused("-r photos", &["try: mnet explain -o sheet.html -m net -r photos"]);
    refused("photo.jpg photo.jpg -o map.png", &["one figure is of one photo", "-o sheet.html"]);
    refused(
        "photo.jpg -o map.pdf",
        &["map.pdf: the name of a drawing ends in", "try: mnet explain -m net photo.jpg -o map.png"],
    );
    refused("photo.jpg -o - --json", &["both write to stdout"]);
    refused("photo.jpg -o gone/map.png", &["mkdir -p gone"]);
    refused("photo.jpg --json --class red fox", &["`red fox` is one, in quotes", "--class 'red fox'"]);
    refused("photo.jpg --json --class dogg", &["no class of this model is called `dogg`", "--class dog"]);
    refused(
        "--json --class dog photo.jpg",
        &["--class takes all words", "try: mnet explain photo.jpg -m net --json --class dog"],
    );
    refused("photo.jpg --json --model net,net", &["--model has net twice"]);
    mnet.run(["explain", "photo.jpg", "--json", "--model", "builtin,net", "--class", "tabby"])
        .failed(2, &["net: no class of this model is called `tabby`"]);
    assert!(!mnet.path().join("map.png").exists());
}

#[test]
fn groups_of_a_file_are_explained_as_one() {
    let mnet = folder();
    fs::write(mnet.path().join("g.json"), r#"{"pets": ["cat", 1], "wild things": ["red fox"]}"#).unwrap();
    let explain = |classes: &[&str]| {
        let args = ["explain", "photo.jpg", "-m", "net", "--json", "--groups", "g.json"];
        mnet.run(if classes.is_empty() { args.to_vec() } else { [&args[..], &["--class"], classes].concat() })
    };
    let lines = explain(&["@pets", "@wild-things", "0-1"]).succeeded().json();
    let of = |field: &str| lines.iter().map(|line| line[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("class"), ["@pets", "red fox", "0-1"]);
    assert_eq!(lines[0]["map"], lines[2]["map"]);
    assert_eq!(lines[0]["indices"], serde_json::json!([0, 1]));
    explain(&["@petz"])
        .failed(2, &["no group of classes is called `@petz`; similar: @pets", "--class @pets\n"]);
    explain(&["pets"]).failed(2, &["no class is called `pets`; @pets is a group", "--class @pets\n"]);
    explain(&["@wild", "things"]).failed(2, &["`@wild things` is one, in quotes"]);
    for classes in [&[][..], &["cat"]] {
        let run = explain(classes).succeeded();
        assert!(
            run.stderr.contains("--groups changes nothing here: no --class asks for a group"),
            "{}",
            run.stderr
        );
    }
    let run = mnet.run("explain photo.jpg -m net --json --groups gone --class @pets cat".split(' '));
    run.failed(2, &["gone: no such file", "try: mnet explain photo.jpg -m net --json\n"]);
}
