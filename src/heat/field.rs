//! A grid of values, and the interpolation between them.

use std::ops::Range;

/// A grid of cells, each with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    width: usize,
    height: usize,
    values: Vec<f64>,
}

impl Field {
    /// `values` are row by row from the top. Values that are not finite count as zero.
    ///
    /// # Panics
    /// If the number of values is zero, or is not `width · height`.
    pub fn new(width: usize, height: usize, values: &[f32]) -> Self {
        assert!(!values.is_empty() && values.len() == width * height, "a value for each cell");
        let finite = |value: &f32| if value.is_finite() { f64::from(*value) } else { 0.0 };
        Self { width, height, values: values.iter().map(finite).collect() }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        self.values.iter().copied()
    }

    /// Enlarges the field to a picture of `columns` x `rows` pixels, and returns its values at the centres of the
    /// pixels in `across` x `down`, row by row.
    ///
    /// Between the centres of cells, values lie on Catmull-Rom splines through the cells' own values, limited to the
    /// lowest and the highest value of the field. Beyond the outermost centres they are constant.
    pub(super) fn enlarged(&self, columns: f64, rows: f64, across: Range<f64>, down: Range<f64>) -> Vec<f64> {
        let [across, down] = [(across, columns, self.width), (down, rows, self.height)].map(
            |(pixels, length, cells): (Range<f64>, f64, usize)| -> Vec<Taps> {
                let count = (pixels.end - pixels.start).round().max(0.0) as usize;
                let centre = |index: usize| (pixels.start + index as f64 + 0.5) / length * cells as f64 - 0.5;
                (0..count).map(|index| Taps::at(centre(index), cells)).collect()
            },
        );
        let (low, high) = self
            .values()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), value| (a.min(value), b.max(value)));
        let widened: Vec<Vec<f64>> = self
            .values
            .chunks_exact(self.width)
            .map(|row| across.iter().map(|taps| taps.sum(|cell| row[cell])).collect())
            .collect();
        let row = |taps: Taps| {
            let widened = &widened;
            (0..across.len()).map(move |x| taps.sum(|cell| widened[cell][x]).clamp(low, high))
        };
        down.into_iter().flat_map(row).collect()
    }
}

/// The cells that an interpolated value depends on, and their weights.
#[derive(Clone, Copy)]
struct Taps {
    cells: [usize; 4],
    weights: [f64; 4],
}

impl Taps {
    /// The taps at a place, counted in cells from the centre of the first cell.
    fn at(place: f64, cells: usize) -> Self {
        let last = cells as f64 - 1.0;
        let place = place.clamp(0.0, last);
        let (cell, t) = (place.floor(), place.fract());
        let cells = [-1.0, 0.0, 1.0, 2.0].map(|step| (cell + step).clamp(0.0, last) as usize);
        let weights = [
            ((2.0 - t) * t - 1.0) * t,
            (3.0 * t - 5.0) * t * t + 2.0,
            ((4.0 - 3.0 * t) * t + 1.0) * t,
            (t - 1.0) * t * t,
        ];
        Self { cells, weights: weights.map(|weight| weight / 2.0) }
    }

    fn sum(&self, value: impl Fn(usize) -> f64) -> f64 {
        self.cells.iter().zip(self.weights).map(|(cell, weight)| weight * value(*cell)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_values_at_their_centres() {
        let values = [0.0, 1.0, -2.0, 5.0, 4.0, 3.0];
        let field = Field::new(3, 2, &values);
        // Five pixels for each cell: the third is its centre.
        let pixels = field.enlarged(15.0, 10.0, 0.0..15.0, 0.0..10.0);
        for (cell, value) in values.into_iter().enumerate() {
            let (x, y) = (cell % 3 * 5 + 2, cell / 3 * 5 + 2);
            assert!((pixels[y * 15 + x] - f64::from(value)).abs() < 1e-12, "{cell}");
        }
        assert!(pixels.iter().all(|value| (-2.0..=5.0).contains(value)));
        assert_eq!(pixels[0], pixels[2 * 15 + 2], "the corner");
    }

    #[test]
    fn one_cell_fills_everything() {
        assert_eq!(Field::new(1, 1, &[3.5]).enlarged(4.0, 3.0, 0.0..4.0, 0.0..3.0), [3.5; 12]);
    }

    #[test]
    fn a_part_is_that_of_the_whole() {
        let field = Field::new(2, 2, &[1.0, 2.0, 3.0, 4.0]);
        let whole = field.enlarged(8.0, 6.0, 0.0..8.0, 0.0..6.0);
        let part = field.enlarged(8.0, 6.0, 3.0..7.0, 2.0..5.0);
        let expected: Vec<_> = (2..5).flat_map(|y| whole[y * 8 + 3..y * 8 + 7].to_vec()).collect();
        assert_eq!(part, expected);
    }
}
