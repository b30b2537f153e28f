//! The header of a PNM: `P` and a digit, then numbers, or named lines in a PAM (`P7`).

use super::words::{Words, unexpected};
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, unsupported};

/// How samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Decimal numbers.
    Text,
    /// Bytes, or pairs of bytes if the maximum needs them.
    Binary,
    /// Bits, 1 is black: digits of text, or packed in bytes.
    BitsAsText,
    Bits,
}

/// What a file says of its samples.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 to 4: gray, gray with alpha, RGB, RGB with alpha.
    pub(super) channels: usize,
    /// The value of white, 1 to 65535.
    pub(super) max: u32,
    pub(super) encoding: Encoding,
    /// Where the samples start.
    pub(super) start: usize,
}

/// Types of a PAM and their channels.
const TYPES: [(&str, usize); 6] = [
    ("BLACKANDWHITE", 1),
    ("GRAYSCALE", 1),
    ("BLACKANDWHITE_ALPHA", 2),
    ("GRAYSCALE_ALPHA", 2),
    ("RGB", 3),
    ("RGB_ALPHA", 4),
];

impl Header {
    /// Reads the header and checks the size.
    pub(super) fn read(job: &Job) -> Result<Self, DecodeError> {
        let (encoding, channels) = match job.bytes.get(1) {
            Some(b'1') => (Encoding::BitsAsText, 1),
            Some(b'2') => (Encoding::Text, 1),
            Some(b'3') => (Encoding::Text, 3),
            Some(b'4') => (Encoding::Bits, 1),
            Some(b'5') => (Encoding::Binary, 1),
            Some(b'6') => (Encoding::Binary, 3),
            _ => return Self::read_pam(job),
        };
        let mut words = Words::new(job, 2);
        let (width, height) = (words.number()?, words.number()?);
        let is_bilevel = matches!(encoding, Encoding::Bits | Encoding::BitsAsText);
        let max = if is_bilevel { 1 } else { words.number()? };
        Self { width, height, channels, max, encoding, start: words.at }.checked(job)
    }

    fn read_pam(job: &Job) -> Result<Self, DecodeError> {
        const NAMES: [&str; 4] = ["WIDTH", "HEIGHT", "DEPTH", "MAXVAL"];
        let mut fields = [None; 4];
        let mut kind = String::new();
        let mut at = 2;
        loop {
            let rest = job.bytes.get(at..).unwrap_or_default();
            let length = rest.iter().position(|byte| *byte == b'\n').ok_or_else(|| job.ends_early())?;
            at += length + 1;
            let line = rest[..length].trim_ascii();
            let name_length = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
            let (name, value) = (&line[..name_length], line[name_length..].trim_ascii());
            match name {
                b"ENDHDR" => break,
                b"TUPLTYPE" => kind += &String::from_utf8_lossy(value),
                _ => {
                    let place = NAMES.iter().position(|known| known.as_bytes() == name);
                    if let Some(place) = place {
                        fields[place] = Some(number(job, value)?);
                    }
                }
            }
        }
        let field = |place: usize| {
            fields[place].ok_or_else(|| job.damaged(format!("a header without {}", NAMES[place])))
        };
        let (width, height, channels, max) = (field(0)?, field(1)?, field(2)? as usize, field(3)?);
        if !TYPES.iter().any(|known| known.1 == channels) {
            return Err(unsupported(format!("a PAM of {channels} channels")));
        }
        if !kind.is_empty() && !TYPES.contains(&(kind.as_str(), channels)) {
            return Err(unsupported(format!("a PAM of type {kind:.40} with {channels} channels")));
        }
        Self { width, height, channels, max, encoding: Encoding::Binary, start: at }.checked(job)
    }

    fn checked(self, job: &Job) -> Result<Self, DecodeError> {
        if !(1..=65535).contains(&self.max) {
            return Err(job.damaged(format!("samples up to {}, expected 1 to 65535", self.max)));
        }
        job.check_size(self.width, self.height)?;
        Ok(self)
    }

    /// Samples of a row.
    pub(super) fn row_length(&self) -> usize {
        self.channels * self.width as usize
    }
}

/// The number that `text` is.
fn number(job: &Job, text: &[u8]) -> Result<u32, DecodeError> {
    if let Some(byte) = text.iter().find(|byte| !byte.is_ascii_digit()) {
        return Err(unexpected(job, *byte, "a number"));
    }
    let number = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| job.damaged(format!("`{:.20}` as a number", String::from_utf8_lossy(text))))
}
