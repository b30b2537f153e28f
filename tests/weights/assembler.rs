//! Assembles pickles from opcodes, and torch checkpoints and safetensors files around them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Part of a pickle program that pushes one value.
pub(crate) type Code = Vec<u8>;

pub(crate) fn text(text: &str) -> Code {
    [b"X", (text.len() as u32).to_le_bytes().as_slice(), text.as_bytes()].concat()
}

pub(crate) fn int(int: i64) -> Code {
    [b"\x8a\x08".as_slice(), &int.to_le_bytes()].concat()
}

pub(crate) fn tuple(items: &[Code]) -> Code {
    [b"(", items.concat().as_slice(), b"t"].concat()
}

pub(crate) fn ints(items: &[i64]) -> Code {
    tuple(&items.iter().map(|&item| int(item)).collect::<Vec<_>>())
}

pub(crate) fn global(module: &str, name: &str) -> Code {
    format!("c{module}\n{name}\n").into_bytes()
}

/// `callable(*arguments)`.
pub(crate) fn call(callable: &Code, arguments: &[Code]) -> Code {
    [callable.as_slice(), &tuple(arguments), b"R"].concat()
}

pub(crate) fn ordered_dict() -> Code {
    call(&global("collections", "OrderedDict"), &[])
}

pub(crate) fn storage(kind: &str, key: &str, len: i64) -> Code {
    let id = tuple(&[text("storage"), global("torch", kind), text(key), text("cpu"), int(len)]);
    [id.as_slice(), b"Q"].concat()
}

/// A call of `_rebuild_tensor_v2`, as written by `torch.save`.
pub(crate) fn tensor(storage: &Code, offset: i64, shape: &[i64], stride: &[i64]) -> Code {
    let no_grad = b"\x89".to_vec();
    let arguments = [storage.clone(), int(offset), ints(shape), ints(stride), no_grad, ordered_dict()];
    call(&global("torch._utils", "_rebuild_tensor_v2"), &arguments)
}

pub(crate) fn dict(entries: &[(&str, Code)]) -> Code {
    let items = entries.iter().map(|(name, value)| [text(name), value.clone()].concat()).collect::<Vec<_>>();
    [b"}(", items.concat().as_slice(), b"u"].concat()
}

/// A complete pickle, protocol 2.
pub(crate) fn program(code: &Code) -> Vec<u8> {
    [b"\x80\x02", code.as_slice(), b"."].concat()
}

pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    for (name, contents) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(contents).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A checkpoint with this pickle and one storage, `0`.
pub(crate) fn checkpoint(pickle: &[u8], storage: &[u8]) -> Vec<u8> {
    zip(&[("archive/data.pkl", pickle), ("archive/byteorder", b"little"), ("archive/data/0", storage)])
}

/// A checkpoint with one tensor, `w`, in a storage of the six floats 0 to 5.
pub(crate) fn one_tensor(offset: i64, shape: &[i64], stride: &[i64]) -> Vec<u8> {
    let tensor = tensor(&storage("FloatStorage", "0", 6), offset, shape, stride);
    checkpoint(&program(&dict(&[("w", tensor)])), &floats(6))
}

/// The bytes of the floats 0, 1, … `len` - 1.
pub(crate) fn floats(len: u8) -> Vec<u8> {
    (0..len).flat_map(|value| f32::from(value).to_le_bytes()).collect()
}

pub(crate) fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [(header.len() as u64).to_le_bytes().as_slice(), header.as_bytes(), data].concat()
}
