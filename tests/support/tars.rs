//! Tars, written byte by byte.

/// One member of a tar: a header, and content padded to whole blocks.
pub(crate) fn member(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut bytes = [&header[..], content].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// The end of a tar.
pub(crate) const END: [u8; 1024] = [0; 1024];

/// A whole tar.
pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let members: Vec<u8> = members.iter().flat_map(|(name, content)| member(name, content)).collect();
    [&members[..], &END].concat()
}
