//! What holds for every format.

use super::*;

#[test]
fn the_table_is_consistent() {
    for format in FORMATS {
        let is_listed = |found: Option<&Format>| found.is_some_and(|found| std::ptr::eq(found, format));
        assert!(is_listed(Format::named(format.name)), "two formats are named {}", format.name);
        for ending in format.endings {
            assert!(is_listed(Format::of_ending(ending)), "two formats have the ending {ending}");
        }
        // The advice on resuming names a file of the format.
        assert!(!format.is_resumable() || !format.endings.is_empty(), "{}", format.name);
        assert!(!format.is_resumable() || format.is_readable_unfinished, "{}", format.name);
    }
}

/// Names of a terminal's commands, in every format that a terminal may get.
#[test]
fn a_terminal_gets_nothing_that_it_obeys() {
    let on_terminal = SinkOptions { on_terminal: true, ..options() };
    let name = "a\u{9b}31m\u{7f}\u{202e}\n\x1b.jpg";
    let records = [answer(name, &[(1, None, "x\u{9b}", 0.5)]), failure(name, "\u{9b}31m")];
    for format in FORMATS.iter().filter(|format| !format.is_binary).chain([&PATHS, &PATHS_NULL]) {
        let shown = text(format, &on_terminal, &records);
        for obeyed in ['\u{9b}', '\u{7f}', '\u{202e}', '\x1b'] {
            assert!(!shown.contains(obeyed), "{}: {shown:?}", format.name);
        }
        assert!(!shown.contains("\n\\u") && !shown.contains("\n.jpg"), "{}: {shown:?}", format.name);
    }
    let shown = text(format("jsonl"), &on_terminal, &records);
    let line: serde_json::Value = serde_json::from_str(shown.lines().next().unwrap()).unwrap();
    assert_eq!(line["path"], name, "JSON means the same");
}

/// Each format recognises what it writes, and nothing that another format writes.
#[test]
fn every_format_knows_its_answers() {
    for format in FORMATS.iter().filter(|format| matches!(format.constructor, Constructor::BuiltIn(_))) {
        let mut records = records();
        records.extend(damaged());
        let bytes = written(format, &options(), &records);
        let excerpt = Excerpt { start: &bytes, end: &bytes, is_whole: true };
        let knowing: Vec<_> = FORMATS.iter().filter(|format| (format.holds_answers)(&excerpt)).collect();
        assert_eq!(knowing.iter().map(|format| format.name).collect::<Vec<_>>(), [format.name]);
    }
}
