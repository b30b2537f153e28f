//! A plane with two axes: frame, grid, ticks and titles.

use super::font::{CAPITAL, fitted, width};
use super::geometry::{Area, Spot, spot};
use super::legend::{AXIS, SMALL};
use super::palette::Palette;
use super::scale::Scale;
use super::scene::{Anchor, Scene, Shape, Stroke};
use super::ticks::{Tick, ticks};

/// What the texts along an axis need, at least.
const BETWEEN_X: f64 = 18.0;
const BETWEEN_Y: f64 = 30.0;

const TICK: f64 = 4.0;
const TITLE_ROOM: f64 = 22.0;
const X_TICK_ROOM: f64 = 20.0;
/// To the right of the frame: half of the last tick's text.
const RIGHT_ROOM: f64 = 14.0;

/// An axis that is still to be given its place.
#[derive(Clone, Debug)]
pub(super) struct AxisPlan<'a> {
    pub(super) title: &'a str,
    pub(super) scale: Scale,
}

/// What lies between the axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    pub(super) area: Area,
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Plane {
    /// Draws the axes so that they fill `room`.
    pub(super) fn draw(
        scene: &mut Scene,
        palette: &Palette,
        room: &Area,
        x: &AxisPlan,
        y: &AxisPlan,
    ) -> Self {
        let bottom = room.bottom - if x.title.is_empty() { X_TICK_ROOM } else { X_TICK_ROOM + TITLE_ROOM };
        let top = room.top + 6.0;
        let y_scale = y.scale.between(bottom, top);
        let y_ticks = ticks(&y_scale, |_| BETWEEN_Y);
        let texts = y_ticks.iter().map(|tick| width(&tick.text, SMALL)).fold(0.0, f64::max);
        let area = Area {
            left: room.left + TITLE_ROOM + texts + TICK + 3.0,
            right: room.right - RIGHT_ROOM,
            top,
            bottom,
        };
        let x_scale = x.scale.between(area.left, area.right);
        let plane = Self { area, x: x_scale, y: y_scale };
        plane.draw_x(scene, palette, &ticks(&x_scale, |text| width(text, SMALL) + BETWEEN_X), x.title);
        plane.draw_y(scene, palette, &y_ticks, y.title, room.left);
        let Area { left, right, top, bottom } = area;
        let spots = vec![spot(left, top), spot(left, bottom), spot(right, bottom)];
        let stroke = Stroke::plain(palette.line, 1.0);
        scene.shapes.push(Shape::Line { spots, stroke });
        plane
    }

    /// Where a pair of values is.
    pub(super) fn position(&self, x: f64, y: f64) -> Spot {
        spot(self.x.position(x), self.y.position(y))
    }

    fn draw_x(&self, scene: &mut Scene, palette: &Palette, ticks: &[Tick], title: &str) {
        let Area { left, top, bottom, .. } = self.area;
        for tick in ticks {
            let x = self.x.position(tick.value);
            if x > left + 1.0 {
                scene.line(spot(x, top), spot(x, bottom), Stroke::plain(palette.grid, 1.0));
            }
            scene.line(spot(x, bottom), spot(x, bottom + TICK), Stroke::plain(palette.line, 1.0));
            let at = spot(x, bottom + TICK + 3.0 + SMALL * CAPITAL);
            scene.text(tick.text.as_str(), at, Anchor::Middle, SMALL, palette.text);
        }
        let at = spot(self.area.centre().x, bottom + X_TICK_ROOM + AXIS + 2.0);
        scene.text(fitted(title, AXIS, self.area.width()), at, Anchor::Middle, AXIS, palette.text);
    }

    fn draw_y(&self, scene: &mut Scene, palette: &Palette, ticks: &[Tick], title: &str, edge: f64) {
        let Area { left, right, bottom, .. } = self.area;
        for tick in ticks {
            let y = self.y.position(tick.value);
            if y < bottom - 1.0 {
                scene.line(spot(left, y), spot(right, y), Stroke::plain(palette.grid, 1.0));
            }
            scene.line(spot(left - TICK, y), spot(left, y), Stroke::plain(palette.line, 1.0));
            let at = spot(left - TICK - 3.0, y + SMALL * CAPITAL / 2.0);
            scene.text(tick.text.as_str(), at, Anchor::End, SMALL, palette.text);
        }
        let at = spot(edge + AXIS, self.area.centre().y);
        let title = fitted(title, AXIS, self.area.height());
        scene.upright_text(title, at, Anchor::Middle, AXIS, palette.text);
    }
}
