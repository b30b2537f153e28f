//! Files made to run code, to exhaust memory or stack, or to read out of bounds: each is an error that says
//! so.

use super::assembler::{
    Code, call, checkpoint, dict, floats, global, int, ints, one_tensor, ordered_dict, program, safetensors,
    storage, tensor, text, tuple, zip,
};
use super::{message, read};

/// The message for a checkpoint with this pickle and one storage of six floats.
fn refusal(code: &Code) -> String {
    message(&checkpoint(&program(code), &floats(6)))
}

fn six_floats() -> Code {
    storage("FloatStorage", "0", 6)
}

#[test]
fn calls_with_wrong_arguments_are_errors() {
    let rebuild = global("torch._utils", "_rebuild_tensor_v2");
    let false_ = b"\x89".to_vec();
    let shape_of_floats = tuple(&[[b"G".as_slice(), &[0; 8]].concat()]);
    let cases = [
        ("calls RebuildTensor with 2 arguments", call(&rebuild, &[six_floats(), int(0)])),
        ("calls RebuildTensor with 0 arguments", call(&rebuild, &[])),
        (
            "calls OrderedDict with 2 arguments",
            call(&global("collections", "OrderedDict"), &[int(1), int(2)]),
        ),
        (
            "expected a list of pairs, found an integer",
            call(&global("collections", "OrderedDict"), &[int(1)]),
        ),
        ("calls Storage(F32) with 0 arguments", call(&global("torch", "FloatStorage"), &[])),
        (
            "expected the storage of a tensor, found an integer",
            call(&rebuild, &[int(0), int(0), ints(&[1]), ints(&[1]), false_.clone(), ordered_dict()]),
        ),
        (
            "expected a size, found a float",
            call(&rebuild, &[six_floats(), int(0), shape_of_floats, ints(&[1]), false_, ordered_dict()]),
        ),
        ("gives a tensor of shape [2, 3] the stride [1]", tensor(&six_floats(), 0, &[2, 3], &[1])),
        ("has a tensor of 9 dimensions", tensor(&six_floats(), 0, &[1; 9], &[1; 9])),
        (
            "expected (\"storage\", type, key, device, elements), found a tuple",
            [ints(&[1, 2]), b"Q".to_vec()].concat(),
        ),
        ("expected a tuple of arguments, found an integer", [rebuild, int(1), b"R".to_vec()].concat()),
        ("expected a global to call, found an integer", call(&int(1), &[])),
        ("expected a dict to add to, found an integer", [int(1), int(2), int(3), b"s".to_vec()].concat()),
        ("expected an object to set attributes of, found None", b"N}b".to_vec()),
        ("has a key without a value", [b"}(".to_vec(), text("w"), b"u".to_vec()].concat()),
        ("takes a value from an empty stack", b"R".to_vec()),
        ("takes a value from an empty stack", b"N(s".to_vec()),
        ("pops a mark that was not set", b"t".to_vec()),
        ("recalls a value that it did not memoize", b"h\x05".to_vec()),
        ("has a string that is not UTF-8", b"X\x01\0\0\0\xff".to_vec()),
        ("expected a list to add to, found an integer", b"K\x01Na".to_vec()),
        ("memoizes under something else than a number", b"Npx\n".to_vec()),
    ];
    for (expected, code) in cases {
        let message = refusal(&code);
        assert!(message.contains(expected), "expected {expected}: {message}");
    }
}

#[test]
fn anything_but_a_dictionary_of_tensors_is_an_error() {
    let one = || tensor(&six_floats(), 0, &[1], &[1]);
    let cases = [
        ("expected a dictionary of tensors, found a tensor", one()),
        ("expected a dictionary of tensors, found a list that holds none", b"]".to_vec()),
        ("found a dict that holds none", dict(&[("state_dict", b"N".to_vec())])),
        (
            "found tensors without the names of layers in the outermost one",
            [b"}".to_vec(), int(1), one(), b"s".to_vec()].concat(),
        ),
        ("it has two tensors called `w`", dict(&[("w", one()), ("v", one()), ("w", one())])),
        ("holds no tensors", dict(&[])),
    ];
    for (expected, code) in cases {
        let message = refusal(&code);
        assert!(message.contains(expected), "expected {expected}: {message}");
    }
}

#[test]
fn shapes_must_fit_their_storage() {
    let cases: &[(i64, &[i64], &[i64])] = &[
        (0, &[1 << 40], &[1]),
        (0, &[i64::MAX, i64::MAX], &[1, 1]),
        (0, &[7], &[1]),
        (1, &[6], &[1]),
        (6, &[], &[]),
        (i64::MAX, &[2], &[i64::MAX]),
        (0, &[2], &[6]),
        // Within the storage, but with more elements than it has.
        (0, &[1 << 20], &[0]),
        (0, &[300, 300], &[0, 1]),
    ];
    for &(offset, shape, stride) in cases {
        let message = message(&one_tensor(offset, shape, stride));
        let expected = format!(
            "tensor `w`: shape {shape:?} with stride {stride:?} from element {offset} does not fit 6"
        );
        assert!(message.contains(&expected), "expected {expected}: {message}");
    }
    for (offset, shape, stride) in [(0, [-1], [1]), (0, [2], [-1]), (-1, [1], [1])] {
        assert!(message(&one_tensor(offset, &shape, &stride)).contains("expected a size, found -1"));
    }
}

#[test]
fn storages_must_match_the_archive() {
    let with = |storage: &Code| refusal(&dict(&[("w", tensor(storage, 0, &[1], &[1]))]));
    let missing = with(&storage("FloatStorage", "1", 6));
    assert!(missing.contains("its zip file has no entry `data/1`"), "{missing}");
    for (kind, len) in
        [("FloatStorage", 7), ("FloatStorage", 5), ("DoubleStorage", 6), ("DoubleStorage", i64::MAX)]
    {
        let message = with(&storage(kind, "0", len));
        assert!(message.contains("in storage `0`, found 24 bytes"), "{message}");
    }
}

#[test]
fn deep_nesting_and_long_programs_are_errors() {
    let nested = [b")".to_vec(), vec![0x85; 200_000]].concat();
    assert!(refusal(&nested).contains("found a tuple that holds none"));
    let millions = [b")".to_vec(), vec![0x85; 2_000_000]].concat();
    assert!(refusal(&millions).contains("more than 1048576 opcodes"));
    assert!(refusal(&vec![b'('; 2_000_000]).contains("more than 1048576 opcodes"));
    assert!(refusal(&vec![b'N'; 3_000_000]).contains("more than 2097152 numbers"));
}

#[test]
fn memo_doubling_costs_nothing() {
    // x = (x, x), forty times: 2^40 leaves if they were copied.
    let doubling = (0..40).fold(b")q\0".to_vec(), |code, _| [code, b"h\0h\0\x86q\0".to_vec()].concat());
    assert!(refusal(&doubling).contains("found a tuple that holds none"));
}

#[test]
fn a_dict_may_hold_itself() {
    let cycle = [b"}q\0".to_vec(), text("state_dict"), b"h\0s".to_vec()].concat();
    assert!(refusal(&cycle).contains("found a dict that holds none"));
}

#[test]
fn lengths_beyond_the_file_are_errors() {
    let string = refusal(&b"X\xff\xff\xff\xff".to_vec());
    assert!(string.contains("needs 4294967295 more bytes, but ends"), "{string}");
    assert!(message(&checkpoint(b"\x80\x02cos\nsyst", b"")).contains("ends within a line"));
    assert!(message(&checkpoint(b"", b"")).contains("needs 1 more bytes, but ends"));
}

#[test]
fn zip_entries_must_be_plain_and_unambiguous() {
    let pickle = program(&dict(&[("w", tensor(&six_floats(), 0, &[6], &[1]))]));
    let no_pickle = message(&zip(&[("archive/data.bin", &pickle)]));
    assert!(no_pickle.contains("a zip file without exactly one entry `*/data.pkl`"), "{no_pickle}");
    let two = message(&zip(&[("a/data.pkl", &pickle), ("b/data.pkl", &pickle)]));
    assert!(two.contains("a zip file without exactly one entry `*/data.pkl`"), "{two}");
    // The directory says deflated (method 8), but what follows is not.
    let mut deflated = checkpoint(&pickle, &floats(6));
    let headers: Vec<_> = (0..deflated.len()).filter(|&i| deflated[i..].starts_with(b"PK\x01\x02")).collect();
    assert_eq!(headers.len(), 3);
    for header in headers {
        deflated[header + 10] = 8;
    }
    let compressed = message(&deflated);
    assert!(compressed.contains("damaged torch checkpoint: entry `archive/data.pkl`: "), "{compressed}");
    // A flipped bit in a weight is found by the checksum.
    let mut flipped = checkpoint(&pickle, &floats(6));
    let weights = flipped.windows(24).position(|window| window == floats(6)).unwrap();
    flipped[weights + 5] ^= 1;
    let error = read(&flipped).unwrap().f32("w").unwrap().unwrap_err();
    assert_eq!(
        error.fault.to_string(),
        "damaged torch checkpoint: the values of tensor `w` fail their checksum"
    );
    // Two tensors of one storage: it is verified when the file is opened.
    let shared = storage("FloatStorage", "0", 6);
    let halves = dict(&[("a", tensor(&shared, 0, &[3], &[1])), ("b", tensor(&shared, 3, &[3], &[1]))]);
    let mut flipped = checkpoint(&program(&halves), &floats(6));
    let weights = flipped.windows(24).position(|window| window == floats(6)).unwrap();
    flipped[weights + 5] ^= 1;
    assert!(message(&flipped).contains("damaged torch checkpoint: entry `data/0` fails its checksum"));
}

#[test]
fn safetensors_headers_are_checked() {
    let entry = |offsets: &str, shape: &str| {
        format!(r#"{{"w":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#)
    };
    assert!(read(&safetensors(&entry("[0,24]", "[6]"), &floats(6))).is_ok());
    let cases = [
        ("invalid shape, data type, or offset", entry("[0,24]", "[7]")),
        ("invalid offset for tensor `w`", entry("[4,24]", "[5]")),
        ("the size in its header is not that of the file", entry("[0,20]", "[5]")),
        ("overflow", entry("[0,24]", "[4294967296,4294967296]")),
        ("invalid header: invalid value: integer `-6`", entry("[0,24]", "[-6]")),
        ("element type F8_E5M2 is not supported", entry("[0,24]", "[24]").replace("F32", "F8_E5M2")),
        ("holds no tensors", "{}".to_owned()),
    ];
    for (expected, header) in cases {
        let data = if header == "{}" { vec![] } else { floats(6) };
        let message = message(&safetensors(&header, &data));
        assert!(message.contains(expected), "expected {expected}: {message}");
    }
    let long = [1000u64.to_le_bytes().as_slice(), b"{}"].concat();
    assert!(message(&long).contains("its header is longer than the whole file, which has 10 bytes"));
    let many: Vec<_> = (0..=65_536)
        .map(|index| format!(r#""{index}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#))
        .collect();
    let many = message(&safetensors(&format!("{{{}}}", many.join(",")), &[]));
    assert!(many.contains("it has 65537 tensors, expected at most 65536"), "{many}");
}
