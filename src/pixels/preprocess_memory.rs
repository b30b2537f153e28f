//! The memory that preprocessing takes, from the size of a picture.

use super::channels::Channels;
use super::filter::Filter;
use super::geometry::MAX_SIDE;
use super::preprocess::Preprocess;
use super::resize::{columns_first, reach, taps};
use super::size::Size;

impl Preprocess {
    /// The most memory, in bytes, that is held at a time while a picture of this size is [prepared](Self::run), the picture
    /// itself included. An upper bound; 0 for a picture that will be refused.
    pub fn memory(&self, width: u32, height: u32) -> u64 {
        let picture = Size { width, height };
        let Ok(placement) = self.geometry.placement(self.crop, picture) else { return 0 };
        let (resized, input) = (placement.resized, placement.input);
        let part = Size { width: resized.width.min(input.width), height: resized.height.min(input.height) };
        let copies = if self.channels == Channels::Gray { 2 } else { 1 };
        copies * rgb(picture)
            + resizing(picture, resized, part, self.filter)
            + rgb(input)
            + self.planes(input)
    }

    /// The most bytes that a prepared picture has.
    pub fn most_planes(&self) -> u64 {
        self.planes(self.crop.unwrap_or(Size::square(MAX_SIDE)))
    }

    fn planes(&self, input: Size) -> u64 {
        4 * self.channels.count() as u64 * area(input)
    }
}

/// What resizing takes: weights, the picture between the passes, the result.
fn resizing(from: Size, to: Size, part: Size, filter: Filter) -> u64 {
    let Some(kernel) = filter.kernel() else {
        return rgb(part) + 4 * (u64::from(part.width) + u64::from(part.height));
    };
    let weights = |from: u32, to: u32, part: u32| {
        let per_pixel = 4 * taps(from, to, kernel) + size_of::<(std::ops::Range<usize>, usize)>();
        u64::from(part) * per_pixel as u64
    };
    let between = if columns_first(from, to) {
        Size { width: from.width, height: part.height }
    } else {
        // Rows that the part depends on.
        let scale = f64::from(from.height) / f64::from(to.height);
        let used = f64::from(part.height) * scale + 2.0 * reach(from.height, to.height, kernel) + 2.0;
        Size { width: part.width, height: from.height.min(used as u32) }
    };
    weights(from.width, to.width, part.width)
        + weights(from.height, to.height, part.height)
        + rgb(between)
        + rgb(part)
}

fn area(size: Size) -> u64 {
    u64::from(size.width) * u64::from(size.height)
}

fn rgb(size: Size) -> u64 {
    3 * area(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::geometry::Geometry;
    use crate::pixels::size::Resize;

    fn memory(resize: Resize, width: u32, height: u32) -> u64 {
        let preprocess = Preprocess {
            crop: Some(Size::square(224)),
            geometry: Geometry::Transformers(resize),
            filter: Filter::Bilinear,
            rescale: 1.0 / 255.0,
            offset: 0.0,
            mean: [0.5; 3],
            std: [0.5; 3],
            channels: Channels::Rgb,
        };
        preprocess.memory(width, height)
    }

    #[test]
    fn weights_of_slivers_count() {
        let exact = Resize::Exact { width: 224, height: 224 };
        // 224 pixels with 2 · 89 000 000 / 224 weights of 4 bytes, and the picture.
        let expected = 8 * 89_000_000 + 3 * 89_000_000;
        for (width, height) in [(1, 89_000_000), (89_000_000, 1)] {
            let memory = memory(exact, width, height);
            assert!((expected..expected + 2_000_000).contains(&memory), "{memory}");
        }
    }

    #[test]
    fn a_photo_takes_little_more_than_itself() {
        let memory = memory(Resize::ShortestEdge(256), 4000, 3000);
        assert!((36_000_000..41_000_000).contains(&memory), "{memory}");
        // It will be refused.
        assert_eq!(self::memory(Resize::ShortestEdge(256), 16_777_216, 1), 0);
    }
}
