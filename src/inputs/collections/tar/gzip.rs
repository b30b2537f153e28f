//! gzip, member after member, with zeros between them and after the last one: tapes and block devices add them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The decompressed bytes of a source.
pub(super) struct Gzip<R> {
    /// Decodes one member; `None` at the end.
    decoder: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(source: R) -> Self {
        Self { decoder: Some(GzDecoder::new(source)) }
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let finished = self.decoder.take();
            self.decoder = finished.map(GzDecoder::into_inner).map(next_member).transpose()?.flatten();
        }
        Ok(0)
    }
}

/// The member that follows, after zeros that are passed over; `None` at the end.
fn next_member<R: BufRead>(mut source: R) -> io::Result<Option<GzDecoder<R>>> {
    loop {
        let bytes = source.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        if bytes.is_empty() {
            return Ok(None);
        }
        if zeros < bytes.len() {
            source.consume(zeros);
            return Ok(Some(GzDecoder::new(source)));
        }
        source.consume(zeros);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// The decompressed bytes, and whether they end with an error.
    fn read(parts: &[&[u8]]) -> (Vec<u8>, bool) {
        let mut bytes = vec![];
        let ended = Gzip::new(&*parts.concat()).read_to_end(&mut bytes);
        (bytes, ended.is_err())
    }

    #[test]
    fn zeros_after_a_member_are_passed_over_and_anything_else_is_damage() {
        let (one, two) = (gzip(b"one "), gzip(b"two"));
        let whole = (b"one two".to_vec(), false);
        assert_eq!(read(&[&one, &two]), whole);
        assert_eq!(read(&[&one, &[0; 3], &gzip(b""), &two, &vec![0; 20_000]]), whole);
        assert_eq!(read(&[&one, &two, &[0; 3], b"garbage, and more of it"]), (whole.0, true));
        assert_eq!(read(&[&one, &two[..two.len() - 1]]), (b"one two".to_vec(), true));
        let mut flipped = one.clone();
        let at = flipped.len() - 5;
        flipped[at] ^= 1;
        assert_eq!(read(&[&flipped]), (b"one ".to_vec(), true));
    }
}
