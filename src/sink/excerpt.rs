//! Both ends of a file, by which a format knows its own.

/// The first and the last bytes of a file; of a short one, all of them twice.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a> {
    /// The first bytes.
    pub start: &'a [u8],
    /// The last bytes.
    pub end: &'a [u8],
    /// Whether `start` is the whole file.
    pub is_whole: bool,
}

impl<'a> Excerpt<'a> {
    /// The first lines, without the byte `end` that ends each of them.
    pub fn lines(self, end: u8) -> impl Iterator<Item = &'a [u8]> {
        let length = self.start.iter().rposition(|byte| *byte == end).map_or(0, |last| last + 1);
        self.start[..length].split_inclusive(move |byte| *byte == end).map(|line| &line[..line.len() - 1])
    }

    /// What follows the last line of the file, if the excerpt goes that far.
    pub fn rest(self, end: u8) -> &'a [u8] {
        let after = self.start.iter().rposition(|byte| *byte == end).map_or(0, |last| last + 1);
        if self.is_whole { &self.start[after..] } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_count() {
        let excerpt = |start, is_whole| Excerpt { start, end: b"", is_whole };
        let lines = |excerpt: Excerpt<'static>| excerpt.lines(b'\n').collect::<Vec<_>>();
        assert_eq!(lines(excerpt(b"a\n\nbc\nd", true)), [&b"a"[..], b"", b"bc"]);
        assert_eq!(excerpt(b"a\n\nbc\nd", true).rest(b'\n'), b"d");
        assert_eq!(excerpt(b"a\n\nbc\nd", false).rest(b'\n'), b"");
        assert_eq!(lines(excerpt(b"abc", true)), [b""; 0]);
        assert_eq!(excerpt(b"abc", true).rest(b'\n'), b"abc");
    }
}
