//! AMX: a tile register holds sixteen rows of one cache line each, and one instruction multiplies two tile registers.
//!
//! Registers 0 to 3 hold the sums: the upper and the lower half of the positions by two halves of a panel. Registers 4
//! and 5 hold positions, 6 and 7 weights. They are described in Intel's "Intel Architecture Instruction Set Extensions
//! Programming Reference", chapter 3. Stable Rust has no intrinsics for them, so the steps of a product are one `asm!` block.

#![expect(unsafe_code, reason = "instructions without intrinsics; the kernels checked every pointer")]

use std::arch::asm;
use std::arch::x86_64::__cpuid_count;
use std::sync::LazyLock;

use half::bf16;

use super::avx512::F32x16;
use super::bf16_set::{Bf16Isa, bf16_peak, kernels_with_products};
use super::kernels::Kernels;
use crate::kernels::bf16::{Multiplier, Pending, Tile};
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;

/// The number of rows in a tile register.
const REGISTER_ROWS: usize = 16;
/// The number of bytes in a row of a panel, and in a row of sums.
const ROW: usize = 128;

/// The operand of `ldtilecfg`.
#[repr(C, align(64))]
struct TileConfig {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    bytes_per_row: [u16; 16],
    rows: [u8; 16],
}

/// The number of rows in the upper and the lower registers, for tiles of `rows` positions.
fn halves(rows: usize) -> [usize; 2] {
    if rows <= REGISTER_ROWS { [rows, 0] } else { [rows.div_ceil(2), rows / 2] }
}

impl TileConfig {
    /// Configures the registers for tiles of `rows` positions.
    fn new(rows: usize) -> Self {
        let [upper, lower] = halves(rows).map(|rows| rows.max(1) as u8);
        let mut config =
            Self { palette: 1, start_row: 0, reserved: [0; 14], bytes_per_row: [0; 16], rows: [0; 16] };
        config.bytes_per_row[..8].fill((bf16::BLOCK * size_of::<bf16>()) as u16);
        config.rows[..8].copy_from_slice(&[upper, upper, lower, lower, upper, lower, 16, 16]);
        config
    }
}

/// Multiplies with `tdpbf16ps`.
struct Tiles;

/// The steps of a product as one `asm!` block: it zeroes the registers of sums and runs the instructions of each step.
macro_rules! steps {
    ($tile:ident, $height:ident, zero: [$($zero:literal)*], step: [$($step:literal)*]) => {{
        let bytes = size_of::<bf16>();
        let (stride, run) = ($tile.position_stride * bytes, $tile.steps * bf16::BLOCK * bytes);
        asm!(
            $($zero,)*
            "2:",
            "mov {step}, {steps}",
            "3:",
            $($step,)*
            "mov {line}, {lines}",
            "test {line}, {line}",
            "jz 5f",
            "sub {prefetch}, {line}",
            "4:",
            "prefetcht1 [{prefetch} + {line}]",
            "add {line}, 64",
            "jnz 4b",
            "5:",
            "add {upper}, 64",
            "add {lower}, 64",
            "add {panel}, 2048",
            "dec {step}",
            "jnz 3b",
            "add {upper}, {run_rest}",
            "add {lower}, {run_rest}",
            "dec {runs}",
            "jnz 2b",
            steps = in(reg) $tile.steps,
            step = out(reg) _,
            // Bytes, counted up to zero.
            lines = in(reg) ($tile.prefetch.1 * 64).wrapping_neg(),
            line = out(reg) _,
            prefetch = inout(reg) $tile.prefetch.0 => _,
            upper = inout(reg) $tile.input => _,
            lower = inout(reg) $tile.input.wrapping_byte_add(halves($height)[0] * stride) => _,
            panel = inout(reg) $tile.panel => _,
            runs = inout(reg) $tile.runs => _,
            // The number of bytes from the end of one run to the start of the next.
            run_rest = in(reg) ($tile.run_stride * bytes).wrapping_sub(run),
            stride = in(reg) stride,
            row = in(reg) ROW,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }};
}

/// Stores a register of sums, a row of them in every other cache line.
macro_rules! store {
    ($register:literal, $to:expr) => {
        asm!(
            concat!("tilestored [{to} + {row}], ", $register),
            to = in(reg) $to,
            row = in(reg) ROW,
            options(nostack, preserves_flags),
        )
    };
}

// SAFETY: tiles load as many rows of 64 bytes as they were configured for: a block for every position, and sixteen rows
// of a panel. They store as many rows of sums.
unsafe impl Multiplier for Tiles {
    type Lanes = F32x16;
    const TILE_ROWS: usize = 2 * REGISTER_ROWS;

    #[inline(always)]
    unsafe fn begin(rows: usize) {
        let config = TileConfig::new(rows);
        // SAFETY: the processor has AMX and the operating system lets this process use it, as `is_available` checked.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const config, options(nostack, readonly, preserves_flags));
        }
    }

    #[inline(always)]
    unsafe fn multiply(tile: &Tile, height: usize, pending: &mut Pending) {
        let (has_lower, has_second) = (height > REGISTER_ROWS, tile.vectors > 1);
        // SAFETY: `begin` configured the registers for this height; the caller's pointers are valid for it. There is at least
        // one run and step. Between the two blocks nothing changes the registers of sums: the compiler has no
        // instructions for them.
        unsafe {
            match (has_lower, has_second) {
                (true, true) => steps!(
                    tile, height,
                    zero: ["tilezero tmm0" "tilezero tmm1" "tilezero tmm2" "tilezero tmm3"],
                    step: [
                        "tileloadd tmm6, [{panel} + {row}]" "tileloadd tmm4, [{upper} + {stride}]"
                        "tdpbf16ps tmm0, tmm4, tmm6" "tileloadd tmm7, [{panel} + {row} + 64]"
                        "tdpbf16ps tmm1, tmm4, tmm7" "tileloadd tmm5, [{lower} + {stride}]"
                        "tdpbf16ps tmm2, tmm5, tmm6" "tdpbf16ps tmm3, tmm5, tmm7"
                    ]
                ),
                (true, false) => steps!(
                    tile, height,
                    zero: ["tilezero tmm0" "tilezero tmm2"],
                    step: [
                        "tileloadd tmm6, [{panel} + {row}]" "tileloadd tmm4, [{upper} + {stride}]"
                        "tdpbf16ps tmm0, tmm4, tmm6" "tileloadd tmm5, [{lower} + {stride}]"
                        "tdpbf16ps tmm2, tmm5, tmm6"
                    ]
                ),
                (false, true) => steps!(
                    tile, height,
                    zero: ["tilezero tmm0" "tilezero tmm1"],
                    step: [
                        "tileloadd tmm6, [{panel} + {row}]" "tileloadd tmm4, [{upper} + {stride}]"
                        "tdpbf16ps tmm0, tmm4, tmm6" "tileloadd tmm7, [{panel} + {row} + 64]"
                        "tdpbf16ps tmm1, tmm4, tmm7"
                    ]
                ),
                (false, false) => steps!(
                    tile, height,
                    zero: ["tilezero tmm0"],
                    step: [
                        "tileloadd tmm6, [{panel} + {row}]" "tileloadd tmm4, [{upper} + {stride}]"
                        "tdpbf16ps tmm0, tmm4, tmm6"
                    ]
                ),
            }
            // The instructions above are under way, and this does not depend on them.
            pending.finish::<F32x16>();
            let upper = pending.sums();
            let lower = upper.add(halves(height)[0] * bf16::BLOCK);
            store!("tmm0", upper);
            if has_second {
                store!("tmm1", upper.add(F32x16::LANES));
            }
            if has_lower {
                store!("tmm2", lower);
            }
            if has_lower && has_second {
                store!("tmm3", lower.add(F32x16::LANES));
            }
        }
    }

    #[inline(always)]
    unsafe fn end() {
        // SAFETY: the processor has AMX.
        unsafe { asm!("tilerelease", options(nostack, nomem, preserves_flags)) };
    }

    // Four products of sixteen positions, sixteen channels and 32 inputs.
    const PEAK_OPERATIONS: usize = 4 * 2 * REGISTER_ROWS * REGISTER_ROWS * bf16::BLOCK;

    #[inline(always)]
    unsafe fn peak(rounds: usize) -> f32 {
        // SAFETY: the registers are configured between the first and the last line, and there is at least one round.
        unsafe {
            Self::begin(Self::TILE_ROWS);
            asm!(
                "tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3",
                "tilezero tmm4", "tilezero tmm5", "tilezero tmm6", "tilezero tmm7",
                "2:",
                "tdpbf16ps tmm0, tmm4, tmm6", "tdpbf16ps tmm1, tmm4, tmm7",
                "tdpbf16ps tmm2, tmm5, tmm6", "tdpbf16ps tmm3, tmm5, tmm7",
                "dec {rounds}",
                "jnz 2b",
                rounds = inout(reg) rounds => _,
                out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                options(nostack, nomem),
            );
            Self::end();
        }
        0.0
    }
}

/// Whether processor and operating system support AMX for bf16. Asks Linux, once for the whole process, to let it use
/// the registers.
fn is_available() -> bool {
    static AVAILABLE: LazyLock<bool> =
        LazyLock::new(|| super::avx512_bf16::is_available() && has_tiles() && is_permitted());
    *AVAILABLE
}

/// Whether CPUID reports AMX-TILE and AMX-BF16, and the operating system saves both parts of their state.
fn has_tiles() -> bool {
    const TILE_AND_BF16: u32 = 1 << 24 | 1 << 22;
    const STATE: u32 = 1 << 17 | 1 << 18;
    let saved: u32;
    // SAFETY: a system that runs AVX-512, which `is_available` checked first, has enabled the instruction.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") saved, out("edx") _, options(nomem, nostack, preserves_flags));
    };
    __cpuid_count(7, 0).edx & TILE_AND_BF16 == TILE_AND_BF16 && saved & STATE == STATE
}

/// Linux lets a process use the registers only if it asks to (`arch_prctl(2)`).
#[cfg(target_os = "linux")]
fn is_permitted() -> bool {
    const ARCH_PRCTL: usize = 158;
    const REQUEST_PERMISSION: usize = 0x1023;
    const TILE_DATA: usize = 18;
    let result: isize;
    // SAFETY: the call only changes which registers this process may use.
    unsafe {
        asm!(
            "syscall",
            inout("rax") ARCH_PRCTL => result,
            in("rdi") REQUEST_PERMISSION,
            in("rsi") TILE_DATA,
            out("rcx") _,
            out("r11") _,
            options(nostack),
        );
    }
    result == 0
}

/// How other systems grant the use of the registers is untested, so AMX is not used there.
#[cfg(not(target_os = "linux"))]
fn is_permitted() -> bool {
    false
}

/// The kernels of AMX: its products, and AVX512-BF16 for all else.
const KERNELS: Kernels<bf16> = kernels_with_products!(
    Tiles,
    "x86-64-amx",
    super::avx512_bf16::KERNELS,
    "avx512f,avx512dq,avx512vl,avx512bw,avx512bf16,avx2,fma"
);

/// The AMX instruction set.
pub(super) static ISA: Bf16Isa = Bf16Isa {
    name: KERNELS.name,
    is_available,
    kernels: KERNELS,
    peak: bf16_peak!(Tiles, "avx512f,avx512dq,avx512vl,avx512bw,avx512bf16,avx2,fma"),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_nearly_equal_and_fit_a_register() {
        for rows in 1..=32 {
            let [upper, lower] = halves(rows);
            assert_eq!(upper + lower, rows);
            assert!(upper <= 16 && upper >= lower, "{rows}");
        }
    }
}
