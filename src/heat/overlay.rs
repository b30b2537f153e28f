//! A field drawn over a picture.

use std::ops::Range;

use image::{Rgb, RgbImage};

use super::colours::{Colour, mixed};
use super::field::Field;
use super::scale::{Scale, grayed, opacity};

/// A rectangle in a picture, in px from its left and its top. It may reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its left side.
    pub left: f64,
    /// Its upper side.
    pub top: f64,
    /// Its right side.
    pub right: f64,
    /// Its lower side.
    pub bottom: f64,
}

impl Area {
    /// The same area in a picture that is scaled by these factors, across and down.
    #[must_use]
    pub fn scaled(self, (x, y): (f64, f64)) -> Self {
        Self { left: self.left * x, top: self.top * y, right: self.right * x, bottom: self.bottom * y }
    }

    /// The whole pixels of the area that lie in the picture: columns and rows.
    fn within(self, picture: &RgbImage) -> (Range<u32>, Range<u32>) {
        let inside = |from: f64, to: f64, most: u32| {
            let place = |place: f64| (place.round().max(0.0) as u32).min(most);
            place(from)..place(to)
        };
        let (width, height) = picture.dimensions();
        (inside(self.left, self.right, width), inside(self.top, self.bottom, height))
    }
}

/// A field, where it lies, and how its values look.
#[derive(Clone, Copy, Debug)]
pub struct Overlay<'a> {
    /// The values.
    pub field: &'a Field,
    /// The part of the picture that the values describe.
    pub area: Area,
    /// Their colours.
    pub scale: Scale,
    /// The colour of the page, into which everything outside the area fades.
    pub page: [u8; 3],
}

/// How much of the page's colour is mixed in outside the area.
const FADED: f64 = 0.6;

impl Overlay<'_> {
    /// Draws the field over the picture.
    pub fn over(&self, picture: &RgbImage) -> RgbImage {
        let mut painted = picture.clone();
        for pixel in painted.pixels_mut() {
            *pixel = Rgb(mixed(pixel.0, self.page, FADED));
        }
        let (columns, rows) = self.area.within(picture);
        let Area { left, top, right, bottom } = self.area;
        let inside =
            |pixels: &Range<u32>, from: f64| f64::from(pixels.start) - from..f64::from(pixels.end) - from;
        let (across, down) = (inside(&columns, left), inside(&rows, top));
        let values = self.field.enlarged(right - left, bottom - top, across, down);
        let places = rows.flat_map(|y| columns.clone().map(move |x| (x, y)));
        for ((x, y), value) in places.zip(values) {
            let share = self.scale.share(value);
            let below: Colour = grayed(picture.get_pixel(x, y).0);
            painted.put_pixel(x, y, Rgb(mixed(below, self.scale.colour(value), opacity(share))));
        }
        painted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: [u8; 3] = [255; 3];

    fn overlay(field: &Field, area: Area) -> Overlay<'_> {
        Overlay { field, area, scale: Scale::of([field]), page: WHITE }
    }

    /// The place where a picture is lightest.
    fn peak(picture: &RgbImage) -> (u32, u32) {
        let lightness = |pixel: &Rgb<u8>| pixel.0.map(u32::from).iter().sum::<u32>();
        let (x, y, _) = picture.enumerate_pixels().max_by_key(|(.., pixel)| lightness(pixel)).unwrap();
        (x, y)
    }

    #[test]
    fn the_peak_lies_where_the_largest_cell_is() {
        let mut values = [0.0; 12];
        values[4 + 2] = 5.0;
        let field = Field::new(4, 3, &values);
        let area = Area { left: 20.0, top: 10.0, right: 60.0, bottom: 40.0 };
        let painted = Overlay { page: [0; 3], ..overlay(&field, area) };
        let painted = painted.over(&RgbImage::from_pixel(80, 60, Rgb([90; 3])));
        // The centre of the third cell of the second row: cells of 10 px from (20, 10).
        let (x, y) = peak(&painted);
        assert!((44..=46).contains(&x) && (24..=26).contains(&y), "{x} {y}");
    }

    #[test]
    fn outside_of_the_area_the_picture_fades_and_has_no_other_colour() {
        let field = Field::new(1, 1, &[1.0]);
        let area = Area { left: 2.0, top: 3.0, right: 6.0, bottom: 7.0 };
        let painted = overlay(&field, area).over(&RgbImage::from_pixel(10, 10, Rgb([40, 90, 140])));
        let faded = mixed([40, 90, 140], WHITE, FADED);
        for (x, y, pixel) in painted.enumerate_pixels() {
            let is_inside = (2..6).contains(&x) && (3..7).contains(&y);
            assert_eq!(pixel.0 == faded, !is_inside, "{x} {y}");
        }
    }

    #[test]
    fn signs_have_colours_of_their_own_and_zero_has_another() {
        let field = Field::new(3, 1, &[-1.0, 0.0, 1.0]);
        let area = Area { left: 0.0, top: 0.0, right: 9.0, bottom: 3.0 };
        let painted = overlay(&field, area).over(&RgbImage::from_pixel(9, 3, Rgb([128; 3])));
        let [below, zero, above] = [1, 4, 7].map(|x| painted.get_pixel(x, 1).0);
        assert!(below[2] > below[0] + 40 && above[0] > above[2] + 40, "{below:?} {above:?}");
        assert!(zero.iter().all(|level| level.abs_diff(zero[0]) < 6 && *level < 100), "{zero:?}");
    }

    #[test]
    fn an_area_may_reach_beyond_the_picture_or_miss_it() {
        let field = Field::new(2, 2, &[1.0, 2.0, 3.0, 4.0]);
        let picture = RgbImage::new(8, 4);
        let beyond = Area { left: 0.0, top: -2.0, right: 8.0, bottom: 6.0 };
        assert!(overlay(&field, beyond).over(&picture).pixels().all(|pixel| pixel.0 != [153; 3]));
        let elsewhere = Area { left: 20.0, top: 20.0, right: 30.0, bottom: 30.0 };
        assert!(overlay(&field, elsewhere).over(&picture).pixels().all(|pixel| pixel.0 == [153; 3]));
    }
}
