//! Writes the maps of many photos to a contact sheet.

use std::path::Path;

use image::RgbImage;

use super::figure::{area, field};
use super::numbers::{decomposition, range, score};
use super::subject::Subject;
use super::view::View;
use crate::heat::{Overlay, Scale};
use crate::marked_file::MarkedFileError;
use crate::pixels::Region;
use crate::record::ItemError;
use crate::sheet::{Caption, Card, Picture, SheetFile};

/// The colour that the photo fades to outside of the network's input. It suits light and dark pages.
const PAGE: [u8; 3] = [128, 128, 128];

/// Each map over `photo`; `place` converts a region of the original photo to `photo`. Maps of one network share a scale.
pub(super) fn pictures(views: &[View], photo: &RgbImage, place: impl Fn(Region) -> Region) -> Vec<Picture> {
    let fields: Vec<_> = views.iter().map(|view| field(&view.map)).collect();
    let picture = |(view, field): (&View, _)| {
        let same = views.iter().zip(&fields).filter(|(other, _)| other.subject == view.subject);
        let scale = Scale::of(same.map(|(_, field)| field));
        let overlay = Overlay { field, area: area(place(view.map.region)), scale, page: PAGE };
        Picture::fitted(&overlay.over(photo), photo.dimensions().into())
    };
    views.iter().zip(&fields).map(picture).collect()
}

/// Creates a sheet and writes its head.
pub(super) fn begin(path: &Path, subjects: &[Subject]) -> Result<SheetFile, MarkedFileError> {
    let models: Vec<_> =
        subjects.iter().map(|subject| format!("{} at {} px", subject.model, subject.resolution)).collect();
    let colours = "Yellow and red speak for the class, blue against it, and black says nothing. The lightest colour is the largest \
                   value of the photo. What is faded lies outside of the network's input.";
    SheetFile::create(path, "Class activation maps", &[&models.join(", "), colours])
}

/// Adds a card with the maps of a photo.
pub(super) fn add(
    sheet: &mut SheetFile,
    path: &Path,
    subjects: &[Subject],
    views: &[View],
    pictures: &[Picture],
) -> Result<(), MarkedFileError> {
    let caption = |view: &View| caption(path, &subjects[view.subject], view);
    let mut captions: Vec<_> = views.iter().map(caption).collect();
    let single = if captions.len() == 1 { captions.pop() } else { None }.unwrap_or_default();
    sheet.card(&Card {
        pictures,
        captions: &captions,
        alt: &single.alt,
        path: Some(path),
        caption: &single.lines,
        error: None,
    })
}

/// The class, the network and the numbers of a map.
fn caption(path: &Path, subject: &Subject, view: &View) -> Caption {
    let (heading, model) = (subject.heading(&view.name, &view.map), &subject.model);
    Caption {
        alt: format!("Activation map for {heading} by {model} over {}", path.display()),
        lines: vec![
            format!("{heading} {}", score(view.map.score)),
            format!("{} · {model} at {} px", view.map.method.name(), subject.resolution),
            decomposition(&view.map),
            range(&view.map),
        ],
    }
}

/// Adds a card for a photo that failed.
pub(super) fn add_failure(
    sheet: &mut SheetFile,
    path: &Path,
    error: &ItemError,
) -> Result<(), MarkedFileError> {
    sheet.card(&Card { path: Some(path), error: Some(&error.message), ..Card::default() })
}
