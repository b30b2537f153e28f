//! The table of instruction sets: the same algorithms, compiled for the vector type of each.
//!
//! [`active`] is chosen once, at run time: the fastest that this processor has, or the one that `MNET_ISA` names. A longer
//! vector is not always faster, so each set says where it is.
//!
//! To add one, write a file with a vector type (`impl Simd`) and a line that compiles the kernels for it, and put its
//! `ISA` into `ISAS`. Kernels that pack weights in another order or as another type are written in that file too: see
//! [`Isa`].

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512_bf16;
mod bf16_set;
mod instruction_set;
mod kernels;
#[cfg(test)]
mod model;
#[cfg(test)]
mod model_bf16;
mod portable;
mod processor;

use std::sync::LazyLock;

pub use bf16_set::Bf16Isa;
pub use instruction_set::Isa;
pub use kernels::Kernels;
pub use processor::processor_name;

/// Every instruction set of this architecture, the longest vectors first.
static ISAS: &[&Isa] = &[
    #[cfg(target_arch = "x86_64")]
    &avx512::ISA,
    #[cfg(target_arch = "x86_64")]
    &avx2::ISA,
    &portable::ISA,
    #[cfg(test)]
    &model::ISA,
];

/// Every instruction set that multiplies bf16, the fastest first.
static BF16: &[&Bf16Isa] = &[
    #[cfg(target_arch = "x86_64")]
    &amx::ISA,
    #[cfg(target_arch = "x86_64")]
    &avx512_bf16::ISA,
    #[cfg(test)]
    &model_bf16::TILES,
    #[cfg(test)]
    &model_bf16::PAIRS,
];

/// The environment variable that forces one.
pub const VARIABLE: &str = "MNET_ISA";

/// Those that this processor has, in the order of the table. The only way to a kernel: what is not available is not handed out.
pub fn available() -> impl Iterator<Item = &'static Isa> {
    ISAS.iter().copied().filter(|isa| (isa.is_available)())
}

/// The instruction set in use; the fastest one if `MNET_ISA` names [none of them](is_unknown).
pub fn active() -> &'static Isa {
    static ACTIVE: LazyLock<&Isa> = LazyLock::new(|| {
        let named = std::env::var(VARIABLE).ok().and_then(|name| named(&name));
        named.or_else(fastest).unwrap_or(&portable::ISA)
    });
    &ACTIVE
}

/// The bf16 instruction sets that this processor has, the fastest first.
pub fn available_bf16() -> impl Iterator<Item = &'static Bf16Isa> {
    BF16.iter().copied().filter(|isa| (isa.is_available)())
}

/// The bf16 instruction set in use: the fastest one, or the one that `MNET_ISA` names; `None` if this processor has no
/// bf16 unit.
pub fn active_bf16() -> Option<&'static Bf16Isa> {
    static ACTIVE: LazyLock<Option<&Bf16Isa>> = LazyLock::new(|| {
        let asked = std::env::var(VARIABLE).unwrap_or_default();
        available_bf16().find(|isa| is_called(isa.name, &asked)).or_else(|| available_bf16().next())
    });
    *ACTIVE
}

/// What [`VARIABLE`] may name here: the instruction sets that this processor has, then those for bf16.
pub fn names() -> impl Iterator<Item = &'static str> {
    available().map(|isa| isa.name).chain(available_bf16().map(|isa| isa.name))
}

/// The fastest that this processor has.
pub fn fastest() -> Option<&'static Isa> {
    available().find(|isa| (isa.is_fastest)())
}

/// Whether this processor lacks the instruction set of that name.
pub fn is_unknown(name: &str) -> bool {
    named(name).is_none() && !available_bf16().any(|isa| is_called(isa.name, name))
}

/// By its name or a part of it: `avx2`.
fn named(name: &str) -> Option<&'static Isa> {
    available().find(|isa| is_called(isa.name, name))
}

fn is_called(isa: &str, name: &str) -> bool {
    isa == name || isa.split('-').any(|part| part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_found_by_its_name_and_by_a_part_of_it() {
        assert!(named("portable").is_some_and(|isa| isa.name == "portable"));
        for isa in available() {
            let part = isa.name.split('-').next_back().unwrap_or_default();
            assert!(named(isa.name).is_some() && named(part).is_some(), "{isa:?}");
        }
        assert!(is_unknown("") && is_unknown("avx") && is_unknown("z80"));
    }
}
