use proptest::prelude::*;

use super::support::{config, up_to};
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{CHANNEL_BLOCK, FeatureMapMut};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn shares_cover_everything_once_and_in_order(
        positions in 1..=up_to(70),
        blocks in 1..=up_to(12),
        unit in 0..=up_to(80),
        shares in prop_oneof![0..70_usize, Just(usize::MAX)],
        is_guided: bool,
        by_blocks: bool,
    ) {
        let (axis, length) =
            if by_blocks { (SplitAxis::Blocks, blocks) } else { (SplitAxis::Positions, positions) };
        let mut values = vec![0.0_f32; blocks * positions * CHANNEL_BLOCK];
        let map = FeatureMapMut::new(&mut values, positions);
        let new = if is_guided { WorkQueue::guided } else { WorkQueue::equal };
        let queue = new(map, axis, unit, shares);
        let (unit, mut end, mut count) = (unit.max(1), 0, 0);
        while let Some((range, mut share)) = queue.next() {
            let size = if by_blocks { share.blocks() } else { share.positions() };
            prop_assert_eq!((range.start, range.len()), (end, size));
            prop_assert!(range.start.is_multiple_of(unit) && size >= unit.min(length));
            for block in 0..share.blocks() {
                share.block(block).iter_mut().for_each(|value| *value += 1.0);
            }
            (end, count) = (range.end, count + 1);
        }
        prop_assert_eq!(end, length);
        prop_assert!(count <= shares.max(1));
        prop_assert!(values.iter().all(|writes| *writes == 1.0));
    }

    #[test]
    fn threads_write_disjoint_shares(
        positions in 1..=up_to(50),
        blocks in 1..=up_to(9),
        shares in 1..40_usize,
        by_blocks: bool,
    ) {
        let axis = if by_blocks { SplitAxis::Blocks } else { SplitAxis::Positions };
        let mut values = vec![0.0_f32; blocks * positions * CHANNEL_BLOCK];
        let queue = WorkQueue::guided(FeatureMapMut::new(&mut values, positions), axis, 1, shares);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let Some((_, mut share)) = queue.next() {
                        for block in 0..share.blocks() {
                            share.block(block).iter_mut().for_each(|value| *value += 1.0);
                        }
                    }
                });
            }
        });
        prop_assert!(values.iter().all(|writes| *writes == 1.0));
    }
}

#[test]
fn guided_shares_shrink() {
    let mut values = vec![0.0; 1000 * CHANNEL_BLOCK];
    let queue = WorkQueue::guided(FeatureMapMut::new(&mut values, 1000), SplitAxis::Positions, 1, 8);
    let sizes: Vec<_> = std::iter::from_fn(|| queue.next()).map(|(range, _)| range.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 1000);
    assert!(sizes.is_sorted_by(|larger, smaller| larger > smaller), "{sizes:?}");
}
