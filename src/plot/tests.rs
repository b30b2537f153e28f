//! Files of plots: which names are taken, what is replaced.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::marked_file::MarkedFileError;

/// An empty folder of its own for a test.
fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("mnet-plot-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn figure() -> Figure {
    let axis = |title: &str| Axis { title: title.into(), is_log: false };
    let points = vec![Point { x: 1.0, y: 2.0, ..Point::default() }];
    Figure { panels: vec![Chart::Scatter(Scatter { title: "a".into(), x: axis("x"), y: axis("y"), points })] }
}

#[test]
fn a_plot_is_written_and_written_again() {
    let folder = folder("again");
    for (name, start) in [("a.svg", &b"<svg"[..]), ("a.PNG", b"\x89PNG")] {
        let path = folder.join(name);
        for _ in 0..2 {
            check(&path).unwrap();
            write(&figure(), &path, Theme::Dark).unwrap();
            assert!(fs::read(&path).unwrap().starts_with(start));
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no drafts are left");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_check_leaves_nothing_behind() {
    let folder = folder("check");
    check(&folder.join("a.svg")).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_no_plot_stays() {
    let folder = folder("stays");
    let photo = folder.join("photo.png");
    fs::write(&photo, b"\x89PNG\r\n\x1a\n of a cat").unwrap();
    let error = write(&figure(), &photo, Theme::Light).unwrap_err();
    assert!(matches!(error, PlotError::File(MarkedFileError::NotOurs { .. })), "{error}");
    assert!(fs::read(&photo).unwrap().ends_with(b"cat"));
    fs::create_dir(folder.join("folder.svg")).unwrap();
    let error = check(&folder.join("folder.svg")).unwrap_err();
    assert!(matches!(error, PlotError::File(MarkedFileError::NotOurs { .. })), "{error}");
    fs::write(folder.join("empty.svg"), "").unwrap();
    check(&folder.join("empty.svg")).unwrap();
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_name_that_cannot_be_written_is_refused_before_anything_runs() {
    let error = check(Path::new("no/such/folder/a.svg")).unwrap_err();
    assert!(error.to_string().starts_with("no/such/folder/a.svg: cannot be written: "), "{error}");
    for name in ["a.pdf", "plot", "-", ""] {
        assert!(matches!(check(Path::new(name)), Err(PlotError::Ending { .. })), "{name}");
    }
}

#[test]
fn the_font_is_the_one_that_its_page_describes() {
    use std::fmt::Write as _;

    use sha2::Digest;
    let digest = sha2::Sha256::digest(include_bytes!("../../assets/fonts/arimo-subset.ttf"));
    let hex = digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    assert!(include_str!("../../assets/fonts/README.md").contains(&hex));
}
