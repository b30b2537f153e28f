//! Everything that a pickle can hold is read, and only tensors come out.

use super::assembler::{Code, call, checkpoint, dict, floats, global, int, program, storage, tensor, text};
use super::{message, read};

/// The message for a checkpoint with this pickle and one storage of six floats.
fn refusal(code: &Code) -> String {
    message(&checkpoint(&program(code), &floats(6)))
}

fn six_floats() -> Code {
    storage("FloatStorage", "0", 6)
}

#[test]
fn globals_that_could_run_code_are_only_remembered_by_name() {
    let concat = |parts: &[&[u8]]| parts.concat();
    let cases = [
        ("an object of `os.system`", call(&global("os", "system"), &[text("touch marker")])),
        ("the global `builtins.eval`", global("builtins", "eval")),
        ("the global `posix.system`", concat(&[&text("posix"), &text("system"), b"\x93"])),
        ("an object of `os.execv`", b"(ios\nexecv\n".to_vec()),
        ("an object of `subprocess.Popen`", concat(&[b"(", &global("subprocess", "Popen"), b"o"])),
        ("an object of `pathlib.Path`", concat(&[&global("pathlib", "Path"), b")\x81"])),
        ("an object of `pathlib.Path`", concat(&[&global("pathlib", "Path"), b")}\x92"])),
        ("an object of `a.B`", call(&global("copyreg", "__newobj__"), &[global("a", "B")])),
        // What an object would return is one of the same name.
        ("an object of `os.popen`", call(&call(&global("os", "popen"), &[]), &[])),
        ("the global `torch.storage._load_from_bytes`", global("torch.storage", "_load_from_bytes")),
        // Names come from the file and must not control a terminal.
        ("the global `\\u{1b}[31mos.system\\r`", global("\x1b[31mos", "system\r")),
    ];
    for (found, code) in cases {
        let message = refusal(&code);
        let expected = format!("expected a dictionary of tensors, found {found}");
        assert!(message.contains(&expected), "{found}: {message}");
        assert!(message.contains("\n  try: in the program that trained it: torch.save("), "{message}");
        // Beside tensors it changes nothing.
        let beside = dict(&[("w", tensor(&six_floats(), 0, &[6], &[1])), ("args", code)]);
        let file = read(&checkpoint(&program(&beside), &floats(6))).unwrap();
        assert_eq!(file.names().collect::<Vec<_>>(), ["w"], "{found}");
    }
    assert!(!std::path::Path::new("marker").exists());
}

#[test]
fn every_opcode_of_python_is_known() {
    let concat = |parts: &[&[u8]]| parts.concat();
    // Each pushes one value that no tensor is made from; protocols 0 to 5.
    let values: Vec<Code> = vec![
        b"N".to_vec(),
        b"\x88".to_vec(),
        b"I01\n".to_vec(),
        b"I-7\n".to_vec(),
        b"L7L\n".to_vec(),
        b"F0.5\n".to_vec(),
        concat(&[b"G", &[0; 8]]),
        b"\x8b\x09\0\0\0abcdefghi".to_vec(),
        b"\x8a\x09123456789".to_vec(),
        b"S'text'\n".to_vec(),
        b"Vtext\n".to_vec(),
        b"U\x01a".to_vec(),
        b"T\x01\0\0\0a".to_vec(),
        b"\x8c\x01a".to_vec(),
        concat(&[b"\x8d", &1u64.to_le_bytes(), b"a"]),
        b"C\x01\xff".to_vec(),
        b"B\x01\0\0\0\xff".to_vec(),
        concat(&[b"\x8e", &1u64.to_le_bytes(), b"a"]),
        concat(&[b"\x96", &1u64.to_le_bytes(), b"a"]),
        b"\x97\x98".to_vec(),
        b"(K\x01l".to_vec(),
        b"]K\x01a".to_vec(),
        b"](K\x01e".to_vec(),
        b"\x8f(K\x01\x90".to_vec(),
        b"(K\x01\x91".to_vec(),
        b"(K\x01K\x02d".to_vec(),
        b"NN0".to_vec(),
        b"N20".to_vec(),
        b"N(NN1".to_vec(),
        b"N(0".to_vec(),
        b"Np7\ng7\n0".to_vec(),
        b"\x82\x01".to_vec(),
        b"\x83\x01\0".to_vec(),
        b"\x84\x01\0\0\0".to_vec(),
        concat(&[b"\x95", &[0; 8], b"N"]),
    ];
    for value in values {
        let code = dict(&[("w", tensor(&six_floats(), 0, &[6], &[1])), ("other", value.clone())]);
        let file = read(&checkpoint(&program(&code), &floats(6)));
        let file = file.unwrap_or_else(|error| panic!("{value:?}: {error}"));
        assert_eq!(file.names().collect::<Vec<_>>(), ["w"], "{value:?}");
    }
    assert!(refusal(&vec![0xff]).contains("has 0xff, which is no opcode"));
    let message = message(&checkpoint(b"\x80\x06N.", b""));
    assert!(message.contains("expected a pickle protocol of at most 5, found 6"), "{message}");
}

#[test]
fn an_ordered_dict_of_python_2_is_a_list_of_pairs() {
    let pair = [b"](".to_vec(), text("w"), tensor(&six_floats(), 0, &[6], &[1]), b"e".to_vec()].concat();
    let pairs = [b"](".to_vec(), pair, b"e".to_vec()].concat();
    let code = call(&global("collections", "OrderedDict"), &[pairs]);
    assert!(read(&checkpoint(&program(&code), &floats(6))).is_ok());
    let no_pairs = [b"](".to_vec(), int(1), b"e".to_vec()].concat();
    let code = call(&global("collections", "OrderedDict"), &[no_pairs]);
    assert!(refusal(&code).contains("makes a dict of something else than pairs"));
}

#[test]
fn copies_of_a_list_are_counted() {
    let pairs = [b"](".to_vec(), b"NN\x86".repeat(10_000), b"eq\0".to_vec()].concat();
    let copies = [global("collections", "OrderedDict"), b"q\x01".to_vec(), b"h\x01h\0\x85R0".repeat(200)];
    assert!(refusal(&[pairs, copies.concat()].concat()).contains("more than 1048576 entries"));
}
