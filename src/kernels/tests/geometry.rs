use proptest::prelude::*;

use super::support::{any_geometry, config};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_range_of_outputs_sees_the_inputs_of_each(
        geometry in any_geometry(&[1, 2, 3, 5, 7], &[1, 2]),
        range in (0.0..1.0, 0.0..1.0),
    ) {
        let axis = geometry.rows;
        let start = (range.0 * axis.output as f64) as usize;
        let end = start + (range.1 * (axis.output - start) as f64) as usize;
        let inputs = axis.inputs(start..end);
        let mut seen = Vec::new();
        for output in start..end {
            for tap in axis.taps_of(output) {
                let position = axis.position(output, tap);
                prop_assert!(position < axis.input && axis.outputs(tap).contains(&output));
                seen.push(position);
            }
        }
        // What a ring buffer has to hold.
        prop_assert!(seen.iter().all(|position| inputs.contains(position)), "{:?} {:?}", axis, inputs);
        prop_assert_eq!(seen.iter().min().copied(), seen.first().map(|_| inputs.start));
        prop_assert_eq!(seen.iter().max().copied(), seen.first().map(|_| inputs.end - 1));
    }

    #[test]
    fn narrow_padding_is_what_kernels_rely_on(geometry in any_geometry(&[1, 3, 5, 7], &[1, 2])) {
        for axis in [geometry.rows, geometry.columns] {
            prop_assert!(axis.has_narrow_padding());
            // The last tap of the last output lies within the padded input.
            prop_assert!((axis.output - 1) * axis.stride + axis.taps <= axis.before + axis.input + axis.after);
        }
    }
}
