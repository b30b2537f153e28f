//! Valid files: names, shapes, dtypes and values.

use mnet::weights::{Dtype, Fault, WeightFile};

use super::assembler::{
    call, checkpoint, dict, floats, global, one_tensor, ordered_dict, program, safetensors, storage, tensor,
    text, zip,
};
use super::{message, read};

fn values(file: &WeightFile, name: &str) -> Vec<f32> {
    file.f32(name).unwrap().unwrap().into_owned()
}

#[test]
fn safetensors_are_read_in_place() {
    let header = r#"{"b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#;
    let file = read(&safetensors(header, &[floats(2), vec![0, 0x3c, 0, 0xc0]].concat())).unwrap();
    assert_eq!(file.names().collect::<Vec<_>>(), ["a", "b"]);
    let b = file.get("b").unwrap();
    assert_eq!((b.dtype, b.shape), (Dtype::F16, [2].as_slice()));
    assert_eq!(file.bytes("b").unwrap().unwrap(), [0, 0x3c, 0, 0xc0].as_slice());
    assert_eq!((values(&file, "a"), values(&file, "b")), (vec![0.0, 1.0], vec![1.0, -2.0]));
    assert!(file.get("c").is_none() && file.f32("c").is_none());
}

#[test]
fn strides_become_row_major() {
    type Case = (i64, &'static [i64], &'static [i64], &'static [f32]);
    let cases: &[Case] = &[
        (0, &[2, 3], &[3, 1], &[0., 1., 2., 3., 4., 5.]),
        (0, &[3, 2], &[1, 3], &[0., 3., 1., 4., 2., 5.]),
        // A slice of channels_last weights, as torch saves it.
        (1, &[1, 2, 2, 1], &[6, 1, 3, 3], &[1., 4., 2., 5.]),
        (5, &[], &[], &[5.]),
        (2, &[2], &[2], &[2., 4.]),
        (0, &[0, 7], &[7, 1], &[]),
        // The stride of a dimension of size 1 does not matter.
        (3, &[1, 2], &[999, 1], &[3., 4.]),
        // Views that repeat elements.
        (2, &[7], &[0], &[2.; 7]),
        (0, &[3, 3], &[1, 1], &[0., 1., 2., 1., 2., 3., 2., 3., 4.]),
    ];
    for (offset, shape, stride, expected) in cases {
        let file = read(&one_tensor(*offset, shape, stride)).unwrap();
        assert_eq!(values(&file, "w"), *expected, "shape {shape:?} stride {stride:?} offset {offset}");
        assert_eq!(file.get("w").unwrap().shape.len(), shape.len());
    }
}

#[test]
fn storages_may_be_shared_and_integers_stay_integers() {
    let longs = storage("LongStorage", "0", 3);
    let code = dict(&[("a", tensor(&longs, 0, &[2], &[1])), ("b", tensor(&longs, 2, &[], &[]))]);
    let file = read(&checkpoint(&program(&code), &[1i64, 2, 3].map(i64::to_le_bytes).concat())).unwrap();
    assert_eq!(file.bytes("b").unwrap().unwrap().as_ref(), 3i64.to_le_bytes());
    let error = file.f32("a").unwrap().unwrap_err();
    assert!(matches!(error.fault, Fault::NotFloat { dtype: Dtype::I64, .. }));
    assert_eq!(error.to_string(), "built-in weights: tensor `a`: expected floating point, found i64");
}

#[test]
fn a_state_dict_may_be_nested_and_hold_parameters_and_metadata() {
    let weight = tensor(&storage("FloatStorage", "0", 6), 0, &[6], &[1]);
    let no_hooks = ordered_dict();
    let parameter =
        call(&global("torch._utils", "_rebuild_parameter"), &[weight, b"\x88".to_vec(), no_hooks]);
    let metadata = dict(&[("_metadata", ordered_dict())]);
    // An OrderedDict, one SETITEM, then BUILD with its attributes.
    let state_dict = [ordered_dict(), text("w"), parameter, b"s".to_vec(), metadata, b"b".to_vec()].concat();
    let epoch = b"K\x07".to_vec();
    for code in [state_dict.clone(), dict(&[("epoch", epoch), ("state_dict", state_dict)])] {
        let file = read(&checkpoint(&program(&code), &floats(6))).unwrap();
        assert_eq!(values(&file, "w"), [0., 1., 2., 3., 4., 5.]);
    }
}

#[test]
fn byte_order_must_be_little() {
    let pickle = program(&dict(&[("w", tensor(&storage("FloatStorage", "0", 1), 0, &[], &[]))]));
    let with =
        |order: &[u8]| zip(&[("m/data.pkl", &pickle), ("m/byteorder", order), ("m/data/0", &floats(1))]);
    assert!(read(&with(b"little")).is_ok());
    assert!(message(&with(b"big")).contains("expected byte order `little`, found `big`"));
    assert!(read(&zip(&[("m/data.pkl", &pickle), ("m/data/0", &floats(1))])).is_ok());
}

#[test]
fn a_file_saved_by_torch_is_read() {
    let file = read(include_bytes!("torch/state_dict_by_torch_2.bin")).unwrap();
    let shapes: &[(&str, Dtype, &[usize])] = &[
        ("bfloat", Dtype::Bf16, &[3]),
        ("conv", Dtype::F32, &[2, 3, 2, 2]),
        ("double", Dtype::F64, &[3]),
        ("first", Dtype::F32, &[3]),
        ("half", Dtype::F16, &[3]),
        ("rest", Dtype::F32, &[3]),
        ("tracked", Dtype::I64, &[]),
        ("transposed", Dtype::F32, &[2, 3]),
    ];
    assert!(file.names().eq(shapes.iter().map(|(name, ..)| *name)));
    for &(name, dtype, shape) in shapes {
        let tensor = file.get(name).unwrap();
        assert_eq!((tensor.dtype, tensor.shape), (dtype, shape), "{name}");
        if dtype != Dtype::I64 {
            let expected: Vec<f32> = (0..shape.iter().product()).map(|value: usize| value as f32).collect();
            assert_eq!(values(&file, name), expected, "{name}");
        }
    }
}
