//! A component to the size of the picture, as libjpeg-turbo's jdsample.c does it by default ("fancy").

/// The samples of a component.
pub(super) struct Plane {
    pub(super) samples: Vec<u8>,
    /// Distance of rows.
    pub(super) stride: usize,
    /// Samples that belong to the picture.
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Plane {
    fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.stride..][..self.width]
    }

    /// The plane enlarged `h` by `v` times, `width` x `height` samples of it.
    pub(super) fn upsampled(&self, (h, v): (usize, usize), width: usize, height: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height {
            let row = match (h, v) {
                (2, 1) if self.width > 2 => twice_as_wide(self.row(y)),
                (1, 2) => {
                    self.between_rows(y).map(|(near, far, bias)| (3 * near + far + bias) >> 2).collect()
                }
                (2, 2) if self.width > 2 => twice_as_wide_and_high(
                    &self.between_rows(y).map(|(near, far, _)| 3 * near + far).collect::<Vec<_>>(),
                ),
                _ => {
                    self.row(y / v).iter().flat_map(|&sample| std::iter::repeat_n(sample.into(), h)).collect()
                }
            };
            out.extend(row.iter().take(width).map(|&sample| sample as u8));
        }
        out
    }

    /// For row `y` of a plane twice as high: the nearer and the farther sample, and what rounds them.
    fn between_rows(&self, y: usize) -> impl Iterator<Item = (u16, u16, u16)> {
        let near = y / 2;
        let (far, bias) = if y.is_multiple_of(2) {
            (near.saturating_sub(1), 1)
        } else {
            ((near + 1).min(self.height - 1), 2)
        };
        let pairs = self.row(near).iter().zip(self.row(far));
        pairs.map(move |(&near, &far)| (near.into(), far.into(), bias))
    }
}

/// Each sample becomes two, a quarter of the way to its neighbours.
fn twice_as_wide(row: &[u8]) -> Vec<u16> {
    let at = |index: usize| u16::from(row[index]);
    let last = row.len() - 1;
    let pair = |index: usize| {
        let left = if index == 0 { at(0) } else { (3 * at(index) + at(index - 1) + 1) >> 2 };
        let right = if index == last { at(last) } else { (3 * at(index) + at(index + 1) + 2) >> 2 };
        [left, right]
    };
    (0..row.len()).flat_map(pair).collect()
}

/// The same of sums of two rows, four times as large.
fn twice_as_wide_and_high(sums: &[u16]) -> Vec<u16> {
    let last = sums.len() - 1;
    let pair = |index: usize| {
        let sum = sums[index];
        let left = if index == 0 { (4 * sum + 8) >> 4 } else { (3 * sum + sums[index - 1] + 8) >> 4 };
        let right = if index == last { (4 * sum + 7) >> 4 } else { (3 * sum + sums[index + 1] + 7) >> 4 };
        [left, right]
    };
    (0..sums.len()).flat_map(pair).collect()
}
