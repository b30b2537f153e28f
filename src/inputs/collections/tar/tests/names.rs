//! Names of all kinds, and members that are not files.

use super::{END, TarFile, entry, pax, tar, told, with};

/// The result of reading one member with this name.
fn named(name: &[u8]) -> Vec<String> {
    told(&[entry(name, tar::EntryType::Regular, b"A"), END.to_vec()].concat())
}

#[test]
fn names_stay_below_the_file() {
    for (name, expected) in [
        (&b"/etc/a.jpg"[..], "etc/a.jpg=A"),
        (b"./a//b/./c.jpg", "a/b/c.jpg=A"),
        (b"../../a.jpg", "../../a.jpg=A"),
        (b"a\nb.jpg", "a\nb.jpg=A"),
        (b"\xff.jpg", "\u{fffd}.jpg=A"),
        (b" .jpg", " .jpg=A"),
    ] {
        assert_eq!(named(name), [expected]);
    }
    for nameless in [&b""[..], b".", b"./"] {
        let found = named(nameless);
        let expected: &[&str] =
            if nameless.ends_with(b"/") { &[] } else { &["!has a member without a name"] };
        assert_eq!(found, expected, "{}", nameless.escape_ascii());
    }
}

#[test]
fn long_names_of_both_dialects() {
    let long = format!("{}/{}.jpg", "d".repeat(200), "n".repeat(200));
    let gnu = tar(&[(&long, b"A"), ("b.jpg", b"B")]);
    assert_eq!(told(&gnu), [format!("{long}=A"), "b.jpg=B".to_owned()]);
    let member = entry(b"short.jpg", tar::EntryType::Regular, b"A");
    let other = entry(b"b.jpg", tar::EntryType::Regular, b"B");
    let posix = [&pax(&[("path", &long)]), &member, &other, &END[..]].concat();
    assert_eq!(told(&posix), [format!("{long}=A"), "b.jpg=B".to_owned()]);
    let lines = [&pax(&[("path", "a\nb.jpg")]), &member, &END[..]].concat();
    assert_eq!(told(&lines), ["a\nb.jpg=A"]);
}

#[test]
fn global_records_hold_for_all_members() {
    let mut global = pax(&[("size", "1"), ("comment", "x")]);
    let mut changed = tar::Header::from_byte_slice(&global[..512]).clone();
    changed.set_entry_type(tar::EntryType::XGlobalHeader);
    changed.set_cksum();
    global[..512].copy_from_slice(changed.as_bytes());
    let member = |name: &[u8]| {
        let mut bytes = entry(name, tar::EntryType::Regular, b"A");
        let mut header = tar::Header::from_byte_slice(&bytes[..512]).clone();
        header.set_size(0);
        header.set_cksum();
        bytes[..512].copy_from_slice(header.as_bytes());
        bytes
    };
    let bytes = [&global, &member(b"a.jpg"), &member(b"b.jpg"), &END[..]].concat();
    assert_eq!(told(&bytes), ["a.jpg=A", "b.jpg=A"]);
}

#[test]
fn links_to_pictures_are_told_and_others_are_skipped() {
    let link = |name: &[u8], kind, target: &[u8]| {
        let mut header = super::header(name, kind, 0);
        header.as_old_mut().linkname[..target.len()].copy_from_slice(target);
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    let bytes = [
        link(b"a.jpg", tar::EntryType::Symlink, b"../x.jpg"),
        link(b"b.jpg", tar::EntryType::Link, b"a.jpg"),
        link(b"current", tar::EntryType::Symlink, b"folder"),
        link(b"photo", tar::EntryType::Symlink, b"x.jpg"),
        link(b"notes.txt", tar::EntryType::Symlink, b"a.txt"),
        link(b"c.jpg", tar::EntryType::Char, b""),
        link(b"d.jpg", tar::EntryType::Directory, b""),
        link(b"e.jpg/", tar::EntryType::Regular, b""),
        link(b"f.jpg", tar::EntryType::Fifo, b""),
        END.to_vec(),
    ];
    let expected = [
        "a.jpg!is a symbolic link to ../x.jpg, which has the bytes",
        "b.jpg!is a hard link to a.jpg, which has the bytes",
        "photo!is a symbolic link to x.jpg, which has the bytes",
    ];
    assert_eq!(told(&bytes.concat()), expected);
}

#[test]
fn one_name_may_come_twice() {
    let file = TarFile::new(&tar(&[("a.jpg", b"1"), ("b.jpg", b"2"), ("a.jpg", b"3")]));
    assert_eq!(file.told(with(|_| ())), ["a.jpg=1", "b.jpg=2", "a.jpg=3"]);
    // A member that is asked for by name is a single picture.
    assert_eq!(file.told(with(|options| options.only = Some("a.jpg".into()))), ["a.jpg=1"]);
}

#[test]
fn a_hundred_thousand_members() {
    let members: Vec<_> = (0..100_000).map(|number| format!("{number:06}.jpg")).collect();
    let blocks = members.iter().flat_map(|name| entry(name.as_bytes(), tar::EntryType::Regular, b""));
    let bytes: Vec<u8> = blocks.chain(END).collect();
    let found = told(&bytes);
    assert_eq!((found.len(), found[99_999].as_str()), (100_000, "099999.jpg="));
}
