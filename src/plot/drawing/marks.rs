//! The marks of points: a shape as well as a colour for each series, for eyes and printers that see no colours.

use super::geometry::{Area, Spot, spot};
use super::palette::Palette;
use super::scene::{Scene, Shape};

/// The radius of a circle. The other marks look as large.
pub(super) const RADIUS: f64 = 4.5;

/// What a mark covers, its edge included.
pub(super) fn mark_area(at: Spot) -> Area {
    Area::around(at, RADIUS + 1.5, RADIUS + 1.5)
}

/// Corners around the middle of a mark, in radii; a mark without corners is a circle.
const CORNERS: [&[(f64, f64)]; 5] = [
    &[],
    &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    &[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
    &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
    &[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)],
];

/// Draws the mark of series number `series`. An edge in the colour of the page parts it from marks below it.
pub(super) fn draw_mark(scene: &mut Scene, palette: &Palette, series: usize, at: Spot) {
    let (fill, edge) = (palette.series(series), palette.background);
    // After a round of colours the marks are shifted by one, so that pairs do not repeat soon.
    let corners = CORNERS[(series + series / palette.series.len()) % CORNERS.len()];
    scene.shapes.push(if corners.is_empty() {
        Shape::Circle { centre: at, radius: RADIUS, fill, edge }
    } else {
        let corners = corners.iter().map(|(x, y)| spot(at.x + x * RADIUS, at.y + y * RADIUS)).collect();
        Shape::Polygon { corners, fill, edge }
    });
}
