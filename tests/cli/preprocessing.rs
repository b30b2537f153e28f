//! Flags that replace the checkpoint's preprocessing.

use std::fs;

use image::{Rgb, RgbImage};
use serde_json::json;

use super::Mnet;
use super::support::checkpoint;

/// A checkpoint whose processor is `size` and `crop_size`, and a picture.
fn prepare(mnet: &Mnet, name: &str, size: &serde_json::Value, crop: u32) {
    let folder = mnet.path().join(name);
    checkpoint::tiny(&folder, &["a", "b", "c"]);
    let processor = json!({"size": size, "crop_size": {"height": crop, "width": crop}, "resample": 2});
    fs::write(folder.join("preprocessor_config.json"), processor.to_string()).unwrap();
    let picture = RgbImage::from_fn(90, 70, |x, y| Rgb([(x * 2) as u8, (y * 3) as u8, (x * y) as u8]));
    picture.save(mnet.path().join("a.bmp")).unwrap();
}

/// The answer as JSON, without its times, and the notes.
fn classify(mnet: &Mnet, model: &str, flags: &[&str]) -> (serde_json::Value, String) {
    let run = mnet.run([&["classify", "a.bmp", "--json", "--logits", "--model", model], flags].concat());
    let run = run.succeeded();
    (run.json()[0]["logits"].clone(), run.stderr)
}

/// A flag gives the same logits as the same words in a configuration.
#[test]
fn flags_replace_what_the_checkpoint_says() {
    let mnet = Mnet::new();
    prepare(&mnet, "plain", &json!({"shortest_edge": 40}), 32);
    prepare(&mnet, "edge", &json!({"shortest_edge": 57}), 32);
    prepare(&mnet, "exact", &json!({"height": 32, "width": 48}), 32);
    prepare(&mnet, "small", &json!({"shortest_edge": 57}), 48);
    let (plain, _) = classify(&mnet, "plain", &[]);
    for (twin, flags, words) in [
        (
            "edge",
            &["--resize", "57"][..],
            "model plain at 32 px (shortest edge 57 bilinear, centre crop 32; mean 0.5",
        ),
        (
            "exact",
            &["--resize", "48x32", "--res", "32"],
            "(48 x 32 bilinear, centre crop 32; mean 0.5, std 0.5)",
        ),
        ("small", &["--resize", "57", "--res", "48"], "model plain at 48 px (shortest edge 57 bilinear"),
    ] {
        let (ours, notes) = classify(&mnet, "plain", flags);
        assert_ne!(ours, plain, "{flags:?}");
        assert_eq!(ours, classify(&mnet, twin, &[]).0, "{flags:?}");
        assert!(notes.contains(words), "{words} is not in {notes}");
    }
    for (flags, words) in [
        (&["--interpolation", "lanczos"][..], "shortest edge 40 lanczos"),
        (&["--mean", "0.485,0.456,0.406", "--std", "0.25"], "mean 0.485 0.456 0.406, std 0.25)"),
        (&["--mean", "-1"], "mean -1, std 0.5)"),
        (&["--crop-pct", "0.5"], "shortest edge 64 bilinear, centre crop 32;"),
        (&["--resize", "none"], "not resized, centre crop 32;"),
        (&["--resize", "20", "--res", "32"], "shortest edge 20 bilinear, centre crop 32, black borders;"),
        // Both sides are those of the input, as in Resize((32, 48)).
        (&["--resize", "48x32"], "model plain at 48 x 32 px (48 x 32 bilinear, centre crop 48 x 32;"),
    ] {
        let (ours, notes) = classify(&mnet, "plain", flags);
        assert_ne!(ours, plain, "{flags:?}");
        assert!(notes.contains(words), "{words} is not in {notes}");
    }
    assert_eq!(classify(&mnet, "plain", &["--resize", "40"]).0, plain);
    mnet.run(["classify", "a.bmp", "--model", "plain", "--resize", "20"])
        .failed(2, &["pictures of 20 px do not fill the crop of 32 px", "try: --res 20 as well"]);
}

#[test]
fn values_that_make_no_sense_are_refused_with_one_that_works() {
    let mnet = Mnet::new();
    for (flags, words) in [
        (["--resize", "0"], "--resize 232"),
        (["--resize", "big"], "--resize 232"),
        (["--crop-pct", "87.5"], "--crop-pct 0.875"),
        (["--interpolation", "cubic"], "bicubic"),
        (["--mean", "1,2"], "--mean 0.485,0.456,0.406"),
        (["--mean", "123.675,116.28,103.53"], "these are of values of 0 to 255"),
        (["--std", "58.395,57.12,57.375"], "these are of values of 0 to 255"),
        (["--std", "-1"], "one positive number"),
        (["--std", "0"], "--std 0.229,0.224,0.225"),
    ] {
        mnet.run([&["classify", "a.bmp"], &flags[..]].concat()).failed(2, &[flags[0], words]);
    }
    mnet.run(["classify", "a.bmp", "--resize", "9", "--crop-pct", "1"])
        .failed(2, &["cannot be used together"]);
}
