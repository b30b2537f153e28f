//! Conversion of feature maps between element types.

use super::element::Element;
use super::feature_map::{FeatureMap, FeatureMapMut};

/// Converts values to the layout of `To`; `shortcut` is added before they are rounded. Channels that exist only in the
/// blocks of `To` become zero.
///
/// # Panics
/// If the positions differ, or if the shapes of output and shortcut do.
pub fn convert<From: Element, To: Element>(
    from: FeatureMap<From>,
    shortcut: Option<FeatureMap<To>>,
    mut to: FeatureMapMut<To>,
) {
    let shape = (to.blocks(), to.positions());
    assert_eq!(from.positions(), shape.1, "positions of a converted map");
    assert!(shortcut.is_none_or(|map| (map.blocks(), map.positions()) == shape), "shape of a shortcut");
    for block in 0..to.blocks() {
        if From::BLOCK == To::BLOCK && shortcut.is_none() {
            for (to, from) in to.block(block).iter_mut().zip(from.block(block)) {
                *to = To::round(from.to_f32());
            }
            continue;
        }
        for (lane, channel) in (block * To::BLOCK..(block + 1) * To::BLOCK).enumerate() {
            let read = (channel / From::BLOCK < from.blocks())
                .then(|| from.block(channel / From::BLOCK)[channel % From::BLOCK..].iter());
            let mut read = read.into_iter().flat_map(|values| values.step_by(From::BLOCK));
            for (position, to) in to.block(block)[lane..].iter_mut().step_by(To::BLOCK).enumerate() {
                let value = read.next().map_or(0.0, |value| value.to_f32());
                let added =
                    shortcut.map_or(0.0, |map| map.block(block)[position * To::BLOCK + lane].to_f32());
                *to = To::round(value + added);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use half::bf16;

    use super::*;
    use crate::kernels::tests::support::{blocked, flat, noise, rounded, unwritten};

    #[test]
    fn there_and_back_is_rounding() {
        let values = noise(1, 40 * 3);
        let map = blocked::<f32>(&values, 40);
        let mut narrow = unwritten::<bf16>(40, 3);
        convert(FeatureMap::new(&map, 3), None, FeatureMapMut::new(&mut narrow, 3));
        let mut wide = unwritten::<f32>(40, 3);
        convert(FeatureMap::new(&narrow, 3), None, FeatureMapMut::new(&mut wide, 3));
        let expected = rounded::<bf16>(&values);
        assert_eq!((flat(&narrow, 40), flat(&wide, 40)), (expected.clone(), expected));
        assert!(
            narrow[32 * 3..].chunks(32).all(|block| block[8..].iter().all(|value| value.to_f32() == 0.0))
        );
    }

    #[test]
    fn a_shortcut_is_added_before_rounding() {
        let (values, shortcut) = (noise(1, 5 * 7), rounded::<bf16>(&noise(2, 5 * 7)));
        let (map, added) = (blocked::<f32>(&values, 5), blocked::<bf16>(&shortcut, 5));
        let mut sum = unwritten::<bf16>(5, 7);
        convert(FeatureMap::new(&map, 7), Some(FeatureMap::new(&added, 7)), FeatureMapMut::new(&mut sum, 7));
        let sums: Vec<_> = values.iter().zip(&shortcut).map(|(value, added)| value + added).collect();
        assert_eq!(flat(&sum, 5), rounded::<bf16>(&sums));
    }
}
