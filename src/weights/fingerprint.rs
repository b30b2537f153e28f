//! Whether two weight files hold the same network, however they are stored.

use sha2::{Digest, Sha256};

use super::error::WeightsError;
use super::weight_file::WeightFile;

impl WeightFile {
    /// The SHA-256 of all tensors with their names, types and shapes: 64 hexadecimal digits. A file in another format, or cut into
    /// several, has the same.
    ///
    /// # Errors
    /// As for [`bytes`](Self::bytes).
    pub fn fingerprint(&self) -> Result<String, WeightsError> {
        let mut hasher = Sha256::new();
        for name in self.names() {
            let (Some(info), Some(bytes)) = (self.get(name), self.bytes(name)) else { continue };
            // The name in quotes: what follows cannot be taken for a part of it.
            hasher.update(format!("{name:?} {:?} {:?}\n", info.dtype, info.shape));
            hasher.update(bytes?);
        }
        let digest = hasher.finalize();
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Ok(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::{Dtype, TensorView, serialize};

    fn fingerprint(tensors: &[(&str, &[u8])]) -> String {
        let views = tensors
            .iter()
            .map(|(name, bytes)| (*name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).unwrap()));
        WeightFile::from_bytes(serialize(views, None).unwrap()).unwrap().fingerprint().unwrap()
    }

    #[test]
    fn any_other_name_or_value_has_another_fingerprint() {
        let same = [("a", &[0, 1, 2, 3][..]), ("b", &[4, 5, 6, 7])];
        let first = fingerprint(&same);
        assert_eq!((first.len(), fingerprint(&[same[1], same[0]])), (64, first.clone()), "the order");
        for other in [
            [("a", &[0, 1, 2, 3][..]), ("b", &[4, 5, 6, 8])],
            [("a", &[0, 1, 2, 3]), ("c", &[4, 5, 6, 7])],
            [("a", &[4, 5, 6, 7]), ("b", &[0, 1, 2, 3])],
            [("a", &[]), ("b", &[0, 1, 2, 3, 4, 5, 6, 7])],
        ] {
            assert_ne!(fingerprint(&other), first, "{other:?}");
        }
    }
}
