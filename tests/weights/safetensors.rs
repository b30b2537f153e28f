//! Properties of safetensors files: any valid one is read back as written, any altered one is an error or a
//! valid file.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::assembler::safetensors;
use super::read;

/// Name, shape and values of some tensors.
type Tensors = std::collections::BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn tensors() -> impl Strategy<Value = Tensors> {
    let values = vec(0usize..4, 0..5).prop_flat_map(|shape| {
        let count = shape.iter().product::<usize>();
        (Just(shape), vec(-1e6f32..1e6, count))
    });
    btree_map("[a-z0-9._]{1,12}", values, 1..6)
}

/// The file of these tensors: the header in JSON, then the values in the order of the names.
fn file(tensors: &Tensors) -> Vec<u8> {
    let (mut entries, mut data) = (vec![], vec![]);
    for (name, (shape, values)) in tensors {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let end = data.len();
        entries
            .push(format!(r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{start},{end}]}}"#));
    }
    safetensors(&format!("{{{}}}", entries.join(",")), &data)
}

proptest! {
    #[test]
    fn what_is_written_is_read(tensors in tensors()) {
        let file = read(&file(&tensors)).unwrap();
        prop_assert!(file.names().eq(tensors.keys()));
        for (name, (shape, values)) in &tensors {
            prop_assert_eq!(file.get(name).unwrap().shape, shape.as_slice());
            prop_assert_eq!(&*file.f32(name).unwrap().unwrap(), values.as_slice());
        }
    }

    /// Whatever a header claims, no tensor reaches beyond its file: `get` would panic.
    #[test]
    fn altered_files_stay_within_bounds(
        tensors in tensors(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = file(&tensors);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(file) = read(&bytes) {
            for name in file.names() {
                let tensor = file.get(name).unwrap();
                let size = tensor.shape.iter().product::<usize>() * tensor.dtype.size();
                prop_assert_eq!(file.bytes(name).unwrap().unwrap().len(), size);
            }
        }
    }

    #[test]
    fn cut_files_are_errors(tensors in tensors(), at in any::<prop::sample::Index>()) {
        let bytes = file(&tensors);
        prop_assert!(read(&bytes[..at.index(bytes.len())]).is_err());
    }
}
