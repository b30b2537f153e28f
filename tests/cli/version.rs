//! `mnet --version`, and what `build.rs` makes of a commit.

use std::fs;

use super::{Mnet, Run, build};

#[test]
fn the_version_is_one_line_or_all_that_a_report_needs() {
    let mnet = Mnet::new();
    let short = mnet.run(["-V"]).succeeded().stdout;
    assert!(short.starts_with(concat!("mnet ", env!("CARGO_PKG_VERSION"))) && short.lines().count() == 1);
    let long = mnet.run(["--version"]).succeeded().stdout;
    assert!(long.starts_with(short.trim_end()), "{long}");
    for name in ["features  ", "target  ", "instruction sets  "] {
        assert!(long.lines().any(|line| line.starts_with(name)), "{long}");
    }
    assert_eq!(long.matches("(in use)").count(), 1, "{long}");
    // Only some processors have a unit for bf16.
    for line in long.lines().filter(|line| line.starts_with("  for bf16")) {
        assert_eq!(line.matches("(in use for bf16)").count(), 1, "{long}");
    }
    let unknown = Run::of(mnet.command(["--version"]).env("MNET_ISA", "z80")).succeeded().stdout;
    assert!(unknown.contains("MNET_ISA=z80 is not one of them") && !unknown.contains("(in use"), "{unknown}");
}

/// They would change with every commit and on every machine.
#[test]
fn man_pages_have_the_number_of_the_version_alone() {
    let mnet = Mnet::new();
    mnet.run(["generate", "man", "."]).succeeded();
    let page = fs::read_to_string(mnet.path().join("mnet.1")).unwrap();
    assert!(page.contains(env!("CARGO_PKG_VERSION")));
    for word in ["in use", "instruction sets  ", "(20"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn the_commit_of_an_archive_is_the_one_that_cargo_noted() {
    let info = |more: &str| {
        format!(
            "{{\n  \"git\": {{\n    \"sha1\": \"5336153f3f14467724395a94bc4c63d795ebd114\"{more}\n  }},\n  \"path_in_vcs\": \"\"\n}}"
        )
    };
    assert_eq!(build::noted(&info("")), Some(("5336153".to_owned(), None)));
    assert_eq!(build::noted(&info(",\n    \"dirty\": true")), Some(("5336153-dirty".to_owned(), None)));
    assert_eq!(build::noted("{}"), None);
}

#[test]
fn seconds_become_the_day_in_utc() {
    for (seconds, day) in [
        (0, "1970-01-01"),
        (-1, "1969-12-31"),
        (951_782_399, "2000-02-28"),
        (951_782_400, "2000-02-29"),
        (951_868_800, "2000-03-01"),
        (1_709_251_199, "2024-02-29"),
        (1_795_676_380, "2026-11-26"),
        (4_107_542_400, "2100-03-01"),
    ] {
        assert_eq!(build::date(seconds), day);
    }
}
