//! Memory that pictures take, and damaged pictures.

use std::fs;
use std::io::Write;
use std::process::Command;

use flate2::Crc;
use flate2::write::ZlibEncoder;

use super::support::program::Mnet;
use super::{Run, photo};

/// A black PNG of 16-bit RGBA, which takes 11 bytes a pixel to decode.
fn large_png(side: u32) -> Vec<u8> {
    let mut deflated = ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    // Each row has a byte for its filter.
    let row = vec![0; 1 + 8 * side as usize];
    for _ in 0..side {
        deflated.write_all(&row).unwrap();
    }
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[16, 6, 0, 0, 0]].concat();
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(data);
        [&(data.len() as u32).to_be_bytes()[..], name, data, &crc.sum().to_be_bytes()].concat()
    };
    let pixels = deflated.finish().unwrap();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", &pixels), chunk(b"IEND", b"")]
        .concat()
}

/// A run that may use at most so many KiB of addresses.
#[cfg(target_os = "linux")]
fn limited(mnet: &Mnet, kib: u32, args: &str) -> Run {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {kib}; exec '{}' {args}", env!("CARGO_BIN_EXE_mnet"));
    Run::of(command.args(["-c", &script]).current_dir(mnet.path()).env("HOME", mnet.path()))
}

#[cfg(target_os = "linux")]
#[test]
fn pictures_that_do_not_fit_together_are_decoded_in_turn() {
    let mnet = Mnet::new();
    let png = large_png(9459);
    for name in ["a.png", "b.png"] {
        fs::write(mnet.path().join(name), &png).unwrap();
    }
    // Each takes 940 MiB: two do not fit, whatever the budget says.
    let run = limited(&mnet, 2_000_000, "classify -j 2 --json --memory 1100M a.png b.png").succeeded();
    let answers = run.json();
    assert_eq!(answers.len(), 2, "{}", run.stderr);
    assert!(answers.iter().all(|answer| answer["width"] == 9459), "{}", run.stdout);
    // By default half of what is left is for pictures.
    let run = limited(&mnet, 1_000_000, "classify -j 2 --json a.png b.png").failed(1, &[]);
    let errors = run.json();
    assert_eq!(errors.len(), 2, "{}", run.stderr);
    assert!(errors.iter().all(|line| line["error"]["kind"] == "too-large"), "{}", run.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn threads_leave_memory_for_pictures() {
    let mnet = Mnet::new();
    for index in 0..12 {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(format!("{index}.jpg"))).unwrap();
    }
    let run = limited(&mnet, 1_000_000, "classify -j 16 --json *.jpg").succeeded();
    assert_eq!(run.json().len(), 12);
    assert!(run.stderr.contains("leaves room for"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_system_does_not_give_is_refused() {
    let mnet = Mnet::new();
    fs::write(mnet.path().join("a.png"), large_png(6000)).unwrap();
    limited(&mnet, 350_000, "classify --memory 4G a.png")
        .failed(1, &["a.png: takes", "the system does not give"]);
}

/// A table whose only page, of 1.1 MiB, claims to have almost 1 GiB when it is unpacked.
#[cfg(all(target_os = "linux", feature = "parquet"))]
fn page_that_claims_a_gibibyte() -> Vec<u8> {
    use ::parquet::basic::Compression;
    use ::parquet::data_type::{ByteArray, ByteArrayType};
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    let schema = parse_message_type("message m { required binary image; }").unwrap();
    let settings = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(::parquet::file::properties::EnabledStatistics::None);
    let mut writer = SerializedFileWriter::new(vec![], schema.into(), settings.build().into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    // Bytes that no codec makes shorter.
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let picture = ByteArray::from((0..1_150_000).map(|_| next()).collect::<Vec<u8>>());
    column.typed::<ByteArrayType>().write_batch(&[picture], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let mut bytes = writer.into_inner().unwrap();
    // A type, and two sizes as zigzag numbers, of 4 bytes each. The first one takes a byte more, and the page has a byte less.
    assert_eq!([&bytes[4..7], &bytes[11..12]], [&b"\x15\x00\x15"[..], b"\x15"]);
    bytes[12] -= 2;
    bytes.splice(7..11, *b"\xf0\xff\xff\xff\x07");
    bytes
}

#[cfg(all(target_os = "linux", feature = "parquet"))]
#[test]
fn a_page_that_does_not_fit_is_an_error_of_its_file() {
    let mnet = Mnet::new();
    fs::write(mnet.path().join("x.parquet"), page_that_claims_a_gibibyte()).unwrap();
    let photo = photo("hot_dog.jpg");
    let args = format!("classify --json x.parquet '{}'", photo.display());
    let run = limited(&mnet, 900_000, &args).failed(1, &[]);
    let [refused, answer] = &run.json()[..] else { panic!("{}{}", run.stdout, run.stderr) };
    let message = refused["error"]["message"].as_str().unwrap();
    let expected = "a page takes 1024 MiB of memory, which the system does not give";
    assert!(message.ends_with(expected) && answer["top"].is_array(), "{}", run.stdout);
}

#[test]
fn a_picture_that_does_not_fit_names_the_limit_that_would_do() {
    let mnet = Mnet::new();
    let photo = photo("hot_dog.jpg");
    let photo = photo.to_str().unwrap();
    let run = mnet.run(["classify", photo, "--memory", "1M"]);
    let run = run.failed(1, &["MiB of memory to decode; the limit is 1 MiB", "try: --memory "]);
    let enough = run.stderr.rsplit(' ').next().unwrap().trim();
    mnet.run(["classify", photo, "--memory", enough]).succeeded();
    mnet.run(["classify", photo, "--memory", "512"])
        .failed(2, &["expected a number with M or G", "--memory 512M"]);
}

#[test]
fn a_pipe_is_read_once_and_fits_too() {
    let mnet = Mnet::new();
    let script = |memory: &str| {
        let program = env!("CARGO_BIN_EXE_mnet");
        let photo = photo("hot_dog.jpg");
        let script = format!("cat '{}' | '{program}' classify - --json --memory {memory}", photo.display());
        Run::of(Command::new("sh").args(["-c", &script]).current_dir(mnet.path()).env("HOME", mnet.path()))
    };
    assert!(script("200M").succeeded().json()[0]["top"].is_array());
    assert_eq!(script("1M").json()[0]["error"]["kind"], "too-large");
}

#[test]
fn a_damaged_picture_is_answered_on_request_and_marked() {
    let mnet = Mnet::new();
    let bytes = fs::read(photo("hot_dog.jpg")).unwrap();
    fs::write(mnet.path().join("cut.jpg"), &bytes[..bytes.len() - 1000]).unwrap();
    fs::write(mnet.path().join("whole.jpg"), &bytes).unwrap();
    let files = ["cut.jpg", "whole.jpg"];
    mnet.run(["classify"].iter().chain(&files)).failed(1, &["cut.jpg: JPEG ends early"]);

    let run = mnet.run(["classify", "--damaged", "--json"].iter().chain(&files)).succeeded();
    let [cut, whole] = &run.json()[..] else { panic!("{}", run.stdout) };
    assert!(cut["damaged"].as_str().unwrap().starts_with("JPEG ends early at byte"), "{cut}");
    assert!(cut["top"].is_array() && whole.get("damaged").is_none(), "{}", run.stdout);
    assert_eq!(run.stderr, "");

    // With -q the record is all there is.
    for flags in [&["-q"][..], &["-q", "--format", "csv", "-k", "1"]] {
        let run = mnet.run(["classify", "--damaged"].iter().chain(flags).chain(&files)).succeeded();
        let rows: Vec<_> = run.stdout.lines().collect();
        let [.., cut, whole] = &rows[..] else { panic!("{}", run.stdout) };
        assert!(cut.starts_with("cut.jpg") && cut.contains("JPEG ends early at byte"), "{cut}");
        assert!(whole.starts_with("whole.jpg") && !whole.contains("ends early"), "{whole}");
        assert_eq!(run.stderr, "");
    }

    let run = mnet.run(["classify", "--damaged", "--paths-only"].iter().chain(&files)).succeeded();
    assert_eq!(run.stdout.lines().count(), 2);
    assert!(run.stderr.starts_with("cut.jpg: answered by what there is: JPEG ends early"), "{}", run.stderr);
    assert!(!run.stderr.contains("whole.jpg"), "{}", run.stderr);

    // A file of an earlier version has no place for it.
    let old = "path,rank,index,wnid,label,score,error\ngone.jpg,,,,,,no such file\n";
    fs::write(mnet.path().join("old.csv"), old).unwrap();
    mnet.run(["classify", "--damaged", "--resume", "old.csv"].iter().chain(&files))
        .failed(2, &["old.csv has no column `damaged`, which --damaged needs", "try: "]);
    assert_eq!(fs::read_to_string(mnet.path().join("old.csv")).unwrap(), old);
    mnet.run(["classify", "-k", "1", "--resume", "old.csv", "whole.jpg"]).succeeded();
    let text = fs::read_to_string(mnet.path().join("old.csv")).unwrap();
    // Seven columns, as before; the last one is the error.
    let header = old.lines().next().unwrap();
    assert!(text.starts_with(header) && text.ends_with(",\n") && !text.ends_with(",,\n"), "{text}");
}
