//! Which instruction set runs a precision.

use crate::kernels::isa;
use crate::kernels::peak::PeakKernel;
use crate::record::Precision;

impl Precision {
    /// The instruction set with which our kernels run this precision; `None` if this processor has no unit for it.
    pub fn instruction_set(self) -> Option<&'static str> {
        match self {
            Self::F32 => Some(isa::active().name),
            Self::Bf16 => isa::active_bf16().map(|isa| isa.name),
        }
    }

    /// The products in registers of that instruction set, an upper bound for all its kernels.
    pub fn peak(self) -> Option<&'static PeakKernel> {
        match self {
            Self::F32 => Some(&isa::active().peak),
            Self::Bf16 => isa::active_bf16().map(|isa| &isa.peak),
        }
    }
}

#[cfg(test)]
mod tests {
    use half::bf16;

    use super::*;
    use crate::kernels::Element;

    #[test]
    fn each_is_called_like_its_element() {
        assert_eq!(Precision::ALL.map(Precision::name), [f32::NAME, bf16::NAME]);
    }
}
