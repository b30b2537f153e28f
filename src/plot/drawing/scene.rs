//! What a figure is drawn of: shapes at places, from back to front. `svg` and `png` write it.

use image::RgbImage;

use super::geometry::{Area, Spot};

/// How many pixels of a picture or a PNG file each unit of a scene has, so that both are sharp on dense screens and on
/// paper.
pub(super) const PIXELS_PER_UNIT: f64 = 2.0;

/// Red, green and blue of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    /// `share` of `other` in this colour, both of them opaque.
    pub(super) fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// How well one is seen on the other, from 1 (not at all) to 21: the contrast of WCAG 2.2.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    fn luminance(self) -> f64 {
        let linear = |level: u8| {
            let level = f64::from(level) / 255.0;
            if level <= 0.040_45 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

/// Everything that is drawn.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) background: Colour,
    /// What is read aloud in place of the picture.
    pub(super) title: String,
    pub(super) shapes: Vec<Shape>,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Area {
        area: Area,
        fill: Colour,
    },
    Circle {
        centre: Spot,
        radius: f64,
        fill: Colour,
        edge: Colour,
    },
    /// Closed, with an edge of one pixel.
    Polygon {
        corners: Vec<Spot>,
        fill: Colour,
        edge: Colour,
    },
    Line {
        spots: Vec<Spot>,
        stroke: Stroke,
    },
    Text(Text),
    /// A picture, with two of its pixels for each unit of the scene.
    Picture {
        /// Its upper left corner.
        at: Spot,
        picture: RgbImage,
    },
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) colour: Colour,
    pub(super) width: f64,
    /// The lengths of dashes and of the gaps between them.
    pub(super) dash: Option<f64>,
}

impl Stroke {
    pub(super) fn plain(colour: Colour, width: f64) -> Self {
        Self { colour, width, dash: None }
    }
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) content: String,
    /// On the baseline.
    pub(super) at: Spot,
    pub(super) anchor: Anchor,
    pub(super) size: f64,
    pub(super) colour: Colour,
    /// Whether it is read from below to above.
    pub(super) is_upright: bool,
}

/// Which part of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// The share of the width that lies before the place.
    pub(super) fn share(self) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle => 0.5,
            Self::End => 1.0,
        }
    }
}

impl Scene {
    pub(super) fn line(&mut self, from: Spot, to: Spot, stroke: Stroke) {
        self.shapes.push(Shape::Line { spots: vec![from, to], stroke });
    }

    pub(super) fn area(&mut self, area: Area, fill: Colour) {
        self.shapes.push(Shape::Area { area, fill });
    }

    pub(super) fn picture(&mut self, at: Spot, picture: RgbImage) {
        self.shapes.push(Shape::Picture { at, picture });
    }

    /// Text from left to right.
    pub(super) fn text(
        &mut self,
        content: impl Into<String>,
        at: Spot,
        anchor: Anchor,
        size: f64,
        colour: Colour,
    ) {
        self.push_text(Text { content: content.into(), at, anchor, size, colour, is_upright: false });
    }

    /// Text from below to above.
    pub(super) fn upright_text(
        &mut self,
        content: impl Into<String>,
        at: Spot,
        anchor: Anchor,
        size: f64,
        colour: Colour,
    ) {
        self.push_text(Text { content: content.into(), at, anchor, size, colour, is_upright: true });
    }

    fn push_text(&mut self, text: Text) {
        if !text.content.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }
}
