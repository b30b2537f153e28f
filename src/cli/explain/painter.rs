//! Turns a photo into its maps and their drawing.

use std::path::Path;
use std::time::Duration;

use image::RgbImage;

use super::destination::Destination;
use super::figure;
use super::sheet;
use super::subject::Subject;
use super::view::{Drawing, Explained, View};
use crate::pixels::{Draft, Filter, Region, Size, resize};
use crate::plot::{self, Theme};
use crate::predict::{AnswerOptions, ClassifyError};

/// Explains photos, and draws their maps at the size that the flags ask for.
pub(super) struct Painter {
    kind: Kind,
    width: Option<usize>,
    theme: Theme,
}

#[derive(Clone, Copy)]
enum Kind {
    None,
    Figure,
    Png,
    Pictures,
}

/// The largest ratio of a map's height to its width.
const HIGHEST: f64 = 1.25;

/// The width of a map in a contact sheet, px.
const SHEET_WIDTH: usize = 320;

impl Painter {
    pub(super) fn new(destination: &Destination, width: Option<usize>, theme: Theme) -> Self {
        let kind = match destination {
            Destination::Nowhere => Kind::None,
            Destination::Figure(_) => Kind::Figure,
            Destination::Stdout | Destination::Folder(_) => Kind::Png,
            Destination::Sheet(_) => Kind::Pictures,
        };
        Self { kind, width, theme }
    }

    /// The maps of a photo from all networks, with their drawing.
    pub(super) fn explain(
        &self,
        subjects: &[Subject],
        path: &Path,
        picture: &Draft,
        decode: Duration,
    ) -> Result<Explained, ClassifyError> {
        let (mut answer, mut views) = (None, vec![]);
        for (index, subject) in subjects.iter().enumerate() {
            let mut prepared = subject.classifier.prepare(&picture.image)?;
            (prepared.width, prepared.height) = (picture.width, picture.height);
            prepared.damage.clone_from(&picture.damage);
            prepared.timing.decode = decode;
            let options = AnswerOptions { top: 1, ..AnswerOptions::default() };
            let explanation = subject.classifier.explain(prepared, &subject.targets(), &options)?;
            answer.get_or_insert(explanation.answer);
            let maps = explanation.maps.into_iter().enumerate();
            views.extend(maps.map(|(target, map)| View {
                subject: index,
                name: subject.name(target, &map),
                map,
            }));
        }
        let answer = answer.unwrap_or_else(|| unreachable!("there is a network"));
        let drawing = self.draw(subjects, &views, path, picture);
        Ok(Explained { answer, views, drawing })
    }

    fn draw(&self, subjects: &[Subject], views: &[View], path: &Path, picture: &Draft) -> Drawing {
        let whole = Size { width: picture.width, height: picture.height };
        let figure = || {
            let columns = figure::columns(views.len(), subjects.len());
            let width = self.width.unwrap_or([960, 800, 640][columns.clamp(1, 3) - 1]);
            let photo = fitted(&picture.image, whole, width);
            let title = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            figure::figure(title.into_owned(), subjects, views, photo, |region| scaled(region, whole, width))
        };
        match self.kind {
            Kind::None => Drawing::None,
            Kind::Figure => Drawing::Figure(Box::new(figure())),
            Kind::Png => Drawing::Png(plot::png(&figure(), self.theme)),
            Kind::Pictures => {
                let width = self.width.unwrap_or(SHEET_WIDTH);
                let photo = fitted(&picture.image, whole, width);
                Drawing::Pictures(sheet::pictures(views, &photo, |region| scaled(region, whole, width)))
            }
        }
    }
}

/// The size at which a photo is shown: as wide as `width`, but no taller than [`HIGHEST`] times that. Small photos are enlarged.
fn shown_size(photo: Size, width: usize) -> Size {
    let (columns, rows) = (f64::from(photo.width), f64::from(photo.height));
    let scale = (width as f64 / columns).min(width as f64 * HIGHEST / rows);
    let side = |side: f64| ((side * scale).round() as u32).max(1);
    Size { width: side(columns), height: side(rows) }
}

fn fitted(picture: &RgbImage, whole: Size, width: usize) -> RgbImage {
    let size = shown_size(whole, width);
    let filter = if size.width < picture.width() { Filter::Lanczos } else { Filter::Bicubic };
    resize(picture, size, filter)
}

fn scaled(region: Region, whole: Size, width: usize) -> Region {
    region.scaled(whole, shown_size(whole, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_of_all_shapes_have_a_size() {
        for (photo, expected) in [
            ((4000, 3000), (960, 720)),
            ((3000, 4000), (900, 1200)),
            ((32, 32), (960, 960)),
            ((9000, 100), (960, 11)),
            ((100, 60000), (2, 1200)),
            ((1, 60000), (1, 1200)),
            ((60000, 1), (960, 1)),
        ] {
            assert_eq!(shown_size(photo.into(), 960), expected.into(), "{photo:?}");
        }
    }
}
