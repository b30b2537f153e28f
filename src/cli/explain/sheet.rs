//! The maps of many photos as a contact sheet.

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
use crate::sheet::{Card, Picture, SheetFile};

/// What lies outside of the network's input fades into: a colour that suits light and dark pages.
const PAGE: [u8; 3] = [128, 128, 128];

/// Each map over `photo`; `place` finds a region of the whole photo in it. Maps of one network share a scale.
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

/// Begins a sheet.
pub(super) fn begin(path: &Path, subjects: &[Subject]) -> Result<SheetFile, MarkedFileError> {
    let models: Vec<_> =
        subjects.iter().map(|subject| format!("{} at {} px", subject.model, subject.resolution)).collect();
    let colours = "Yellow and red speak for the class, blue against it, and black says nothing. The lightest colour is the largest \
                   value of the photo. What is faded lies outside of the network's input.";
    SheetFile::create(path, "Class activation maps", &[&models.join(", "), colours])
}

/// Adds a photo.
pub(super) fn add(
    sheet: &mut SheetFile,
    path: &Path,
    subjects: &[Subject],
    views: &[View],
    pictures: &[Picture],
) -> Result<(), MarkedFileError> {
    let line = |view: &View| {
        let subject = &subjects[view.subject];
        let whose = if subjects.len() > 1 { format!(" · {}", subject.model) } else { String::new() };
        format!("{} {}{whose}", subject.heading(&view.name, &view.map), score(view.map.score))
    };
    let mut caption: Vec<_> = views.iter().map(line).collect();
    if let [view] = views {
        caption.push(format!("{} · {}", decomposition(&view.map), view.map.method.name()));
        caption.push(range(&view.map));
    }
    let alt = format!("Activation map over {}", path.display());
    sheet.card(&Card { pictures, alt: &alt, path: Some(path), caption: &caption, error: None })
}

/// Adds a photo that failed.
pub(super) fn add_failure(
    sheet: &mut SheetFile,
    path: &Path,
    error: &ItemError,
) -> Result<(), MarkedFileError> {
    sheet.card(&Card { path: Some(path), error: Some(&error.message), ..Card::default() })
}
