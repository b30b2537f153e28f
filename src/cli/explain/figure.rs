//! Draws the maps of a photo as a figure.

use image::RgbImage;

use super::numbers::{decomposition, score};
use super::subject::Subject;
use super::view::View;
use crate::heat::{Area, Field};
use crate::pixels::Region;
use crate::plot::{Chart, Figure, HeatMap, HeatMaps};
use crate::predict::ActivationMap;

/// The largest number of maps of one network in a row.
const MOST_COLUMNS: usize = 4;

/// The number of columns: one for each network or, with a single network, one for each class.
pub(super) fn columns(views: usize, subjects: usize) -> usize {
    if subjects > 1 { subjects } else { views.min(MOST_COLUMNS) }
}

/// The figure that shows the maps over `photo`; `place` converts a region of the original photo to `photo`.
pub(super) fn figure(
    title: String,
    subjects: &[Subject],
    views: &[View],
    photo: RgbImage,
    place: impl Fn(Region) -> Region,
) -> Figure {
    let map = |view: &View| {
        let subject = &subjects[view.subject];
        let (model, method) = (&subject.model, view.map.method.name());
        HeatMap {
            heading: subject.heading(&view.name, &view.map),
            score: score(view.map.score),
            detail: format!("{method} · {model} at {} px", subject.resolution),
            note: decomposition(&view.map),
            field: field(&view.map),
            area: area(place(view.map.region)),
            scale: view.subject,
        }
    };
    // Views are sorted by network, but each row of the figure is a class.
    let of_each = views.len() / subjects.len().max(1);
    let by_class =
        (0..of_each).flat_map(|target| (0..subjects.len()).map(move |subject| subject * of_each + target));
    let chart = HeatMaps {
        title,
        picture: photo,
        maps: by_class.map(|index| map(&views[index])).collect(),
        columns: columns(views.len(), subjects.len()),
        unit: "contribution to the logit".into(),
    };
    Figure { panels: vec![Chart::HeatMaps(chart)] }
}

pub(super) fn field(map: &ActivationMap) -> Field {
    Field::new(map.width, map.height, &map.values)
}

pub(super) fn area(Region { left, top, width, height }: Region) -> Area {
    Area { left, top, right: left + width, bottom: top + height }
}
