//! Whether the markers of a JPEG file are complete.
//!
//! Decoders accept a file that is cut off and fill the rest with gray; we refuse it, as Pillow does: without
//! the end marker, half the picture may be missing, or the passes of a progressive file that would have made
//! it sharp. No library reports this, so the scan is ours.

use memchr::memchr;

/// What the markers of a file say about its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// They lead to EOI.
    Marked,
    /// The file ends before.
    Missing,
    /// A restart marker follows one that it does not follow: data between them is lost.
    RestartLost {
        /// Number of the marker, 0 to 7.
        found: u8,
        /// The number that is next.
        expected: u8,
    },
}

impl End {
    /// Follows the markers.
    pub(super) fn find(bytes: &[u8]) -> Self {
        Self::follow(bytes).0
    }

    /// Follows the markers, and says where the last one is. Segments are skipped by their length, entropy-coded data by
    /// searching for the next marker.
    fn follow(bytes: &[u8]) -> (Self, usize) {
        let (mut at, mut last, mut restart) = (2, 2, 0);
        while let Some(&[prefix, marker]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            last = if prefix == 0xff { at } else { last };
            at += match (prefix, marker) {
                (0xff, 0xd9) => return (Self::Marked, last),
                (0xff, 0xd0..=0xd7) => {
                    let (found, expected) = (marker - 0xd0, restart % 8);
                    if found != expected {
                        return (Self::RestartLost { found, expected }, last);
                    }
                    restart = expected + 1;
                    2
                }
                // A fill byte; a stuffed zero, TEM or SOI; a segment.
                (0xff, 0xff) => 1,
                (0xff, 0x00 | 0x01 | 0xd8) => 2,
                (0xff, _) => match bytes.get(at + 2..).and_then(<[u8]>::first_chunk) {
                    Some(&length) => {
                        if marker == 0xda {
                            restart = 0;
                        }
                        2 + usize::from(u16::from_be_bytes(length))
                    }
                    None => return (Self::Missing, last),
                },
                _ => match memchr(0xff, &bytes[at..]) {
                    Some(skip) => skip,
                    None => return (Self::Missing, last),
                },
            };
        }
        (Self::Missing, last)
    }
}

/// The file without a last segment that is cut off.
pub(super) fn whole_segments(bytes: &[u8]) -> &[u8] {
    let (_, last) = End::follow(bytes);
    let is_data = matches!(bytes.get(last..), Some([0xff, 0x00 | 0x01 | 0xd0..=0xd9 | 0xff, ..]));
    let length = |at: usize| Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)));
    let is_whole = || length(last + 2).is_some_and(|length| last + 2 + length <= bytes.len());
    if is_data || is_whole() { bytes } else { &bytes[..last.min(bytes.len())] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_marker_is_found_after_segments_and_scans() {
        // SOI, a comment that holds an end marker, a scan with a stuffed zero and a restart, EOI.
        let whole = b"\xff\xd8\xff\xfe\0\x04\xff\xd9\xff\xda\0\x02\x12\xff\0\x34\xff\xd0\x56\xff\xd9";
        assert_eq!(End::find(whole), End::Marked);
        for length in 0..whole.len() {
            assert_eq!(End::find(&whole[..length]), End::Missing, "{length} bytes");
        }
    }

    #[test]
    fn a_segment_that_is_cut_off_is_left_out() {
        let file = b"\xff\xd8\xff\xfe\0\x04ab\xff\xda\0\x02\x12\xff\0\x34\xff\xda\0\x02\x56\x78\xff\xd9";
        // What is left ends before the comment, before the first scan, before the second.
        for (lengths, whole) in [(3..8, 2), (10..12, 8), (18..20, 16)] {
            for length in lengths {
                assert_eq!(whole_segments(&file[..length]).len(), whole, "{length} bytes");
            }
        }
        for length in [2, 8, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24] {
            assert_eq!(whole_segments(&file[..length]).len(), length);
        }
    }

    #[test]
    fn restart_markers_count_from_0_in_each_scan() {
        let scan = |numbers: &[u8]| {
            let markers = numbers.iter().flat_map(|number| [0x12, 0xff, 0xd0 + number]);
            [&b"\xff\xda\0\x02"[..], &markers.collect::<Vec<_>>()].concat()
        };
        let file = |scans: &[&[u8]]| {
            let scans: Vec<_> = scans.iter().map(|numbers| scan(numbers)).collect();
            [&b"\xff\xd8"[..], &scans.concat(), b"\xff\xd9"].concat()
        };
        assert_eq!(End::find(&file(&[&[0, 1, 2, 3, 4, 5, 6, 7, 0, 1], &[0, 1]])), End::Marked);
        let lost = End::RestartLost { found: 2, expected: 1 };
        assert_eq!(End::find(&file(&[&[0, 1], &[0, 2]])), lost);
    }
}
