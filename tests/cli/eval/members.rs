//! Pictures and labels in one file: a tar, or a table.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{CLASSES, eval, figures, lasting, world};
use crate::support::tars::{END, member, tar};
use crate::{Mnet, Run};

/// The pictures of [`world`] as members of a tar, each after the members that `beside` makes for its class.
fn members(mnet: &Mnet, beside: impl Fn(&str, usize, &str) -> Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let mut bytes = vec![];
    for (index, class) in CLASSES.iter().enumerate() {
        for number in 0..2 {
            let picture = fs::read(mnet.path().join(format!("photos/{class}/{number}.ppm"))).unwrap();
            let key = format!("{index}{number}");
            for (name, content) in beside(&key, index, class) {
                bytes.extend(member(&name, &content));
            }
            bytes.extend(member(&format!("{key}.ppm"), &picture));
        }
    }
    bytes
}

/// The same with the labels as the index of the class in `.cls`.
fn with_indices(mnet: &Mnet) -> Vec<u8> {
    members(mnet, |key, index, _| vec![(format!("{key}.cls"), index.to_string().into_bytes())])
}

fn write(mnet: &Mnet, name: &str, members: &[u8]) {
    fs::write(mnet.path().join(name), [members, &END].concat()).unwrap();
}

/// Figures without what the labels were read as.
fn counts(mnet: &Mnet, arguments: &str) -> Value {
    let mut figures = lasting(figures(mnet, arguments));
    figures.as_object_mut().unwrap().remove("truth");
    figures
}

#[test]
fn a_tar_has_the_figures_of_its_pictures() {
    let mnet = world();
    write(&mnet, "x.tar", &with_indices(&mnet));
    let expected = counts(&mnet, "photos --per-class");
    assert_eq!(counts(&mnet, "x.tar --per-class"), expected);
    // The kept answers have the names of members, and the same figures.
    assert_eq!(counts(&mnet, "x.tar --per-class -o kept.jsonl"), expected);
    let run = mnet.run("eval x.tar --json --per-class --records kept.jsonl".split(' ')).succeeded();
    let mut by_records = lasting(run.json().remove(0));
    by_records.as_object_mut().unwrap().remove("truth");
    assert_eq!(by_records, expected);
    let kept = fs::read_to_string(mnet.path().join("kept.jsonl")).unwrap();
    assert!(kept.starts_with(r#"{"path":"x.tar/00.ppm""#) && !kept.contains("\"kept\""), "{kept}");
    // Each model reads the file once more.
    let grid = |data: &str| {
        let lines = eval(&mnet, &format!("{data} --res 32,64 --json")).succeeded().json();
        let pairs = |line: &Value| (line["top1"].clone(), line["p"].clone());
        lines.iter().map(pairs).collect::<Vec<_>>()
    };
    assert_eq!(grid("x.tar"), grid("photos"));
}

/// Zips whose folders are those of a wrong class, with the right labels beside the pictures.
#[test]
fn labels_in_a_zip_come_before_its_folders() {
    let mnet = world();
    let expected = counts(&mnet, "photos");
    for ending in ["cls", "json"] {
        let mut zip = ZipWriter::new(fs::File::create(mnet.path().join("x.zip")).unwrap());
        let mut add = |name: String, bytes: &[u8]| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        };
        for (index, class) in CLASSES.iter().enumerate() {
            let folder = CLASSES[(index + 1) % CLASSES.len()];
            for number in 0..2 {
                let picture = fs::read(mnet.path().join(format!("photos/{class}/{number}.ppm"))).unwrap();
                add(format!("{folder}/{number}.ppm"), &picture);
                let label =
                    if ending == "cls" { index.to_string() } else { format!(r#"{{"cls": {index}}}"#) };
                add(format!("{folder}/{number}.{ending}"), label.as_bytes());
            }
        }
        zip.finish().unwrap();
        let mut found = counts(&mnet, "x.zip");
        assert_eq!(found["top1"], expected["top1"], "{ending}");
        assert_eq!(found["pictures"].take(), 14);
    }
}

#[test]
fn labels_are_words_in_json_and_shards_are_several() {
    let mnet = world();
    let json = |key: &str, _: usize, class: &str| {
        vec![(format!("{key}.json"), format!(r#"{{"label": "{class}", "breed": "x"}}"#).into_bytes())]
    };
    let all = members(&mnet, json);
    write(&mnet, "x.tar", &all);
    let expected = lasting(figures(&mnet, "photos"));
    assert_eq!(lasting(figures(&mnet, "x.tar")), expected);
    // A picture of three blocks of JSON and header, and eleven of its own.
    let one = all.len() / 14;
    write(&mnet, "x-0.tar", &all[..5 * one]);
    write(&mnet, "x-1.tar", &all[5 * one..]);
    assert_eq!(lasting(figures(&mnet, "x-0.tar x-1.tar")), expected);
    eval(&mnet, "x-0.tar photos").failed(
        2,
        &["photos: only tar, zip and Parquet files can be several", "try: mnet eval --model net -q photos\n"],
    );
}

#[test]
fn two_columns_of_labels_have_to_agree() {
    let mnet = world();
    let both = |wrong: usize| {
        members(&mnet, move |key, index, _| {
            let other = index + usize::from(key == "31") * wrong;
            let json = format!(r#"{{"label": {other}}}"#).into_bytes();
            vec![(format!("{key}.cls"), index.to_string().into_bytes()), (format!("{key}.json"), json)]
        })
    };
    write(&mnet, "same.tar", &both(0));
    write(&mnet, "x.tar", &both(1));
    let expected = counts(&mnet, "photos");
    assert_eq!(counts(&mnet, "same.tar"), expected);
    eval(&mnet, "x.tar").failed(
        2,
        &[
            "x.tar: x.tar/31.ppm has two labels: `4` in label, and `3` in cls",
            "try: --label-column label, or --label-column cls\n",
        ],
    );
    assert_eq!(counts(&mnet, "x.tar --label-column cls"), expected);
    eval(&mnet, "x.tar --label-column breed")
        .failed(2, &["x.tar: no picture in it has a label in the column breed"]);
}

#[test]
fn pictures_without_labels_are_left_out_and_named() {
    let mnet = world();
    let some = members(&mnet, |key, index, _| {
        let label = (key != "00").then(|| (format!("{key}.cls"), index.to_string().into_bytes()));
        label.into_iter().collect()
    });
    write(&mnet, "x.tar", &some);
    let run = mnet.run("eval --model net --json x.tar".split(' ')).succeeded();
    assert!(
        run.stderr.contains("left out, because they have no label: 1 picture: x.tar/00.ppm\n"),
        "{}",
        run.stderr
    );
    assert_eq!(run.json()[0]["pictures"], 13);
    write(&mnet, "none.tar", &members(&mnet, |_, _, _| vec![]));
    eval(&mnet, "none.tar").failed(
        2,
        &[
            "none.tar: no picture in it has a label: neither a column (label, labels,",
            "try: --label-column NAME",
        ],
    );
}

#[test]
fn folders_in_a_tar_are_classes() {
    let mnet = world();
    let mut bytes = member("photos/readme.txt", b"x");
    for class in CLASSES {
        for number in 0..2 {
            let path = format!("photos/{class}/{number}.ppm");
            bytes.extend(member(&path, &fs::read(mnet.path().join(&path)).unwrap()));
        }
    }
    write(&mnet, "x.tar", &bytes);
    assert_eq!(lasting(figures(&mnet, "x.tar")), lasting(figures(&mnet, "photos")));
    let run = mnet.run("eval --model net --json x.tar".split(' ')).succeeded();
    assert!(run.stderr.contains("x.tar: labels are the names of its folders\n"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_read_has_failed() {
    let mnet = world();
    let all = with_indices(&mnet);
    // Within the last picture, and after the headers of the one before.
    fs::write(mnet.path().join("cut.tar"), &all[..all.len() - 1000]).unwrap();
    let run = eval(&mnet, "cut.tar --json").failed(1, &["cut.tar: ends early"]);
    let figures = &run.json()[0];
    assert_eq!(figures["answered"], 13, "{figures}");
    write(&mnet, "next.tar", &with_indices(&mnet));
    // The damage of one shard costs no picture of the next.
    let run = eval(&mnet, "cut.tar next.tar --json").failed(1, &["cut.tar: ends early"]);
    assert_eq!(run.json()[0]["answered"], 13 + 14);
    let bad = [member("1.ppm", b"no picture"), member("1.cls", b"3"), all].concat();
    write(&mnet, "bad.tar", &bad);
    let run = eval(&mnet, "bad.tar --json").failed(1, &["bad.tar/1.ppm: not an image"]);
    assert_eq!([&run.json()[0]["answered"], &run.json()[0]["failed"]], [14, 1]);
    eval(&mnet, "gone.tar").failed(2, &["gone.tar: no such file"]);
    fs::write(mnet.path().join("empty.tar"), END).unwrap();
    eval(&mnet, "empty.tar").failed(2, &["empty.tar: it holds no pictures"]);
}

#[test]
fn a_stream_cannot_be_read_twice() {
    let mnet = world();
    let whole = [&with_indices(&mnet)[..], &END].concat();
    let mut command = mnet.command("eval --model net -".split(' '));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = Write::write_all(&mut child.stdin.take().unwrap(), &whole);
    let run = Run::from(child.wait_with_output().unwrap());
    run.failed(
        2,
        &[
            "-: is a tar; it has to be a file,",
            "try: cat > pictures.tar && mnet eval --model net pictures.tar\n",
        ],
    );
    fs::write(mnet.path().join("shard"), &whole).unwrap();
    let tried = "try: mv shard shard.tar && mnet eval --model net -q shard.tar\n";
    eval(&mnet, "shard").failed(2, &["shard: is a tar; its name has to end in .tar\n", tried]);
    #[cfg(unix)]
    {
        let made = std::process::Command::new("mkfifo").arg(mnet.path().join("pipe.tar")).status().unwrap();
        assert!(made.success());
        eval(&mnet, "pipe.tar").failed(2, &["pipe.tar: is a pipe or a device; it has to be read twice"]);
    }
}

#[test]
fn flags_for_lists_and_for_files_of_pictures_are_told_apart() {
    let mnet = world();
    write(&mnet, "x.tar", &with_indices(&mnet));
    let run = mnet.run("eval --model net photos --label-column cls".split(' ')).succeeded();
    assert!(run.stderr.contains("--label-column changes nothing here: photos is no tar"), "{}", run.stderr);
    let run = mnet.run("eval --model net x.tar --root photos".split(' ')).succeeded();
    assert!(run.stderr.contains("--root changes nothing here"), "{}", run.stderr);
    eval(&mnet, "x.tar --columns image,cls")
        .failed(2, &["try: mnet eval --model net -q x.tar --label-column cls\n"]);
    let tar = tar(&[("1.ppm", b"x"), ("1.json", br#"{"label": {"id": 3}}"#)]);
    fs::write(mnet.path().join("y.tar"), tar).unwrap();
    eval(&mnet, "y.tar --label-column label")
        .failed(2, &["y.tar: the column label of y.tar/1.ppm is an object, not a label"]);
}

#[test]
fn a_temperature_is_found_in_a_tar() {
    let mnet = world();
    write(&mnet, "x.tar", &with_indices(&mnet));
    let run = mnet.run("eval --model net x.tar --calibrate t.json --json".split(' '));
    assert!(run.code == 0 || run.stderr.contains("no temperature found"), "{}", run.stderr);
    assert_eq!(run.json()[0]["answered"], 14);
}

#[cfg(feature = "parquet")]
mod table {
    use std::sync::Arc;

    use ::parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use ::parquet::file::metadata::KeyValue;
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    use super::*;

    const SCHEMA: &str = "message schema {
        optional group image { optional binary bytes; optional binary path (STRING); }
        optional int64 label;
    }";

    /// The pictures of [`world`] as `datasets` writes them: rows whose numbers stand for the classes called `names`.
    fn table(mnet: &Mnet, names: &[&str]) -> Vec<u8> {
        let pictures =
            CLASSES.iter().flat_map(|class| (0..2).map(move |number| format!("photos/{class}/{number}.ppm")));
        let pictures: Vec<_> = pictures.map(|path| fs::read(mnet.path().join(path)).unwrap()).collect();
        let label =
            |row: usize| names.iter().position(|name| *name == CLASSES[row / 2]).unwrap_or(row / 2) as i64;
        let features = serde_json::json!({"info": {"features": {
            "image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"},
        }}});
        let about = KeyValue::new("huggingface".to_owned(), features.to_string());
        let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![about])).build();
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let mut file = SerializedFileWriter::new(vec![], schema, Arc::new(properties)).unwrap();
        let mut group = file.next_row_group().unwrap();
        let bytes: Vec<_> = pictures.iter().map(|bytes| ByteArray::from(bytes.clone())).collect();
        let paths: Vec<_> = (0..14).map(|row| ByteArray::from(format!("{row}.ppm").as_str())).collect();
        for (values, level) in [(bytes, 2), (paths, 2)] {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&values, Some(&[level; 14]), None).unwrap();
            column.close().unwrap();
        }
        let labels: Vec<_> = (0..14).map(label).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&labels, Some(&[1; 14]), None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        file.into_inner().unwrap()
    }

    #[test]
    fn numbers_stand_for_the_names_of_classes() {
        let mnet = world();
        let expected = lasting(figures(&mnet, "photos"));
        // In another order than that of the model.
        let mut names = CLASSES;
        names.reverse();
        fs::write(mnet.path().join("x.parquet"), table(&mnet, &names)).unwrap();
        assert_eq!(lasting(figures(&mnet, "x.parquet")), expected);
        assert_ne!(figures(&mnet, "x.parquet --truth index")["top1"]["right"], Value::Null);
        // As many classes with other names.
        let others = ["Ameise", "Biene", "Katze", "Hund", "Aal", "Fuchs", "Antilope"];
        fs::write(mnet.path().join("y.parquet"), table(&mnet, &others)).unwrap();
        let run = mnet.run("eval --model net y.parquet --json".split(' ')).succeeded();
        assert!(run.stderr.contains("net: the numbers of the data are its classes"), "{}", run.stderr);
        assert_eq!([&run.json()[0]["top1"], &run.json()[0]["truth"]], [&expected["top1"], &"indices".into()]);
        // More of them: the numbers cannot be those of the model.
        let more = [&others[..], &["Qualle"]].concat();
        fs::write(mnet.path().join("z.parquet"), table(&mnet, &more)).unwrap();
        eval(&mnet, "z.parquet").failed(2, &["net has no class for 7 labels: `Ameise` (2 pictures"]);
        eval(&mnet, "x.parquet y.parquet")
            .failed(2, &["y.parquet: the numbers in label stand for other classes"]);
        eval(&mnet, "x.parquet --label-column breed").failed(2, &["x.parquet: has no column called `breed`"]);
    }
}
