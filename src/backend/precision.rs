//! In which numbers a network runs.

use std::fmt;

use half::bf16;

use crate::kernels::Element;
use crate::kernels::isa;

/// The numbers of weights and feature maps. Sums are `f32` in either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 24 bits: the answers of the reference.
    #[default]
    F32,
    /// 8 bits, with the range of `f32`: faster where a processor multiplies pairs of them.
    Bf16,
}

impl Precision {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::F32, Self::Bf16];

    /// As flags and records name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => f32::NAME,
            Self::Bf16 => bf16::NAME,
        }
    }

    /// The instruction set of our kernels for it; `None` if this processor has no unit for it.
    pub fn instruction_set(self) -> Option<&'static str> {
        match self {
            Self::F32 => Some(isa::active().name),
            Self::Bf16 => isa::active_bf16().map(|isa| isa.name),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}
