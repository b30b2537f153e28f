//! Files of many pictures under other names, and other names of stdin.

use std::fs;

use super::super::support::tars::tar;
use super::{Mnet, folder, picture, piped, told, tried};

/// A folder with the same picture in a tar, a zip and a file that begins like Parquet.
fn many() -> (Mnet, Vec<u8>) {
    let mnet = folder();
    let bytes = tar(&[("1.jpg", &picture())]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    zip.start_file("1.jpg", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, &picture()).unwrap();
    fs::write(mnet.path().join("x.zip"), zip.finish().unwrap().into_inner()).unwrap();
    fs::write(mnet.path().join("table"), b"PAR1\x15\x04\x15\0\x80").unwrap();
    (mnet, bytes)
}

#[test]
fn a_slash_at_the_end_means_the_members() {
    let (mnet, _) = many();
    for file in ["x.tar", "x.zip"] {
        let run = mnet.run(format!("classify {file}/ --model model --json").split(' ')).succeeded();
        assert_eq!(told(&run), [format!("{file}/1.jpg")]);
    }
    let run = mnet.run("classify --tar x.tar/ --model model --json".split(' ')).succeeded();
    assert_eq!(told(&run), ["x.tar/1.jpg"]);
    fs::write(mnet.path().join("a.jpg"), picture()).unwrap();
    for name in ["a.jpg/", "a.jpg/."] {
        let found = tried(
            mnet.run(["classify", name, "--model", "model"]),
            "a / in its path follows the name of a file",
        );
        assert_eq!(found, "mnet classify a.jpg --model model");
    }
    mnet.run(["classify", "a.jpg/1.jpg", "--model", "model"])
        .failed(1, &["a.jpg/1.jpg: no such file: a / in its path"]);
}

#[test]
fn zips_and_tables_under_another_name_are_renamed() {
    let (mnet, _) = many();
    let put = |from: &str, to: &str| fs::copy(mnet.path().join(from), mnet.path().join(to)).unwrap();
    for words in ["x.bin --shard 0/1", "--tar x.bin", "--tar=x.bin"] {
        put("x.zip", "x.bin");
        let found = tried(mnet.run(format!("classify {words} --model model").split(' ')), "a ZIP archive");
        let rest = if words.contains("shard") { " --shard 0/1" } else { "" };
        assert_eq!(found, format!("mv x.bin x.bin.zip && mnet classify x.bin.zip{rest} --model model"));
        fs::rename(mnet.path().join("x.bin"), mnet.path().join("x.bin.zip")).unwrap();
        let run = mnet.run(found.split(' ').skip(5)).succeeded();
        assert!(run.stdout.starts_with("x.bin.zip/1.jpg\t"), "{}", run.stdout);
        fs::remove_file(mnet.path().join("x.bin.zip")).unwrap();
    }
    let found =
        tried(mnet.run("classify table --model model".split(' ')), "table: not an image: a Parquet file");
    assert_eq!(found, "mv table table.parquet && mnet classify table.parquet --model model");
    for (name, kind, ending) in [("x.zip", "a ZIP archive", "zip"), ("table", "a Parquet file", "parquet")] {
        let bytes = fs::read(mnet.path().join(name)).unwrap();
        for words in ["classify -", "classify --tar -", "embed --format text --tar=-"] {
            let found = tried(piped(&mnet, &format!("{words} --model model"), &bytes), kind);
            let command = words.split(" -").next().unwrap();
            let flags = if command == "embed" { " --format text" } else { "" };
            let expected = match flags {
                "" => format!("mnet {command} pictures.{ending} --model model"),
                flags => format!("mnet {command}{flags} pictures.{ending} --model model"),
            };
            assert_eq!(found, format!("cat > pictures.{ending} && {expected}"), "{words}");
        }
    }
}

#[cfg(unix)]
#[test]
fn all_names_of_stdin_are_one() {
    let (mnet, bytes) = many();
    std::os::unix::fs::symlink("/dev/stdin", mnet.path().join("link")).unwrap();
    for name in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "link"] {
        if name.starts_with("/proc") && !std::path::Path::new(name).exists() {
            continue;
        }
        let list = format!("x.tar/1.jpg\n{name}\nx.tar\n");
        for given in ["-", "/dev/stdin", "link"] {
            let words = format!("classify --files-from {given} --model model --json");
            let run = piped(&mnet, &words, list.as_bytes()).failed(1, &[]);
            let rows = told(&run);
            assert_eq!(
                (rows.len(), &*rows[0], &*rows[2]),
                (3, "x.tar/1.jpg", "x.tar/1.jpg"),
                "{given} {rows:?}"
            );
            assert!(
                rows[1].starts_with(&format!("{name}: stdin is the list of pictures")),
                "{given} {rows:?}"
            );
        }
        let run = piped(&mnet, &format!("classify --tar {name} --model model --json"), &bytes).succeeded();
        assert_eq!(told(&run), ["1.jpg"], "{name}");
        let run = piped(&mnet, &format!("classify - --tar {name} -k 1"), &bytes);
        let run = run.failed(2, &["stdin cannot be a tar and a picture"]);
        assert!(run.stderr.ends_with("  try: mnet classify - -k 1\n"), "{}", run.stderr);
    }
}
