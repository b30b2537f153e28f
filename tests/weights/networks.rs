//! Which of the dictionaries in a file is the network.

use super::assembler::{Code, call, checkpoint, dict, floats, global, int, program, storage, tensor, text};
use super::{message, read};

fn six_floats() -> Code {
    tensor(&storage("FloatStorage", "0", 6), 0, &[6], &[1])
}

fn kernel() -> Code {
    tensor(&storage("FloatStorage", "0", 6), 0, &[2, 3, 1, 1], &[3, 1, 1, 1])
}

fn of(code: &Code) -> Vec<u8> {
    checkpoint(&program(code), &floats(6))
}

#[test]
fn notes_among_the_tensors_are_stepped_over_but_not_under_their_names() {
    let none = b"N".to_vec();
    let with = |name: &str, value: &Code| {
        of(&dict(&[("a.weight", six_floats()), ("w", kernel()), (name, value.clone())]))
    };
    for (name, value) in [("epoch", int(3)), ("version", text("2")), ("total_ops", none.clone())] {
        assert_eq!(read(&with(name, &value)).unwrap().names().count(), 2, "{name}");
    }
    let quantised = call(&global("torch._utils", "_rebuild_qtensor"), &[]);
    let cases = [
        ("b.weight", none, "found None"),
        ("b.weight", text("x"), "found a string"),
        ("b.scale", quantised, "found a quantised tensor"),
    ];
    for (name, value, found) in cases {
        let message = message(&with(name, &value));
        assert!(message.contains(&format!("entry `{name}`: expected a tensor, {found}")), "{message}");
    }
}

#[test]
fn a_network_of_unread_tensors_alone_is_named() {
    let float8 = call(&global("torch._utils", "_rebuild_tensor_v3"), &[]);
    let message = message(&of(&dict(&[("state_dict", dict(&[("a.weight", float8)]))])));
    let expected = "entry `a.weight`: expected a tensor, found a tensor of a kind that is not read \
                    (`torch._utils._rebuild_tensor_v3`)";
    assert!(message.contains(expected), "{message}");
}

/// `torch._neg_view` is saved as its storage and a flag.
#[test]
fn a_negated_view_is_not_read_as_if_it_were_not_negated() {
    let rebuild = global("torch._utils", "_rebuild_tensor_v2");
    let with = |metadata: Code| {
        let [shape, stride] = [b"K\x06\x85".to_vec(), b"K\x01\x85".to_vec()];
        let storage = storage("FloatStorage", "0", 6);
        let arguments = [storage, int(0), shape, stride, b"\x89".to_vec(), b"}".to_vec(), metadata];
        of(&dict(&[("a.weight", call(&rebuild, &arguments))]))
    };
    assert!(read(&with(b"}".to_vec())).is_ok());
    let message = message(&with(dict(&[("neg", b"\x88".to_vec())])));
    assert!(message.contains("entry `a.weight`: expected a tensor, found a view that negates"), "{message}");
}

#[test]
fn an_optimizer_is_never_the_network() {
    let moments = dict(&[("exp_avg", kernel())]);
    let states = [
        dict(&[("optimizer_states", moments.clone())]),
        dict(&[("opt", moments.clone())]),
        dict(&[("state", moments.clone()), ("param_groups", b"]".to_vec())]),
        // By position, without a name.
        [b"}(".to_vec(), int(0), moments, b"u".to_vec()].concat(),
    ];
    for (number, state) in states.into_iter().enumerate() {
        let message = message(&of(&dict(&[("anything", state)])));
        assert!(message.contains("expected a dictionary of tensors, found "), "{number}: {message}");
    }
}

#[test]
fn a_classifier_beside_its_network_is_mentioned() {
    let head = tensor(&storage("FloatStorage", "0", 6), 0, &[2, 3], &[3, 1]);
    let file = dict(&[("backbone", dict(&[("w", kernel())])), ("head", dict(&[("weight", head)]))]);
    assert_eq!(read(&of(&file)).unwrap().choice(), Some("the tensors in `head` are not used"));
}

#[test]
fn the_mean_of_a_picture_is_no_network() {
    let mean = tensor(&storage("FloatStorage", "0", 6), 0, &[1, 3, 1, 1], &[3, 1, 1, 1]);
    let file = dict(&[("net", dict(&[("w", kernel())])), ("stats", dict(&[("mean", mean)]))]);
    let file = read(&of(&file)).unwrap();
    assert_eq!(file.names().collect::<Vec<_>>(), ["w"]);
    assert_eq!(file.choice(), Some("the tensors in `stats` are not used"));
}

#[test]
fn the_keys_of_timm_decide_between_networks_without_an_average() {
    let network = || dict(&[("w", kernel())]);
    let file = read(&of(&dict(&[("best", network()), ("model", network())]))).unwrap();
    assert_eq!(file.choice(), Some("of its dictionaries `best` and `model`, `model` is used (as timm does)"));
    let many = ["a", "b", "c", "d", "e"].map(|name| (name, network()));
    assert!(message(&of(&dict(&many))).contains("several networks, `a`, `b`, `c`, `d` and others, and"));
}

#[test]
fn names_that_a_shell_would_obey_do_not_reach_a_command() {
    let network = || dict(&[("w", kernel())]);
    let message = message(&of(&dict(&[("x'; rm -rf ~; '", network()), ("y", network())])));
    let (_, hint) = message.split_once("\n  try: ").unwrap();
    assert!(hint.contains("[\"KEY\"]") && !hint.contains("rm -rf"), "{hint}");
}
