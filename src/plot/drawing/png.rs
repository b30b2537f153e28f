//! Renders a scene as PNG.

use image::{Rgb, RgbImage};
use tiny_skia::{Color, ColorU8, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, StrokeDash, Transform};

use super::font::{self, units_per_size};
use super::geometry::Spot;
use super::scene::{Colour, PIXELS_PER_UNIT, Scene, Shape, Stroke, Text};
use crate::plot::file::MARK;

const SCALE: f32 = PIXELS_PER_UNIT as f32;

/// The bytes of the file.
pub(super) fn write(scene: &Scene) -> Vec<u8> {
    let side = |length: f64| (length * f64::from(SCALE)).ceil().max(1.0) as u32;
    let mut bitmap =
        Pixmap::new(side(scene.width), side(scene.height)).expect("a figure is larger than nothing");
    let Colour(red, green, blue) = scene.background;
    bitmap.fill(Color::from_rgba8(red, green, blue, 255));
    for shape in &scene.shapes {
        paint_shape(&mut bitmap, shape);
    }
    encode(&bitmap)
}

fn paint_shape(bitmap: &mut Pixmap, shape: &Shape) {
    match shape {
        Shape::Area { area, fill: colour } => {
            let sides = [area.left, area.top, area.right, area.bottom].map(|side| side as f32);
            // An area without width shows nothing.
            if let Some(area) = Rect::from_ltrb(sides[0], sides[1], sides[2], sides[3]) {
                bitmap.fill_rect(area, &paint(*colour), scaled(), None);
            }
        }
        Shape::Circle { centre, radius, fill: colour, edge } => {
            let circle = PathBuilder::from_circle(centre.x as f32, centre.y as f32, *radius as f32);
            fill_with_edge(bitmap, circle, *colour, *edge);
        }
        Shape::Polygon { corners, fill: colour, edge } => {
            fill_with_edge(bitmap, path(corners, true), *colour, *edge);
        }
        Shape::Line { spots, stroke } => paint_line(bitmap, spots, stroke),
        Shape::Text(text) => paint_text(bitmap, text),
        Shape::Picture { at, picture } => paint_picture(bitmap, *at, picture),
    }
}

/// Copies the pixels of a picture without resampling, so that they stay as they are.
fn paint_picture(bitmap: &mut Pixmap, at: Spot, picture: &RgbImage) {
    let place = |length: f64| (length * PIXELS_PER_UNIT).round().max(0.0) as usize;
    let (left, top, width) = (place(at.x), place(at.y), bitmap.width() as usize);
    for (x, y, Rgb([red, green, blue])) in picture.enumerate_pixels() {
        let (x, y) = (left + x as usize, top + y as usize);
        if x < width
            && let Some(pixel) = bitmap.pixels_mut().get_mut(y * width + x)
        {
            *pixel = ColorU8::from_rgba(*red, *green, *blue, 255).premultiply();
        }
    }
}

fn fill_with_edge(bitmap: &mut Pixmap, path: Option<Path>, colour: Colour, edge: Colour) {
    let Some(path) = path else { return };
    fill(bitmap, &path, colour, scaled());
    bitmap.stroke_path(&path, &paint(edge), &tiny_skia::Stroke::default(), scaled(), None);
}

fn fill(bitmap: &mut Pixmap, path: &Path, colour: Colour, transform: Transform) {
    bitmap.fill_path(path, &paint(colour), FillRule::Winding, transform, None);
}

fn paint_line(bitmap: &mut Pixmap, spots: &[Spot], stroke: &Stroke) {
    let Some(path) = path(spots, false) else { return };
    let dash = stroke.dash.and_then(|length| StrokeDash::new(vec![length as f32; 2], 0.0));
    let line = tiny_skia::Stroke { width: stroke.width as f32, dash, ..tiny_skia::Stroke::default() };
    bitmap.stroke_path(&path, &paint(stroke.colour), &line, scaled(), None);
}

fn paint_text(bitmap: &mut Pixmap, text: &Text) {
    let width = font::width(&text.content, text.size) as f32;
    let letters = (text.size / units_per_size()) as f32;
    let turn = if text.is_upright { -90.0 } else { 0.0 };
    let origin =
        scaled().pre_translate(text.at.x as f32, text.at.y as f32).pre_concat(Transform::from_rotate(turn));
    let mut x = -width * text.anchor.share() as f32;
    for letter in text.content.chars() {
        let mut outline = Outline(PathBuilder::new());
        font::trace(letter, &mut outline);
        // Fonts count upwards.
        let place = origin.pre_translate(x, 0.0).pre_scale(letters, -letters);
        if let Some(path) = outline.0.finish() {
            fill(bitmap, &path, text.colour, place);
        }
        x += (font::advance(letter) * text.size) as f32;
    }
}

/// `None` for fewer than two places.
fn path(spots: &[Spot], is_closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (index, spot) in spots.iter().enumerate() {
        let (x, y) = (spot.x as f32, spot.y as f32);
        if index == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
    }
    if is_closed {
        builder.close();
    }
    builder.finish()
}

fn scaled() -> Transform {
    Transform::from_scale(SCALE, SCALE)
}

fn paint(Colour(red, green, blue): Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

/// Takes the outline of a letter.
struct Outline(PathBuilder);

impl ttf_parser::OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

/// Without an alpha channel, because everything is opaque.
fn encode(bitmap: &Pixmap) -> Vec<u8> {
    let rgb: Vec<u8> = bitmap.data().chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
    let mut file = Vec::new();
    let mut write = || -> Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(&mut file, bitmap.width(), bitmap.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.add_text_chunk("Software".into(), MARK.into())?;
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&rgb)?;
        writer.finish()
    };
    write().expect("a bitmap of this size goes into memory");
    file
}
