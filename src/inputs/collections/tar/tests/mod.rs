//! Tars of all dialects, whole and damaged.

mod damage;
mod names;
mod sizes;

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::inputs::collections::{MemberOptions, Reading};
use crate::inputs::member::Room;
use crate::inputs::{Input, Patterns, Shard};

/// A tar with these members and an end.
fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(vec![]);
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// One gzip member.
fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One frame of zstd.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A header with any name, even one that the crate refuses to write.
fn header(name: &[u8], kind: tar::EntryType, size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header
}

/// A header, and content padded to whole blocks.
fn entry(name: &[u8], kind: tar::EntryType, content: &[u8]) -> Vec<u8> {
    let mut bytes = header(name, kind, content.len() as u64).as_bytes().to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let line = |(key, value): &(&str, &str)| {
        let rest = format!(" {key}={value}\n");
        let length =
            (0..1000).find(|length: &usize| length.to_string().len() + rest.len() == *length).unwrap();
        format!("{length}{rest}")
    };
    entry(b"pax", tar::EntryType::XHeader, records.iter().map(line).collect::<String>().as_bytes())
}

const END: [u8; 1024] = [0; 1024];

/// A temporary file called `x.tar`, with its folder.
struct TarFile(PathBuf);

impl TarFile {
    fn new(bytes: &[u8]) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let name = format!("mnet-tar-{}-{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::File::create(folder.join("x.tar")).unwrap().write_all(bytes).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.join("x.tar")
    }

    fn read(&self, options: MemberOptions) -> Vec<Input> {
        let reading = Reading { path: self.path(), options, room: Room::new(u64::MAX) };
        let mut found = vec![];
        let flow = super::read(&reading, &mut |input| {
            found.push(input);
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        found
    }

    /// Each member as `name=content`, and each error as `name!message`; `!message` is one of the whole file.
    fn told(&self, options: MemberOptions) -> Vec<String> {
        let name = |path: &Path| {
            let name = path.strip_prefix(self.path()).expect("it begins with the file").to_owned();
            name.into_os_string().to_string_lossy().into_owned()
        };
        let tell = |input: &Input| match input {
            Input::Member(member) => {
                format!("{}={}", name(&member.path), String::from_utf8_lossy(&member.bytes))
            }
            Input::Unreadable { path, error } => format!("{}!{}", name(path), error.message),
            other => panic!("{other:?}"),
        };
        self.read(options).iter().map(tell).collect()
    }
}

impl Drop for TarFile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn told(bytes: &[u8]) -> Vec<String> {
    TarFile::new(bytes).told(MemberOptions::default())
}

fn with(change: impl FnOnce(&mut MemberOptions)) -> MemberOptions {
    let mut options = MemberOptions::default();
    change(&mut options);
    options
}

const THREE: [(&str, &[u8]); 3] = [("a.jpg", b"A"), ("b/c.png", b"C"), ("notes.txt", b"N")];

#[test]
fn pictures_come_in_the_order_of_the_file() {
    assert_eq!(told(&tar(&THREE)), ["a.jpg=A", "b/c.png=C"]);
    assert_eq!(told(&END), [""; 0]);
    assert_eq!(told(&[0; 10240]), [""; 0]);
}

#[test]
fn members_are_chosen_as_files_are() {
    let members: [(&str, &[u8]); 6] = [
        ("a.jpg", b""),
        ("thumbs/a.jpg", b""),
        ("b/._c.png", b""),
        ("b/.d/e.png", b""),
        ("photo", b""),
        ("notes.txt", b""),
    ];
    let file = TarFile::new(&tar(&members));
    let names = |include: &[&str], exclude: &[&str], hidden| {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let patterns = Patterns::new(&owned(include), &owned(exclude)).unwrap();
        file.told(with(|options| (options.patterns, options.hidden) = (patterns, hidden)))
    };
    assert_eq!(names(&[], &[], false), ["a.jpg=", "thumbs/a.jpg=", "photo="]);
    assert_eq!(names(&[], &["thumbs", "photo"], true), ["a.jpg=", "b/._c.png=", "b/.d/e.png="]);
    assert_eq!(names(&["*.txt", "b/**"], &[], false), ["notes.txt="]);
    assert_eq!(names(&["thumbs/*"], &[], false), ["thumbs/a.jpg="]);
}

#[test]
fn names_are_read_without_bytes_and_by_share() {
    let mut bytes = tar(&THREE);
    bytes.truncate(bytes.len() - 1024);
    let file = TarFile::new(&bytes);
    let names = file.told(with(|options| options.names_only = true));
    assert_eq!(names[..2], ["a.jpg=", "b/c.png="]);
    assert!(names[2].starts_with("!has no end marker"), "{}", names[2]);
    let mut shares: Vec<_> = (0..3)
        .flat_map(|index| file.told(with(|options| options.shard = Shard::new(index, 3))))
        .filter(|told| !told.starts_with('!'))
        .collect();
    shares.sort();
    assert_eq!(shares, ["a.jpg=A", "b/c.png=C"]);
    assert_eq!(file.told(with(|options| options.only = Some("notes.txt".into())))[0], "notes.txt=N");
}

#[test]
fn compressed_tars_are_told_by_their_bytes() {
    let whole = tar(&THREE);
    for (first, second) in
        [(gz(&whole[..700]), gz(&whole[700..])), (zstd(&whole[..700]), zstd(&whole[700..]))]
    {
        assert_eq!(told(&[&first[..], &second].concat()), ["a.jpg=A", "b/c.png=C"]);
        // The first member has been read by then.
        let broken = told(&[&first[..], &second[..second.len() - 12]].concat());
        assert_eq!(broken[0], "a.jpg=A");
        assert!(broken.last().unwrap().starts_with("!ends early"), "{broken:?}");
    }
    for (compressed, format) in [(gz(&whole), "gzip"), (zstd(&whole), "zstd")] {
        let followed = told(&[&compressed[..], b"garbage, and more of it"].concat());
        let expected = format!(
            "!ends at byte 3072 of the tar, but its {format} data is followed by text at byte {}",
            compressed.len()
        );
        assert_eq!(followed[2..], [expected]);
    }
    // A frame whose window is too large, after a frame that can be read.
    let window = told(&[&zstd(&whole[..1024])[..], b"\x28\xb5\x2f\xfd\0\xf8\x01\0\0"].concat());
    assert!(
        window[1].starts_with("!cannot be read after byte 1024 of the tar: its zstd data takes"),
        "{window:?}"
    );
    for (magic, program) in [(&b"BZh91AY"[..], "bzip2"), (b"\xfd7zXZ\0\0", "xz")] {
        assert_eq!(told(magic), [format!("!is {program} data, which has to be unpacked first")]);
    }
}

fn kept(members: &[(&str, &[u8])], columns: &[&str]) -> Vec<Value> {
    let keep = columns.iter().map(|&column| column.to_owned()).collect();
    let found = TarFile::new(&tar(members)).read(with(|options| options.keep = keep));
    let tell = |input: &Input| match input {
        Input::Member(member) => json!([member.path.file_name().unwrap().to_str(), member.kept]),
        Input::Unreadable { path, error } => json!([path.file_name().unwrap().to_str(), error.message]),
        other => panic!("{other:?}"),
    };
    found.iter().map(tell).collect()
}

#[test]
fn files_beside_a_picture_come_before_it_or_after_it() {
    let members: [(&str, &[u8]); 9] = [
        ("1.cls", b"7"),
        ("1.jpg", b""),
        ("1.json", br#"{"label": "tabby"}"#),
        ("1.seg.png", b""),
        ("2.jpg", b""),
        ("3.jpg", b""),
        ("3.CLS", b"8\n"),
        // It is not adjacent.
        ("2.cls", b"9"),
        ("d/3.jpg", b""),
    ];
    let expected = [
        json!(["1.jpg", [7, "tabby"]]),
        json!(["1.seg.png", [7, "tabby"]]),
        json!(["2.jpg", [null, null]]),
        json!(["3.jpg", [8, null]]),
        json!(["3.jpg", [null, null]]),
    ];
    assert_eq!(kept(&members, &["cls", "label"]), expected);
    assert_eq!(kept(&members[..2], &[]), [json!(["1.jpg", []])]);
}

/// The files that stand beside no picture: how many, and the first one.
fn unpaired(names: &[&str], change: impl FnOnce(&mut MemberOptions)) -> Option<(u64, String)> {
    let members: Vec<_> = names.iter().map(|&name| (name, &b"1"[..])).collect();
    let (file, mut options) = (TarFile::new(&tar(&members)), MemberOptions::default());
    options.keep = vec!["cls".to_owned()];
    change(&mut options);
    let unpaired = options.unpaired.clone();
    file.read(options);
    let name = |path: PathBuf| path.strip_prefix(file.path()).unwrap().to_string_lossy().into_owned();
    unpaired.found().map(|(count, path)| (count, name(path)))
}

#[test]
fn files_that_do_not_follow_their_picture_are_counted() {
    let apart = ["d/1.cls", "d/2.cls", "d/1.jpg", "d/2.jpg", "d/3.jpg", "d/3.cls", "d/1.json"];
    assert_eq!(unpaired(&apart, |_| ()), Some((3, "d/1.cls".to_owned())));
    let only = |name: &'static str| move |options: &mut MemberOptions| options.only = Some(name.into());
    assert_eq!(unpaired(&apart, only("d/2.jpg")), Some((1, "d/2.cls".to_owned())));
    assert_eq!(unpaired(&apart, only("d/3.jpg")), None);
    // The search does not end with the answer.
    let after = ["1.jpg", "2.jpg", "2.json", "1.cls", "3.jpg", "3.cls"];
    assert_eq!(unpaired(&after, only("1.jpg")), Some((1, "1.cls".to_owned())));
    assert_eq!(unpaired(&after, only("2.jpg")), None);
    // Pictures that are not asked for stand beside theirs, and other files hold no columns.
    let others = ["1.jpg", "1.cls", "2.txt", "3.cls", "3.png", "LICENSE"];
    let patterns = Patterns::new(&["none".to_owned()], &[]).unwrap();
    assert_eq!(unpaired(&others, |options| options.patterns = patterns), None);
    assert_eq!(unpaired(&apart, |options| options.keep.clear()), None);
}

#[test]
fn a_value_that_cannot_be_read_is_an_error_of_its_picture() {
    let found = kept(&[("1.jpg", b""), ("1.json", b"{"), ("2.jpg", b"")], &["label"]);
    assert!(found[0][1].as_str().unwrap().starts_with("the .json file beside it is not JSON"), "{found:?}");
    assert_eq!(found[1], json!(["2.jpg", [null]]));
}
