//! Places on a figure, in pixels: x to the right, y downwards.

/// A place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
}

pub(super) const fn spot(x: f64, y: f64) -> Spot {
    Spot { x, y }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn around(centre: Spot, half_width: f64, half_height: f64) -> Self {
        Self {
            left: centre.x - half_width,
            top: centre.y - half_height,
            right: centre.x + half_width,
            bottom: centre.y + half_height,
        }
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn centre(&self) -> Spot {
        spot((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// Larger by `margin` on each side.
    pub(super) fn grown(&self, margin: f64) -> Self {
        Self {
            left: self.left - margin,
            top: self.top - margin,
            right: self.right + margin,
            bottom: self.bottom + margin,
        }
    }

    pub(super) fn intersects(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) fn contains(&self, inner: &Self) -> bool {
        self.left <= inner.left
            && inner.right <= self.right
            && self.top <= inner.top
            && inner.bottom <= self.bottom
    }

    /// The place in it that is nearest to `to`.
    pub(super) fn nearest(&self, to: Spot) -> Spot {
        spot(to.x.clamp(self.left, self.right), to.y.clamp(self.top, self.bottom))
    }

    /// Whether a line from `from` to `to` runs through it: the part of the line left over after it was cut at each side.
    pub(super) fn is_crossed(&self, from: Spot, to: Spot) -> bool {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let sides = [
            (-dx, from.x - self.left),
            (dx, self.right - from.x),
            (-dy, from.y - self.top),
            (dy, self.bottom - from.y),
        ];
        let (mut start, mut end) = (0.0_f64, 1.0_f64);
        for (step, room) in sides {
            if step == 0.0 {
                if room <= 0.0 {
                    return false;
                }
            } else if step < 0.0 {
                start = start.max(room / step);
            } else {
                end = end.min(room / step);
            }
        }
        start < end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 10.0, top: 10.0, right: 20.0, bottom: 20.0 };

    #[test]
    fn areas_that_only_touch_do_not_intersect() {
        let shifted = |x: f64| Area { left: AREA.left + x, right: AREA.right + x, ..AREA };
        assert!(AREA.intersects(&shifted(9.9)) && AREA.intersects(&AREA));
        assert!(!AREA.intersects(&shifted(10.0)));
        assert!(AREA.grown(1.0).contains(&AREA) && !AREA.contains(&AREA.grown(1.0)));
    }

    #[test]
    fn a_line_crosses_where_it_runs_inside() {
        for (from, to, crosses) in [
            (spot(0.0, 15.0), spot(30.0, 15.0), true),
            (spot(0.0, 0.0), spot(30.0, 30.0), true),
            (spot(12.0, 12.0), spot(13.0, 13.0), true),
            (spot(0.0, 15.0), spot(9.0, 15.0), false),
            (spot(0.0, 5.0), spot(30.0, 5.0), false),
            (spot(0.0, 25.0), spot(25.0, 0.0), true),
            (spot(0.0, 19.0), spot(19.0, 0.0), false),
            (spot(15.0, 15.0), spot(15.0, 15.0), true),
        ] {
            assert_eq!(AREA.is_crossed(from, to), crosses, "{from:?} {to:?}");
        }
    }
}
