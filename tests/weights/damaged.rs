//! Valid files, cut off at every byte or with every byte altered: never a panic.

use super::assembler::{checkpoint, dict, floats, program, safetensors, storage, tensor};
use super::read;

fn small_pickle() -> Vec<u8> {
    let storage = storage("FloatStorage", "0", 6);
    program(&dict(&[("a", tensor(&storage, 0, &[2, 2], &[1, 2])), ("b", tensor(&storage, 2, &[4], &[1]))]))
}

fn small_safetensors() -> Vec<u8> {
    let header = r#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[],"data_offsets":[16,20]}}"#;
    safetensors(header, &floats(5))
}

/// Opens a file and, if that works, reads all of its tensors. Returns whether it opened.
fn read_all(bytes: &[u8]) -> bool {
    read(bytes).is_ok_and(|file| {
        for name in file.names() {
            let tensor = file.get(name).unwrap();
            let expected = tensor.shape.iter().product::<usize>() * tensor.dtype.size();
            match file.bytes(name).unwrap() {
                Ok(bytes) => assert_eq!(bytes.len(), expected),
                Err(_) => return false,
            }
        }
        true
    })
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    for whole in [checkpoint(&small_pickle(), &floats(6)), small_safetensors()] {
        assert!(read_all(&whole));
        for len in 0..whole.len() {
            assert!(!read_all(&whole[..len]), "opened with {len} of {} bytes", whole.len());
        }
    }
}

#[test]
fn a_pickle_cut_off_anywhere_is_an_error() {
    let pickle = small_pickle();
    for len in 0..pickle.len() {
        assert!(!read_all(&checkpoint(&pickle[..len], &floats(6))), "opened with {len} bytes");
    }
}

#[test]
fn an_altered_file_never_panics() {
    for whole in [checkpoint(&small_pickle(), &floats(6)), small_safetensors()] {
        for (i, mask) in (0..whole.len()).flat_map(|i| [1, 0x80, 0xff].map(|mask| (i, mask))) {
            let mut altered = whole.clone();
            altered[i] ^= mask;
            read_all(&altered);
        }
    }
}

#[test]
fn an_altered_pickle_never_panics() {
    let pickle = small_pickle();
    // Every opcode at every position. The checksum is right, so it is the machine that has to refuse.
    let opcodes = b".(0123NGKMJXFILPSUTVBCd)t]aelp}sgucRbQqrhjio\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\xff";
    for i in 0..pickle.len() {
        for &opcode in opcodes {
            let mut altered = pickle.clone();
            altered[i] = opcode;
            read_all(&checkpoint(&altered, &floats(6)));
        }
    }
}
