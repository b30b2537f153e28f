//! The name of the processor, as it gives it itself.

/// As the processor calls itself, such as `AMD EPYC 7B13`; `None` if its architecture has no instruction for that.
#[cfg(target_arch = "x86_64")]
pub fn processor_name() -> Option<String> {
    use std::arch::x86_64::__cpuid;

    /// The leaf that says how many there are, and the three that hold the text.
    const LEAVES: (u32, std::ops::RangeInclusive<u32>) = (0x8000_0000, 0x8000_0002..=0x8000_0004);

    let (first, text) = LEAVES;
    if __cpuid(first).eax < *text.end() {
        return None;
    }
    let bytes: Vec<u8> = text
        .map(__cpuid)
        .flat_map(|leaf| [leaf.eax, leaf.ebx, leaf.ecx, leaf.edx])
        .flat_map(u32::to_le_bytes)
        .take_while(|byte| *byte != 0)
        .collect();
    let name = String::from_utf8_lossy(&bytes).split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// As the processor calls itself; `None` if its architecture has no instruction for that.
#[cfg(not(target_arch = "x86_64"))]
pub fn processor_name() -> Option<String> {
    None
}
