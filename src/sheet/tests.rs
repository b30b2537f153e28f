//! Whole sheets.

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;

use super::*;
use crate::marked_file::MarkedFileError;

fn sheet(write: impl FnOnce(&mut Sheet<Vec<u8>>)) -> String {
    let mut sheet = Sheet::new(Vec::new(), "Cats & <dogs>", &["in 'holiday'"]).unwrap();
    write(&mut sheet);
    String::from_utf8(sheet.finish().unwrap()).unwrap()
}

fn picture() -> Picture {
    Picture::fitted(&RgbImage::new(8, 6), (8, 8).into())
}

/// The names of the elements, in order; end tags begin with a slash.
fn elements(html: &str) -> Vec<&str> {
    let tags = html.split('<').skip(1).map(|tag| tag.split([' ', '>']).next().unwrap());
    tags.filter(|name| !name.starts_with('!')).collect()
}

/// Asserts that every element ends, and that elements nest without overlapping.
fn assert_is_balanced(html: &str) {
    const VOID: [&str; 2] = ["meta", "img"];
    let mut open = Vec::new();
    for name in elements(html) {
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None if VOID.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn sections_and_cards_nest_in_every_order() {
    let card = Card { caption: &["a line".into()], ..Card::default() };
    let section = |sheet: &mut Sheet<_>| sheet.section("heading", "").unwrap();
    // Each letter is a step: a card or a section.
    for steps in ["", "c", "cc", "s", "ss", "sc", "scc", "csc", "cscssc"] {
        let html = sheet(|sheet| {
            for step in steps.chars() {
                if step == 'c' { sheet.card(&card).unwrap() } else { section(sheet) }
            }
        });
        assert_is_balanced(&html);
        let count = |name| elements(&html).iter().filter(|element| **element == name).count();
        assert_eq!(count("figure"), steps.matches('c').count(), "{steps}");
        assert_eq!(count("section"), steps.matches('s').count(), "{steps}");
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    }
}

#[test]
fn a_card_has_all_that_is_said() {
    let html = sheet(|sheet| {
        let pictures = [picture(), picture()];
        let path = Some(Path::new("a<b & \"c\"\n.jpg"));
        let caption = ["tabby <0.9>".to_owned(), "second".to_owned()];
        sheet.card(&Card { pictures: &pictures, path, caption: &caption, ..Card::default() }).unwrap();
        sheet.card(&Card { error: Some("no <such> file"), path, ..Card::default() }).unwrap();
        sheet.card(&Card { pictures: &pictures, alt: "a 'cat'", ..Card::default() }).unwrap();
    });
    assert_is_balanced(&html);
    let path = "a&lt;b &amp; &quot;c&quot;\\n.jpg";
    let image = format!("width=\"8\" height=\"6\" alt=\"{path}\"");
    assert_eq!(html.matches(&image).count(), 2, "{html}");
    assert_eq!(html.matches("src=\"data:image/jpeg;base64,/9j/").count(), 4);
    assert_eq!(html.matches("alt=\"a &#39;cat&#39;\"").count(), 2);
    for text in [
        "<title>Cats &amp; &lt;dogs&gt;</title>",
        "<h1>Cats &amp; &lt;dogs&gt;</h1>",
        "<p>in &#39;holiday&#39;</p>",
        "<p class=\"first\">tabby &lt;0.9&gt;</p>\n<p>second</p>",
        "<p class=\"error\">no &lt;such&gt; file</p>",
    ] {
        assert_eq!(html.matches(text).count(), 1, "{text}: {html}");
    }
    assert_eq!(html.matches(&format!("<p class=\"path\">{path}</p>")).count(), 2, "{html}");
}

/// The hash is what allows the style: a browser that finds another one shows the page without it.
#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    use base64::Engine;
    use sha2::Digest;
    let html = sheet(|sheet| sheet.card(&Card { pictures: &[picture()], ..Card::default() }).unwrap());
    let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    let policy = format!("content=\"default-src 'none'; img-src data:; style-src 'sha256-{hash}'\"");
    assert!(html.contains(&policy), "{html}");
    for banned in ["<script", "<link", "http:", "https:", "url(", "@import", "style=\"", "href="] {
        assert!(!html.contains(banned), "{banned}");
    }
}

fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("mnet-sheet-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_sheet_replaces_a_sheet_and_nothing_else() {
    let folder = folder("replace");
    let path = folder.join("a.html");
    for _ in 0..2 {
        check(&path).unwrap();
        let mut sheet = SheetFile::create(&path, "title", &[]).unwrap();
        sheet.section("heading", "note").unwrap();
        sheet.card(&Card::default()).unwrap();
        sheet.commit().unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with("</html>\n"));
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no drafts are left");
    let other = folder.join("diary.html");
    fs::write(&other, "<!DOCTYPE html><p>dear diary").unwrap();
    for error in [check(&other).unwrap_err(), SheetFile::create(&other, "", &[]).unwrap_err()] {
        assert!(matches!(error, MarkedFileError::NotOurs { .. }));
        let message = "diary.html: was not written by mnet; a contact sheet would replace it";
        assert!(error.to_string().ends_with(message), "{error}");
    }
    assert_eq!(fs::read_to_string(&other).unwrap(), "<!DOCTYPE html><p>dear diary");
    let error = check(&folder.join("none/a.html")).unwrap_err();
    assert!(matches!(error, MarkedFileError::Io { .. }), "{error}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_sheet_that_is_dropped_leaves_nothing() {
    let folder = folder("dropped");
    drop(SheetFile::create(&folder.join("a.html"), "title", &[]).unwrap());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    fs::remove_dir_all(folder).unwrap();
}
