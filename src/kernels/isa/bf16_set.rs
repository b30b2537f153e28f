//! One row of the table of bf16 instruction sets.

use std::fmt;

use half::bf16;

use super::kernels::Kernels;

/// An instruction set that multiplies bf16, with its kernels.
pub struct Bf16Isa {
    /// Its name, `{architecture}-{features}`, as `MNET_ISA` takes it.
    pub name: &'static str,
    /// Whether this processor and its operating system support it. The call may reserve resources for this process.
    pub is_available: fn() -> bool,
    /// The kernels that networks are built on.
    pub kernels: Kernels<bf16>,
}

impl fmt::Debug for Bf16Isa {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Defines a [`Bf16Isa`] whose products are those of `$multiplier` and whose vectors are its lanes, compiled with
/// `$features`.
macro_rules! bf16_isa {
    ($multiplier:ty, $name:literal, $is_available:expr $(, $features:literal)?) => {{
        use half::bf16;
        use $crate::kernels::bf16::{self as bf16_kernels, EvenOdd, Multiplier};
        use $crate::kernels::depthwise::Channels;
        use $crate::kernels::feature_map::{FeatureMap, FeatureMapMut};
        use $crate::kernels::isa::bf16_set::Bf16Isa;
        use $crate::kernels::isa::instruction_set::compile;
        use $crate::kernels::isa::kernels::Kernels;
        use $crate::kernels::packed_matrix::{Packing, write_pairs, write_rows};
        use $crate::kernels::{conv2d, depthwise, microkernel, pointwise, pool, stem};

        type Lanes = <$multiplier as Multiplier>::Lanes;

        const PACKING: Packing<bf16> = Packing { panels: bf16_kernels::PANELS, write_panel: write_pairs };

        Bf16Isa {
            name: $name,
            is_available: $is_available,
            kernels: Kernels {
                name: $name,
                pointwise: pointwise::PointwiseKernel {
                    packing: PACKING,
                    tile_rows: <$multiplier>::TILE_ROWS,
                    run: compile!(
                        bf16_kernels::pointwise::<$multiplier>,
                        (
                            job: &pointwise::Pointwise<bf16>,
                            input: FeatureMap<bf16>,
                            shortcut: Option<FeatureMap<bf16>>,
                            output: FeatureMapMut<bf16>
                        )
                        $(, $features)?
                    ),
                    run_vector: compile!(
                        bf16_kernels::run_vector::<Lanes>,
                        (job: &pointwise::Pointwise<bf16>, input: &[f32], output: &mut [f32])
                        $(, $features)?
                    ),
                },
                depthwise: depthwise::DepthwiseKernel {
                    place: <EvenOdd<Lanes> as Channels<bf16>>::place,
                    run: compile!(
                        depthwise::run::<bf16, EvenOdd<Lanes>>,
                        (
                            job: &depthwise::Depthwise<bf16>,
                            input: FeatureMap<bf16>,
                            first_row: usize,
                            output: FeatureMapMut<bf16>
                        )
                        $(, $features)?
                    ),
                },
                stem: stem::StemKernel {
                    packing: Packing { panels: microkernel::panel_layout::<Lanes>(), write_panel: write_rows },
                    staged: bf16_kernels::staged,
                    run: compile!(
                        bf16_kernels::stem::<Lanes>,
                        (job: &stem::Stem<bf16>, row_buffer: &mut [f32], output: FeatureMapMut<bf16>)
                        $(, $features)?
                    ),
                },
                conv2d: conv2d::Conv2dKernel {
                    packing: PACKING,
                    run: compile!(
                        bf16_kernels::conv2d::<$multiplier>,
                        (
                            job: &conv2d::Conv2d<bf16>,
                            padded_rows: &[bf16],
                            shortcut: Option<FeatureMap<bf16>>,
                            output: FeatureMapMut<bf16>
                        )
                        $(, $features)?
                    ),
                },
                pool: pool::PoolKernel {
                    mean: compile!(
                        bf16_kernels::mean::<Lanes>,
                        (input: FeatureMap<bf16>, output: &mut [f32])
                        $(, $features)?
                    ),
                    scale: compile!(
                        bf16_kernels::scale::<Lanes>,
                        (map: FeatureMapMut<bf16>, factors: &[f32])
                        $(, $features)?
                    ),
                },
            },
        }
    }};
}
pub(super) use bf16_isa;
