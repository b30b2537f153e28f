//! Files as `torch.save` writes them, now and before torch 1.6.

use mnet::models::random::Tensors;

use crate::assembler;

/// Names and calls that rebuild `tensors`, whose storages are numbered from `first`, and the bytes of the storages.
fn entries(tensors: &Tensors, storage: impl Fn(usize, usize) -> Vec<u8>) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut entries = Vec::new();
    let mut storages = Vec::new();
    for (key, (name, (shape, values))) in tensors.iter().enumerate() {
        let shape: Vec<_> = shape.iter().map(|&size| size as i64).collect();
        let stride: Vec<i64> = (1..=shape.len()).map(|after| shape[after..].iter().product()).collect();
        entries.push((name.as_str(), assembler::tensor(&storage(key, values.len()), 0, &shape, &stride)));
        storages.push(values.iter().flat_map(|value| value.to_le_bytes()).collect());
    }
    (assembler::dict(&entries), storages)
}

/// The tensors under each of `keys` in one dictionary, beside an epoch; or alone if there are no keys.
pub(super) fn nested(tensors: &Tensors, keys: &[&str]) -> Vec<u8> {
    let storage = |key: usize, len| assembler::storage("FloatStorage", &key.to_string(), len as i64);
    let (dict, storages) = entries(tensors, storage);
    let dict = if keys.is_empty() {
        dict
    } else {
        let copies = keys.iter().map(|&key| (key, dict.clone()));
        assembler::dict(&copies.chain([("epoch", assembler::int(3))]).collect::<Vec<_>>())
    };
    let program = assembler::program(&dict);
    let names: Vec<_> = (0..storages.len()).map(|key| format!("archive/data/{key}")).collect();
    let mut files: Vec<(&str, &[u8])> =
        vec![("archive/data.pkl", &program), ("archive/byteorder", b"little")];
    files.extend(names.iter().map(String::as_str).zip(storages.iter().map(Vec::as_slice)));
    assembler::zip(&files)
}

/// The same in the container of torch before 1.6: pickles of a magic number, a version and the system, then the tensors'
/// pickle, the keys of the storages, and for each its length and its elements.
pub(super) fn legacy(tensors: &Tensors) -> Vec<u8> {
    let storage = |key: usize, len| {
        let key = assembler::text(&key.to_string());
        let kind = assembler::global("torch", "FloatStorage");
        let cpu = assembler::text("cpu");
        let id = assembler::tuple(&[
            assembler::text("storage"),
            kind,
            key,
            cpu,
            assembler::int(len as i64),
            b"N".to_vec(),
        ]);
        [&id[..], b"Q"].concat()
    };
    let (dict, storages) = entries(tensors, storage);
    let system =
        assembler::dict(&[("protocol_version", assembler::int(1001)), ("little_endian", b"\x88".to_vec())]);
    let keys = (0..storages.len()).flat_map(|key| [&assembler::text(&key.to_string())[..], b"a"].concat());
    let keys: Vec<u8> = b"]".iter().copied().chain(keys).collect();
    let mut file = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    for part in [assembler::int(1001), system, dict, keys] {
        file.extend(assembler::program(&part));
    }
    for elements in &storages {
        file.extend((elements.len() as u64 / 4).to_le_bytes());
        file.extend(elements);
    }
    file
}
