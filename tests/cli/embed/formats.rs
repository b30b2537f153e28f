//! The content of each format.

use std::fs;

use super::{embed, folder, length, values};

#[test]
fn json_lines_have_the_embedding_and_what_it_is() {
    let mnet = folder();
    let run = embed(&mnet, &["a.jpg", "gone.jpg", "b.jpg", "c.jpg"]).failed(1, &["1 of 4 pictures failed"]);
    let lines = run.json();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        (&lines[0]["path"], &lines[0]["model"], &lines[0]["res"]),
        (&"a.jpg".into(), &"net".into(), &32.into())
    );
    assert_eq!((&lines[0]["layer"], &lines[0]["normalised"]), (&"pre-logits".into(), &false.into()));
    assert_eq!((&lines[1]["error"]["kind"], lines[1].get("embedding")), (&"io".into(), None));
    let [first, other, same] = [0, 2, 3].map(|line| values(&lines[line]));
    assert_eq!(first.len(), 1280);
    assert!(first == same && first != other && length(&first) > 0.0);
}

#[test]
fn a_normalised_embedding_has_length_one_and_the_same_direction() {
    let mnet = folder();
    let raw = values(&embed(&mnet, &["a.jpg"]).succeeded().json()[0]);
    for flag in ["--normalise", "--normalize"] {
        let line = &embed(&mnet, &["a.jpg", flag]).succeeded().json()[0];
        assert_eq!(line["normalised"], true);
        let unit = values(line);
        assert!((length(&unit) - 1.0).abs() < 1e-6);
        let scale = length(&raw);
        assert!(raw.iter().zip(&unit).all(|(raw, unit)| (raw / scale - unit).abs() < 1e-6));
    }
}

/// Logits are linear in the embedding: applying the classifier of the weights file by hand gives them.
#[test]
fn the_classifier_turns_the_embedding_into_the_logits() {
    let mnet = folder();
    let features = values(&embed(&mnet, &["b.jpg"]).succeeded().json()[0]);
    let run = mnet.run(["classify", "--model", "net", "--json", "--logits", "b.jpg"]).succeeded();
    let bytes = fs::read(mnet.path().join("net/model.safetensors")).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let tensor = |name: &str| -> Vec<f32> {
        let view = file.tensor(name).unwrap();
        view.data().as_chunks().0.iter().map(|&chunk| f32::from_le_bytes(chunk)).collect()
    };
    let (weight, bias) = (tensor("classifier.weight"), tensor("classifier.bias"));
    let logits = run.json()[0]["logits"].as_array().unwrap().clone();
    for ((row, bias), logit) in weight.chunks(features.len()).zip(bias).zip(logits) {
        let dot: f64 = row.iter().zip(&features).map(|(weight, value)| f64::from(*weight) * value).sum();
        let logit = logit.as_f64().unwrap();
        assert!((dot + f64::from(bias) - logit).abs() < 1e-4 * length(&features), "{dot} {logit}");
    }
}

#[test]
fn text_is_a_line_per_picture() {
    let mnet = folder();
    let run = embed(&mnet, &["--format", "text", "a.jpg", "gone.jpg"]).failed(1, &["gone.jpg: no such file"]);
    assert!(
        run.stdout.starts_with("a.jpg\t1280 values\tlength ") && run.stdout.ends_with(" …\n"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.lines().count(), 1);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_a_list_of_floats_and_the_model() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::RowAccessor;
    let mnet = folder();
    embed(&mnet, &["a.jpg", "gone.jpg", "-o", "e.parquet"]).failed(1, &["1 of 2"]);
    let reader = SerializedFileReader::new(fs::File::open(mnet.path().join("e.parquet")).unwrap()).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
    assert!(
        metadata.iter().any(|pair| pair.key == "mnet" && pair.value.as_ref().unwrap().contains("\"net\""))
    );
    let rows: Vec<_> = reader.into_iter().map(Result::unwrap).collect();
    assert_eq!(rows[0].get_list(4).unwrap().len(), 1280);
    assert_eq!(rows[1].get_group(5).unwrap().get_string(0).unwrap(), "io");
    // `-o` replaces only a file of embeddings.
    embed(&mnet, &["b.jpg", "-o", "e.parquet"]).succeeded();
    let labels = ["classify", "--model", "net", "a.jpg", "-o", "e.parquet"];
    mnet.run(labels).failed(2, &["e.parquet: holds embeddings; answers would replace it"]);
}
