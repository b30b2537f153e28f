//! Rows of a Parquet file that all have the same name, and are different pictures.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::support::checkpoint;
use super::{Mnet, Run, photo};

/// Writes `columns` of one type, in which every row has a value or null.
fn write(file: &Path, schema: &str, columns: &[Vec<Option<Vec<u8>>>]) {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let settings = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(fs::File::create(file).unwrap(), schema, settings).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in columns {
        let levels: Vec<i16> = values.iter().map(|value| value.is_some().into()).collect();
        let values: Vec<_> = values.iter().flatten().map(|value| ByteArray::from(value.clone())).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

fn picture(name: &str) -> Vec<u8> {
    fs::read(photo(name)).unwrap()
}

/// A folder with a small checkpoint in `model`, and these pictures under one name in `same.parquet`.
fn folder(pictures: Vec<Option<Vec<u8>>>) -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("model"), &["cat", "dog", "fox"]);
    let schema = "message m { required group image { optional binary bytes; optional binary path (UTF8); } }";
    let names = vec![Some(b"same.jpg".to_vec()); pictures.len()];
    write(&mnet.path().join("same.parquet"), schema, &[pictures, names]);
    mnet
}

fn embed(mnet: &Mnet, words: &str) -> Run {
    mnet.run(["embed", "--model", "model"].into_iter().chain(words.split(' '))).succeeded()
}

fn paths(run: &Run) -> Vec<&str> {
    run.stdout.lines().map(|line| line.split('\t').next().unwrap()).collect()
}

#[test]
fn a_search_finds_the_others_of_the_same_name() {
    let mnet = folder(vec![
        Some(picture("cat_720p.jpg")),
        Some(picture("hot_dog.jpg")),
        Some(picture("cat_720p.jpg")),
    ]);
    let near = "--near ./same.parquet/same.jpg";
    let note = "2 pictures have the name of an earlier one, such as same.parquet/same.jpg: such a name means the \
                first of them\n";
    let run = embed(&mnet, &format!("same.parquet {near}"));
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let found: Vec<_> = run.stdout.lines().collect();
    assert_eq!(found.len(), 2, "{}", run.stdout);
    assert_eq!(found[0], "same.parquet/same.jpg\t1.0000");
    embed(&mnet, "same.parquet -o saved.npy");
    assert_eq!(embed(&mnet, &format!("--embeddings saved.npy {near}")).stdout, run.stdout);
    // The name gives the first picture, so the others are not shown as that.
    embed(&mnet, &format!("same.parquet {near} -o page.html"));
    let page = fs::read_to_string(mnet.path().join("page.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 1);
    assert_eq!(page.matches("this is not the first of them").count(), 2);
}

#[test]
fn a_photo_is_read_from_the_column_that_was_asked_for() {
    let mnet = folder(vec![]);
    let pictures = || vec![Some(picture("cat_720p.jpg")), Some(picture("hot_dog.jpg"))];
    let schema = "message m { optional binary image; optional binary thumb; }";
    write(&mnet.path().join("two.parquet"), schema, &[pictures(), pictures()]);
    let near = "two.parquet --image-column thumb --near two.parquet/0";
    assert_eq!(paths(&embed(&mnet, near)), ["two.parquet/1"]);
    embed(&mnet, &format!("{near} -o page.html"));
    let page = fs::read_to_string(mnet.path().join("page.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 2);
}

#[test]
fn a_run_that_is_resumed_asks_only_the_row_that_failed() {
    let [cat, dog] = ["cat_720p.jpg", "hot_dog.jpg"].map(|name| Some(picture(name)));
    for failed in 0..3 {
        let mut pictures = vec![cat.clone(), dog.clone()];
        pictures.insert(failed, None);
        let mnet = folder(pictures);
        let run = |words: &str| {
            let words = words.split(' ');
            mnet.run(["classify", "same.parquet", "--model", "model", "-k", "1"].into_iter().chain(words))
        };
        for file in ["a.jsonl", "a.csv"] {
            run(&format!("-o {file}")).failed(1, &["1 of 3 pictures failed"]);
            run(&format!("--resume {file}")).failed(1, &["already has the answers to"]);
            let text = fs::read_to_string(mnet.path().join(file)).unwrap();
            let records = text.lines().filter(|line| line.contains("same.parquet/same.jpg"));
            let answers: Vec<_> = records.filter(|line| !line.contains("no bytes")).collect();
            assert!(answers.len() == 2 && answers[0] != answers[1], "{file}, row {failed}: {text}");
        }
    }
}
