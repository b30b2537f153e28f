//! The records of a pax header: `30 path=a long name.jpg`.

/// Keys and values, in the order of the header: the last value of a key counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Pax(Vec<(Vec<u8>, Vec<u8>)>);

impl Pax {
    /// Adds the records in the content of a header; `None` if they are malformed. Values may hold newlines, as names may.
    pub(super) fn extended(mut self, mut content: &[u8]) -> Option<Self> {
        while content.first().is_some_and(|byte| *byte != 0) {
            let space = content.iter().position(|byte| *byte == b' ')?;
            let length: usize = str::from_utf8(&content[..space]).ok()?.parse().ok()?;
            let record = content.get(space + 1..length)?.strip_suffix(b"\n")?;
            let equals = record.iter().position(|byte| *byte == b'=')?;
            self.0.push((record[..equals].to_vec(), record[equals + 1..].to_vec()));
            content = &content[length..];
        }
        Some(self)
    }

    /// The records that apply to all members: one value for each key that is used here, so that they do not grow with the tar.
    pub(super) fn for_all(self) -> Self {
        let last = |key: &str| Some((key.as_bytes().to_vec(), self.get(key)?.to_vec()));
        Self(["path", "linkpath", "size"].into_iter().filter_map(last).collect())
    }

    /// The value of a key; `None` if it is empty, which takes an earlier one back.
    pub(super) fn get(&self, key: &str) -> Option<&[u8]> {
        let found = self.0.iter().rfind(|(found, _)| found == key.as_bytes());
        found.map(|(_, value)| value.as_slice()).filter(|value| !value.is_empty())
    }

    /// The values of a key that may come more than once.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter(move |(found, _)| found == key.as_bytes()).map(|(_, value)| value.as_slice())
    }

    /// The value of a key as a number; an error if it is not a number.
    pub(super) fn number(&self, key: &str) -> Result<Option<u64>, String> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        number
            .map(Some)
            .ok_or_else(|| format!("`{key}` is `{}`, not a number", String::from_utf8_lossy(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_hold_newlines_and_equals_signs() {
        let pax = Pax::default().extended(b"18 path=a\nb=c.jpg\n12 size=123\n\0\0").unwrap();
        assert_eq!(pax.get("path"), Some(&b"a\nb=c.jpg"[..]));
        assert_eq!((pax.number("size"), pax.number("uid")), (Ok(Some(123)), Ok(None)));
    }

    #[test]
    fn a_later_record_replaces_an_earlier_one() {
        let global = Pax::default().extended(b"10 path=a\n10 path=b\n").unwrap();
        assert_eq!(global.get("path"), Some(&b"b"[..]));
        assert_eq!(global.extended(b"8 path=\n").unwrap().get("path"), None);
    }

    #[test]
    fn malformed_records_are_refused() {
        for content in
            [&b"99 path=a\n"[..], b"8 path=a\n", b"path=a\n", b"8 patha\n", b"1 \n", b"-3 a=b\n", b"5\n"]
        {
            assert!(Pax::default().extended(content).is_none(), "{}", content.escape_ascii());
        }
        let pax = Pax::default().extended(b"11 size=-1\n").unwrap();
        assert_eq!(pax.number("size"), Err("`size` is `-1`, not a number".to_owned()));
    }
}
