//! A scene as SVG. Text stays text.

use std::fmt::{self, Display, Write};

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use libjpeg_turbo_rs::{PixelFormat, Subsampling, compress};

use super::font::FAMILIES;
use super::geometry::Spot;
use super::scene::{Anchor, Colour, PIXELS_PER_UNIT, Scene, Shape, Stroke, Text};
use crate::plot::file::MARK;

/// The JPEG quality of pictures.
const QUALITY: u8 = 88;

/// The bytes of the file.
pub(super) fn write(scene: &Scene) -> Vec<u8> {
    let mut svg = String::new();
    // Writing to a string cannot fail.
    let _ = write_scene(&mut svg, scene);
    svg.into_bytes()
}

fn write_scene(svg: &mut String, scene: &Scene) -> fmt::Result {
    let (width, height) = (Number(scene.width), Number(scene.height));
    write!(svg, r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" "#)?;
    writeln!(svg, r#"viewBox="0 0 {width} {height}" font-family="{FAMILIES}" role="img">"#)?;
    writeln!(svg, "<!-- {MARK} -->\n<title>{}</title>", Escaped(&scene.title))?;
    writeln!(svg, r#"<rect width="100%" height="100%" fill="{}"/>"#, scene.background)?;
    for shape in &scene.shapes {
        write_shape(svg, shape)?;
    }
    writeln!(svg, "</svg>")
}

fn write_shape(svg: &mut String, shape: &Shape) -> fmt::Result {
    match shape {
        Shape::Area { area, fill } => {
            let (x, y) = (Number(area.left), Number(area.top));
            let (width, height) = (Number(area.width()), Number(area.height()));
            writeln!(svg, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#)
        }
        Shape::Circle { centre, radius, fill, edge } => {
            let (x, y, radius) = (Number(centre.x), Number(centre.y), Number(*radius));
            writeln!(svg, r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}" stroke="{edge}"/>"#)
        }
        Shape::Polygon { corners, fill, edge } => {
            writeln!(svg, r#"<polygon points="{}" fill="{fill}" stroke="{edge}"/>"#, Spots(corners))
        }
        Shape::Line { spots, stroke: Stroke { colour, width, dash } } => {
            write!(svg, r#"<polyline points="{}" fill="none" stroke="{colour}""#, Spots(spots))?;
            write!(svg, r#" stroke-width="{}""#, Number(*width))?;
            if let Some(dash) = dash {
                write!(svg, r#" stroke-dasharray="{}""#, Number(*dash))?;
            }
            writeln!(svg, "/>")
        }
        Shape::Text(text) => write_text(svg, text),
        Shape::Picture { at, picture } => write_picture(svg, *at, picture),
    }
}

fn write_picture(svg: &mut String, at: Spot, picture: &RgbImage) -> fmt::Result {
    let (columns, rows) = picture.dimensions();
    let side = |pixels: u32| Number(f64::from(pixels) / PIXELS_PER_UNIT);
    let (x, y, width, height) = (Number(at.x), Number(at.y), side(columns), side(rows));
    // Colour has the same resolution as brightness; otherwise, the edges of a legend would blur into each other.
    let jpeg =
        compress(picture, columns as usize, rows as usize, PixelFormat::Rgb, QUALITY, Subsampling::S444);
    let jpeg = jpeg.expect("its sides are those that a JPEG may have");
    let data = Base64Display::new(&jpeg, &STANDARD);
    write!(svg, r#"<image x="{x}" y="{y}" width="{width}" height="{height}" "#)?;
    writeln!(svg, r#"href="data:image/jpeg;base64,{data}"/>"#)
}

fn write_text(svg: &mut String, text: &Text) -> fmt::Result {
    let (x, y) = (Number(text.at.x), Number(text.at.y));
    write!(svg, r#"<text x="{x}" y="{y}" font-size="{}" fill="{}""#, Number(text.size), text.colour)?;
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => write!(svg, r#" text-anchor="middle""#)?,
        Anchor::End => write!(svg, r#" text-anchor="end""#)?,
    }
    if text.is_upright {
        write!(svg, r#" transform="rotate(-90 {x} {y})""#)?;
    }
    writeln!(svg, ">{}</text>", Escaped(&text.content))
}

impl Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// A length in px, to hundredths.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // Adding zero takes the sign from -0.
        write!(f, "{}", (self.0 * 100.0).round() / 100.0 + 0.0)
    }
}

struct Spots<'a>(&'a [Spot]);

impl Display for Spots<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, spot) in self.0.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            write!(f, "{gap}{},{}", Number(spot.x), Number(spot.y))?;
        }
        Ok(())
    }
}

struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            c => f.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let text = |number: f64| Number(number).to_string();
        assert_eq!([text(12.0), text(0.126), text(-0.001), text(-3.5)], ["12", "0.13", "0", "-3.5"]);
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(Escaped("<b> & \"c\" größer").to_string(), "&lt;b&gt; &amp; \"c\" größer");
    }
}
