//! A share of the inputs, for one of several processes.

use std::path::Path;

use sha2::{Digest, Sha256};

/// One of several shares of all inputs. Each input belongs to exactly one of them, by its name alone, on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// Share `index` of `count`, counted from 0; `None` if there is no such share.
    pub fn new(index: u64, count: u64) -> Option<Self> {
        (index < count).then_some(Self { index, count })
    }

    /// Whether the input with this name belongs to the share. The first eight bytes of the SHA-256 of the name's bytes, as a
    /// big-endian number, modulo the count, are the index of its share.
    ///
    /// The name is that of the input's record, so other programs can compute the share too. `./a.jpg` and `a.jpg` are two names.
    pub fn includes(self, name: &Path) -> bool {
        let hash = Sha256::digest(name.as_os_str().as_encoded_bytes());
        let first = hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
        first % self.count == self.index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indexes of all shares of `count` that include `name`.
    fn owners(name: &Path, count: u64) -> Vec<u64> {
        (0..count).filter(|&index| Shard::new(index, count).unwrap().includes(name)).collect()
    }

    fn names(count: usize) -> impl Iterator<Item = String> {
        (0..count).map(|number| format!("photos/{number:05}.jpg"))
    }

    #[test]
    fn a_share_has_an_index_below_the_count() {
        for (index, count) in [(7, 7), (8, 7), (0, 0), (1, 0), (u64::MAX, u64::MAX)] {
            assert_eq!(Shard::new(index, count), None, "{index}/{count}");
        }
        assert!(Shard::new(0, 1).is_some() && Shard::new(u64::MAX - 1, u64::MAX).is_some());
    }

    /// Expected by Python: `int.from_bytes(hashlib.sha256(name).digest()[:8], "big") % count`.
    const COUNTS: [u64; 7] = [1, 2, 3, 7, 12, 1000, 1 << 63];
    const PYTHON: [(&[u8], [u64; 7]); 6] = [
        (b"a.jpg", [0, 0, 1, 4, 10, 26, 5_808_250_739_824_772_026]),
        ("katze-ü/犬.jpg".as_bytes(), [0, 1, 1, 4, 1, 517, 8_385_035_608_428_537_517]),
        (b"\xffcaf\xe9.jpg", [0, 1, 1, 6, 7, 895, 1_003_015_956_752_670_895]),
        (b"shard.tar/0001.jpg", [0, 0, 0, 5, 6, 10, 7_607_999_487_841_356_202]),
        (b"-", [0, 1, 1, 6, 1, 249, 4_139_898_923_029_504_249]),
        (b"", [0, 0, 1, 1, 4, 652, 7_183_457_195_969_485_844]),
    ];

    #[cfg(unix)]
    #[test]
    fn shares_are_those_that_python_computes() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        for (name, indexes) in PYTHON {
            for (count, index) in COUNTS.into_iter().zip(indexes) {
                let name = Path::new(OsStr::from_bytes(name));
                assert!(Shard::new(index, count).unwrap().includes(name), "{} {count}", name.display());
                let next = Shard::new((index + 1) % count, count).unwrap();
                assert_eq!(next.includes(name), count == 1, "{} {count}", name.display());
            }
        }
    }

    #[test]
    fn every_name_belongs_to_exactly_one_share() {
        for count in 1..=12 {
            for name in names(200) {
                assert_eq!(owners(Path::new(&name), count).len(), 1, "{name} {count}");
            }
        }
    }

    /// Within four standard deviations of an equal share: 31 for a seventh of 7000 names, 25 for a tenth.
    #[test]
    fn shares_are_about_equal() {
        for count in [7, 10] {
            let mut sizes = vec![0_i32; count as usize];
            names(7000).for_each(|name| sizes[owners(Path::new(&name), count)[0] as usize] += 1);
            let equal = 7000 / count as i32;
            assert!(sizes.iter().all(|size| (size - equal).abs() < 120), "{sizes:?}");
        }
    }

    #[test]
    fn the_spelling_of_a_name_counts() {
        assert_ne!(owners(Path::new("a.jpg"), 1000), owners(Path::new("./a.jpg"), 1000));
    }
}
