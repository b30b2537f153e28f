//! Pictures in zip files and in Parquet.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::support::checkpoint;
use super::{Mnet, Run, photo};

/// A folder with a small checkpoint in `model`, pictures in `photos`, and the same in a zip with columns beside them.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    let path = |name: &str| mnet.path().join(name);
    checkpoint::tiny(&path("model"), &["cat", "dog", "fox"]);
    fs::create_dir(path("photos")).unwrap();
    let mut zip = ZipWriter::new(fs::File::create(path("x.zip")).unwrap());
    let mut add = |name: &str, bytes: &[u8]| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    };
    for (name, bytes) in [
        ("1.jpg", fs::read(photo("cat_720p.jpg")).unwrap()),
        ("2.jpg", fs::read(photo("hot_dog.jpg")).unwrap()),
        ("3.jpg", b"no picture".to_vec()),
    ] {
        fs::write(path("photos").join(name), &bytes).unwrap();
        add(name, &bytes);
    }
    add("1.cls", b"2");
    add("2.json", br#"{"cls": 0}"#);
    zip.finish().unwrap();
    for name in ["datasets", "snappy", "two", "brotli"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/parquet").join(name);
        fs::copy(golden.with_extension("parquet"), path(name).with_extension("parquet")).unwrap();
    }
    mnet
}

fn classify(mnet: &Mnet, words: &str) -> Run {
    let words = words.split_whitespace();
    mnet.run(["classify", "--model", "model", "--json", "--exit-zero"].into_iter().chain(words))
}

/// Of each record what it says about the picture.
fn outcomes(run: &Run) -> Vec<Value> {
    run.json().into_iter().map(|line| json!([line["top"], line["error"]])).collect()
}

fn column(run: &Run, name: &str) -> Vec<Value> {
    run.json().into_iter().map(|line| line[name].clone()).collect()
}

#[test]
fn members_of_a_zip_have_the_answers_of_files() {
    let mnet = folder();
    let zip = classify(&mnet, "x.zip").succeeded();
    assert_eq!(column(&zip, "path"), ["x.zip/1.jpg", "x.zip/2.jpg", "x.zip/3.jpg"]);
    assert_eq!(outcomes(&zip), outcomes(&classify(&mnet, "-r photos").succeeded()));
    let kept = column(&classify(&mnet, "x.zip --keep cls").succeeded(), "kept");
    assert_eq!(kept, [json!({"cls": 2}), json!({"cls": 0}), json!({"cls": null})]);
    let one = classify(&mnet, "x.zip/2.jpg").succeeded();
    assert_eq!(outcomes(&one), outcomes(&zip)[1..2]);
}

#[test]
fn a_torn_zip_yields_what_came_before_and_one_error() {
    let mnet = folder();
    let whole = fs::read(mnet.path().join("x.zip")).unwrap();
    let second = whole.windows(5).position(|window| window == b"2.jpg").unwrap();
    fs::write(mnet.path().join("x.zip"), &whole[..second + 1000]).unwrap();
    let run = classify(&mnet, "x.zip").succeeded();
    let shown = mnet
        .run("classify x.zip --model model".split(' '))
        .failed(1, &["x.zip: ends early, within a member"]);
    assert!(shown.stderr.contains("  try: copy it, or download it, again\n"), "{}", shown.stderr);
    let paths = column(&run, "path");
    assert_eq!(paths[0], "x.zip/1.jpg");
    assert_eq!(paths.last().unwrap(), "x.zip");
    assert!(run.json()[0]["top"].is_array());
    assert_eq!(
        column(&run, "error").iter().filter(|error| error["message"].is_string()).count(),
        paths.len() - 1
    );
}

#[test]
fn rows_of_a_table_are_named_and_keep_their_columns() {
    let mnet = folder();
    let run = classify(&mnet, "datasets.parquet --keep label,caption").succeeded();
    assert_eq!(column(&run, "path"), [0, 1, 2].map(|row| format!("datasets.parquet/{row}.png")));
    assert!(run.json().iter().all(|line| line["top"].is_array() && line["width"] == 2), "{}", run.stdout);
    let kept = [json!([1, "a"]), json!([0, null]), json!([1, "c"])];
    let found = column(&run, "kept").into_iter().map(|kept| json!([kept["label"], kept["caption"]]));
    assert_eq!(found.collect::<Vec<_>>(), kept);
    let embedded = mnet.run("embed datasets.parquet --model model --json".split(' ')).succeeded();
    assert_eq!(embedded.json().len(), 3);
}

#[test]
fn a_table_that_cannot_be_read_is_one_error_that_says_why() {
    let mnet = folder();
    let whole = fs::read(mnet.path().join("datasets.parquet")).unwrap();
    fs::write(mnet.path().join("torn.parquet"), &whole[..whole.len() - 9]).unwrap();
    for (words, expected) in [
        ("torn.parquet", "ends early: its footer is missing"),
        ("two.parquet", "--image-column"),
        ("snappy.parquet --image-column photo", "image"),
        ("snappy.parquet --keep label", "has no column called `label`; it has image"),
        ("brotli.parquet", "brotli"),
    ] {
        let run = classify(&mnet, words).succeeded();
        let errors = column(&run, "error");
        assert_eq!(errors.len(), 1, "{words}: {}", run.stdout);
        let message = errors[0]["message"].as_str().unwrap();
        assert!(message.to_lowercase().contains(&expected.to_lowercase()), "{words}: {message}");
    }
}

#[test]
fn a_table_of_another_codec_is_compressed_again() {
    let mnet = folder();
    for (input, again) in [("brotli.parquet", "brotli-2.parquet"), ("brotli.parquet/3", "brotli-2.parquet/3")]
    {
        let run = mnet.run(["classify", input, "--model", "model"]).failed(1, &["is compressed with BROTLI"]);
        let expected = format!(
            "  try: duckdb -c \"COPY 'brotli.parquet' TO 'brotli-2.parquet' (COMPRESSION zstd)\" && \
             mnet classify {again} --model model\n"
        );
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
}

#[test]
fn shares_of_zip_and_parquet_are_disjoint_and_complete() {
    let mnet = folder();
    for file in ["x.zip", "snappy.parquet", "datasets.parquet"] {
        let names = |words: &str| {
            let run = classify(&mnet, &format!("{file} {words}")).succeeded();
            run.json().iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let whole = names("");
        let mut shares: Vec<_> = (0..7).flat_map(|index| names(&format!("--shard {index}/7"))).collect();
        shares.sort();
        assert!(whole.len() > 2 && whole.is_sorted());
        assert_eq!(shares, whole, "{file}");
    }
}

#[test]
fn a_search_that_passes_by_such_files_says_how_to_take_them() {
    let mnet = folder();
    fs::create_dir(mnet.path().join("shards")).unwrap();
    fs::rename(mnet.path().join("x.zip"), mnet.path().join("shards/x.zip")).unwrap();
    let run = classify(&mnet, "-r shards").succeeded();
    let expected = "no pictures found; shards/x.zip holds many: --glob '*.zip' takes such files\n";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert_eq!(classify(&mnet, "-r shards --glob *.zip").succeeded().json().len(), 3);
    fs::rename(mnet.path().join("shards/x.zip"), mnet.path().join("shards/x.tar.gz")).unwrap();
    let run = classify(&mnet, "-r shards").succeeded();
    assert!(run.stderr.contains("--glob '*.tar.gz' takes such files\n"), "{}", run.stderr);
}

#[test]
fn a_column_of_pictures_that_no_input_has_is_noted() {
    let mnet = folder();
    let note = "--image-column changes nothing here";
    let of = |input: &str| classify(&mnet, &format!("{input} --image-column image")).succeeded().stderr;
    assert!(of("x.zip").contains(note) && !of("datasets.parquet").contains(note));
}

#[test]
fn a_map_of_a_member_with_a_long_name_has_a_shorter_one() {
    let mnet = folder();
    let mut zip = ZipWriter::new(fs::File::create(mnet.path().join("long.zip")).unwrap());
    for name in [format!("{}.jpg", "x".repeat(300)), "1.jpg".to_owned()] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(photo("hot_dog.jpg")).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    mnet.run("explain long.zip --model model -o maps/".split(' ')).succeeded();
    let names = fs::read_dir(mnet.path().join("maps/long.zip")).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() == 2 && names[0] == "1.jpg.png" && names[1].starts_with("xxxx"), "{names:?}");
}
