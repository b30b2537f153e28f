//! Files of labelled pictures that are called something else, or cannot be read as they are: the command that is tried gives figures.

use std::fs;
use std::io::Write;
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::whole_files::{labelled, put, tried, typed};
use super::{CLASSES, eval, world};
use crate::Mnet;
use crate::support::tars::{END, member};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn whole(mnet: &Mnet) -> Vec<u8> {
    [&labelled(mnet)[..], &END].concat()
}

fn zip(mnet: &Mnet) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(vec![]));
    for (index, class) in CLASSES.iter().enumerate() {
        let picture = fs::read(mnet.path().join(format!("photos/{class}/0.ppm"))).unwrap();
        for (name, content) in [("ppm", picture), ("cls", index.to_string().into_bytes())] {
            zip.start_file(format!("{index}.{name}"), SimpleFileOptions::default()).unwrap();
            zip.write_all(&content).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// Pictures and labels in an order that is not that of their names.
fn apart(mnet: &Mnet) -> Vec<u8> {
    let pictures = CLASSES.iter().enumerate().flat_map(|(index, class)| {
        let picture = fs::read(mnet.path().join(format!("photos/{class}/0.ppm"))).unwrap();
        member(&format!("{index}.ppm"), &picture)
    });
    let labels =
        (0..CLASSES.len()).flat_map(|index| member(&format!("{index}.cls"), index.to_string().as_bytes()));
    pictures.chain(labels).chain(END).collect()
}

#[test]
fn a_compressed_tar_under_another_name_is_a_tar() {
    let mnet = world();
    for compress in [gzip, zstd] {
        put(&mnet, "g.dat", &compress(&whole(&mnet)));
        let command = tried(eval(&mnet, "g.dat"), "g.dat: is a tar; its name has to end in .tar\n");
        assert_eq!(command, "mv g.dat g.dat.tar && mnet eval --model net -q g.dat.tar");
        typed(&mnet, &command, b"").succeeded();
        fs::remove_file(mnet.path().join("g.dat.tar")).unwrap();
        let run = typed(&mnet, "mnet eval --model net -", &compress(&whole(&mnet)));
        let command = tried(run, "-: is a tar; it has to be a file");
        assert_eq!(command, "cat > pictures.tar && mnet eval --model net pictures.tar");
        put(&mnet, "g.dat", &compress(b"no tar"));
        eval(&mnet, "g.dat").failed(2, &["g.dat: it is not text"]);
    }
}

#[test]
fn files_of_another_kind_than_their_names_say_are_renamed() {
    let mnet = world();
    for (name, content, said, ending) in [
        ("x.zip", whole(&mnet), "is not a zip: a tar archive", "tar"),
        ("x.zip", gzip(&whole(&mnet)), "is not a zip: gzip data", "tar"),
        ("x.tar", zip(&mnet), "is not a tar: a ZIP archive", "zip"),
    ] {
        put(&mnet, name, &content);
        let command = tried(eval(&mnet, name), &format!("{name}: {said}"));
        let new = format!("{name}.{ending}");
        assert_eq!(command, format!("mv {name} {new} && mnet eval --model net -q {new}"));
        typed(&mnet, &command, b"").succeeded();
        fs::remove_file(mnet.path().join(new)).unwrap();
    }
    put(&mnet, "x.tar", b"\xfd7zXZ\0\0");
    let command = tried(eval(&mnet, "x.tar"), "x.tar: is xz data");
    assert_eq!(command, "xz -dc x.tar > x.tar.tar && mnet eval --model net -q x.tar.tar");
    put(&mnet, "x.zip", &gzip(b"no tar"));
    assert!(!eval(&mnet, "x.zip").failed(2, &["x.zip: is not a zip: gzip data"]).stderr.contains("try:"));
}

#[test]
fn one_of_several_files_is_renamed_or_replaced() {
    let mnet = world();
    put(&mnet, "ok.tar", &whole(&mnet));
    put(&mnet, "w.zip", &whole(&mnet));
    put(&mnet, "q.tar", b"\xfd7zXZ\0\0");
    put(&mnet, "list.tar", b"photos/ant/0.ppm ant\n");
    put(&mnet, "paper.tar", b"%PDF-1.7");
    for (name, expected) in [
        ("w.zip", "mv w.zip w.zip.tar && mnet eval --model net -q w.zip.tar ok.tar"),
        ("q.tar", "xz -dc q.tar > q.tar.tar && mnet eval --model net -q q.tar.tar ok.tar"),
        ("list.tar", "a tar, zip or Parquet file in place of list.tar"),
        ("paper.tar", "a tar, zip or Parquet file in place of paper.tar"),
    ] {
        let run = eval(&mnet, &format!("{name} ok.tar"));
        let hint = run.stderr.lines().find_map(|line| line.trim().strip_prefix("try: ")).unwrap_or_default();
        assert_eq!(hint, expected, "{}", run.stderr);
    }
}

#[test]
fn several_files_are_renamed_together() {
    let mnet = world();
    put(&mnet, "x.tar", &whole(&mnet));
    put(&mnet, "t.dat", &whole(&mnet));
    put(&mnet, "z.dat", &zip(&mnet));
    put(&mnet, "list", b"photos/ant/0.ppm ant\n");
    let command =
        tried(eval(&mnet, "t.dat list x.tar"), "list: only tar, zip and Parquet files can be several");
    assert_eq!(command, "mnet eval --model net -q list");
    let command = tried(eval(&mnet, "t.dat x.tar z.dat"), "t.dat: is a tar; its name has to end in .tar\n");
    let expected =
        "mv t.dat t.dat.tar && mv z.dat z.dat.zip && mnet eval --model net -q t.dat.tar x.tar z.dat.zip";
    assert_eq!(command, expected);
    typed(&mnet, &command, b"").succeeded();
}

#[test]
fn files_that_are_cut_are_copied_again() {
    let mnet = world();
    let whole = zip(&mnet);
    put(&mnet, "x.zip", &whole[..30]);
    let command = tried(eval(&mnet, "x.zip"), "x.zip: ");
    assert_eq!(command, "copy x.zip, or download it, again");
    put(&mnet, "x.zip", &whole[..whole.len() - 9]);
    let run = eval(&mnet, "x.zip").failed(1, &["x.zip: has no directory at its end"]);
    assert!(run.stderr.contains("try: copy x.zip, or download it, again\n"), "{}", run.stderr);
    put(&mnet, "x.tar.gz", &gzip(&[0; 9])[..12]);
    assert_eq!(tried(eval(&mnet, "x.tar.gz"), "x.tar.gz: "), "copy x.tar.gz, or download it, again");
}

#[cfg(feature = "parquet")]
#[test]
fn a_table_of_another_codec_is_compressed_again_and_what_is_no_table_is_renamed() {
    let mnet = world();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/parquet/brotli.parquet");
    fs::copy(golden, mnet.path().join("x.parquet")).unwrap();
    let command = tried(eval(&mnet, "x.parquet"), "is compressed with BROTLI, which mnet cannot read");
    assert_eq!(
        command,
        "duckdb -c \"COPY 'x.parquet' TO 'x-2.parquet' (COMPRESSION zstd)\" && mnet eval --model net -q x-2.parquet"
    );
    put(&mnet, "y.parquet", &zip(&mnet));
    let command = tried(eval(&mnet, "y.parquet"), "y.parquet: is not a Parquet file: a ZIP archive");
    assert_eq!(command, "mv y.parquet y.parquet.zip && mnet eval --model net -q y.parquet.zip");
    typed(&mnet, &command, b"").succeeded();
}

#[test]
fn labels_that_stand_apart_are_sorted() {
    let mnet = world();
    put(&mnet, "a/x.1.tar", &apart(&mnet));
    for flags in ["", " --label-column cls"] {
        let command = tried(
            eval(&mnet, &format!("a/x.1.tar{flags}")),
            "a/x.1.tar: no picture in it has a label beside it: 7 files, such as a/x.1.tar/0.cls, stand apart",
        );
        let expected = format!(
            "mkdir members-of-x && tar -xf a/x.1.tar -C members-of-x && \
             tar --sort=name -cf sorted-x.tar -C members-of-x . && mnet eval --model net -q sorted-x.tar{flags}"
        );
        assert_eq!(command, expected);
        // Other programs of this name cannot sort.
        #[cfg(target_os = "linux")]
        {
            typed(&mnet, &command, b"").succeeded();
            fs::remove_dir_all(mnet.path().join("members-of-x")).unwrap();
            fs::remove_file(mnet.path().join("sorted-x.tar")).unwrap();
        }
    }
    // Before a colon, GNU tar reads the name of a machine.
    put(&mnet, "x:1.tar", &apart(&mnet));
    let command = tried(eval(&mnet, "x:1.tar"), "stand apart");
    assert!(
        command.contains(" && tar -xf ./x:1.tar -C ") && command.contains(" -cf ./sorted-x:1.tar "),
        "{command}"
    );
    let run = eval(&mnet, "a/x.1.tar a/x.1.tar");
    assert!(tried(run, "14 files, such as").starts_with("tar --sort=name for each of these tars"));
    // A file about the whole tar is not the label of a picture.
    let picture = fs::read(mnet.path().join("photos/ant/0.ppm")).unwrap();
    let about = [member("about.json", b"{}"), member("1.ppm", &picture), END.to_vec()].concat();
    put(&mnet, "x.tar", &about);
    let hint = tried(eval(&mnet, "x.tar"), "its picture has no label: neither a column");
    assert!(hint.starts_with("--label-column NAME"), "{hint}");
}
