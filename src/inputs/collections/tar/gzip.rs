//! gzip, member after member, with zeros between them and after the last one: tapes and block devices add them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::compressed::{Counted, Fault, Frames};

const GZIP: &str = "gzip";

/// The first bytes of a member.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The decompressed bytes of a source.
pub(super) struct Gzip<R> {
    /// Decodes one member; `None` at the end.
    decoder: Option<GzDecoder<Counted<R>>>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(source: R) -> Self {
        Self { decoder: Some(GzDecoder::new(Counted::new(source))) }
    }
}

impl<R: BufRead> Frames for Gzip<R> {
    fn read_frame(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return Ok(0) };
        decoder.read(buffer).map_err(|error| match error.kind() {
            // The crate has one kind for both. Only the text tells them apart.
            io::ErrorKind::InvalidInput if error.to_string().contains("checksum") => {
                Fault::Checksum(GZIP).into()
            }
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Fault::Data(GZIP).into(),
            _ => error,
        })
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.is_some() {
            let count = self.read_frame(buffer)?;
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
fn next_member<R: BufRead>(mut source: Counted<R>) -> io::Result<Option<GzDecoder<Counted<R>>>> {
    loop {
        let bytes = source.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        if bytes.is_empty() {
            return Ok(None);
        }
        if zeros < bytes.len() {
            source.consume(zeros);
            break;
        }
        source.consume(zeros);
    }
    let at = source.position;
    let bytes = source.fill_buf()?;
    // A pipe may have delivered only one byte so far.
    if bytes.iter().zip(MAGIC).any(|(byte, magic)| *byte != magic) {
        return Err(Fault::followed(GZIP, bytes, at).into());
    }
    Ok(Some(GzDecoder::new(source)))
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

    /// The decompressed bytes, and the error that they end with.
    fn read(parts: &[&[u8]]) -> (String, String) {
        let mut bytes = vec![];
        let ended = Gzip::new(&*parts.concat()).read_to_end(&mut bytes);
        let error = ended.err().map(|error| error.to_string()).unwrap_or_default();
        (String::from_utf8(bytes).unwrap(), error)
    }

    #[test]
    fn zeros_after_a_member_are_passed_over_and_anything_else_is_damage() {
        let (one, two) = (gzip(b"one "), gzip(b"two"));
        let whole = ("one two".to_owned(), String::new());
        assert_eq!(read(&[&one, &two]), whole);
        assert_eq!(read(&[&one, &[0; 3], &gzip(b""), &two, &vec![0; 20_000]]), whole);
        let end = one.len() + two.len();
        for (zeros, garbage, found) in [
            (3, &b"garbage, and more of it"[..], "text"),
            (0, b"\n", "text"),
            (20_000, b"%PDF-1.7", "a PDF document"),
            (1, b"\x1f\x80", "unknown data"),
        ] {
            let told = format!("its gzip data is followed by {found} at byte {}", end + zeros);
            assert_eq!(read(&[&one, &two, &vec![0; zeros], garbage]), (whole.0.clone(), told));
        }
        let cut = read(&[&one, &two[..two.len() - 1]]);
        assert!(cut.0 == whole.0 && !cut.1.is_empty(), "{cut:?}");
    }

    #[test]
    fn damage_is_told_in_plain_words() {
        let mut flipped = gzip(b"one ");
        let at = flipped.len() - 5;
        flipped[at] ^= 1;
        let (bytes, error) = read(&[&flipped]);
        assert_eq!(bytes, "one ");
        assert!(error.starts_with("its gzip data has a wrong checksum, so that its members"), "{error}");
        // A block of a type that does not exist.
        flipped[10] |= 6;
        assert_eq!(read(&[&flipped]), (String::new(), "its gzip data cannot be unpacked".to_owned()));
    }

    #[test]
    fn a_member_is_read_up_to_its_checksum() {
        let (one, mut two) = (gzip(b"one "), gzip(b"two"));
        let at = two.len() - 5;
        two[at] ^= 1;
        let all = [one, two].concat();
        let (mut gzip, mut buffer) = (Gzip::new(&*all), [0; 2]);
        assert_eq!(gzip.read(&mut buffer).unwrap(), 2);
        assert_eq!(gzip.read_frame(&mut buffer).unwrap(), 2);
        assert_eq!([(); 2].map(|()| gzip.read_frame(&mut buffer).unwrap()), [0; 2]);
        assert_eq!(gzip.read(&mut buffer).unwrap(), 2);
        assert_eq!(gzip.read_frame(&mut buffer).unwrap(), 1);
        assert!(gzip.read_frame(&mut buffer).is_err());
    }
}
