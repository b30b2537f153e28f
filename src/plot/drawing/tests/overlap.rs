//! No text lies on another, on a mark or outside the page.

use super::{example, figure};
use crate::plot::drawing::font;
use crate::plot::drawing::geometry::Area;
use crate::plot::drawing::marks::RADIUS;
use crate::plot::drawing::page;
use crate::plot::drawing::palette::Palette;
use crate::plot::drawing::scene::{Scene, Shape, Text};
use crate::plot::figure::Figure;
use crate::plot::theme::Theme;

pub(super) fn check(name: &str, figure: &Figure) -> Scene {
    let scene = page::draw(figure, Palette::of(Theme::Light));
    let page = Area { left: 0.0, top: 0.0, right: scene.width, bottom: scene.height };
    let texts = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some((text.content.as_str(), covered(text))),
        _ => None,
    });
    let texts: Vec<_> = texts.collect();
    for (index, (text, area)) in texts.iter().enumerate() {
        assert!(page.contains(area), "{name}: `{text}` leaves the page: {area:?}");
        for (other, other_area) in &texts[..index] {
            assert!(!area.intersects(other_area), "{name}: `{text}` and `{other}`: {area:?} {other_area:?}");
        }
    }
    for shape in &scene.shapes {
        let mark = match shape {
            Shape::Circle { centre, .. } => Area::around(*centre, RADIUS, RADIUS),
            Shape::Polygon { corners, .. } => corners.iter().fold(
                Area { left: f64::MAX, top: f64::MAX, right: f64::MIN, bottom: f64::MIN },
                |area, corner| Area {
                    left: area.left.min(corner.x),
                    top: area.top.min(corner.y),
                    right: area.right.max(corner.x),
                    bottom: area.bottom.max(corner.y),
                },
            ),
            _ => continue,
        };
        let covered = texts.iter().find(|(_, area)| area.intersects(&mark));
        assert!(covered.is_none(), "{name}: {covered:?} lies on a mark");
    }
    scene
}

/// What a text covers, ascenders and descenders included.
fn covered(text: &Text) -> Area {
    let width = font::width(&text.content, text.size);
    let before = width * text.anchor.share();
    let (up, down) = (0.76 * text.size, font::DESCENT * text.size);
    if text.is_upright {
        let bottom = text.at.y + before;
        Area { left: text.at.x - up, right: text.at.x + down, top: bottom - width, bottom }
    } else {
        let left = text.at.x - before;
        Area { left, right: left + width, top: text.at.y - up, bottom: text.at.y + down }
    }
}

#[test]
fn the_examples_have_no_overlaps() {
    for (name, figure) in example::figures() {
        check(name, &figure);
    }
}

#[test]
fn every_network_of_the_grid_has_its_label() {
    for has_others in [false, true] {
        for is_over_time in [false, true] {
            let scene = check("grid", &figure([example::grid("grid", is_over_time, has_others)]));
            let count = scene.shapes.iter().filter(|shape| is_label(shape)).count();
            assert_eq!(count, if has_others { 24 } else { 16 });
        }
    }
}

/// The labels of the example: `1.0-224`, `lite0`.
fn is_label(shape: &Shape) -> bool {
    let is_named =
        |text: &str| text.ends_with(['0', '2', '4', '8']) && text.contains('-') || text.starts_with("lite");
    let others = ["large", "small", "conv-small", "conv-medium"];
    matches!(shape, Shape::Text(text) if is_named(&text.content) || others.contains(&&*text.content))
}
