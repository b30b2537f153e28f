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

#[test]
fn only_optimizers_are_left_out_as_optimizers() {
    let network = || dict(&[("a.weight", kernel())]);
    let alone = [
        dict(&[("optimized_model", network())]),
        dict(&[("opt", dict(&[])), ("optimal_weights", network())]),
        dict(&[("model", network()), ("param_groups", b"](K\x01e".to_vec())]),
        dict(&[("state", network()), ("param_groups", b"]".to_vec())]),
    ];
    for (number, file) in alone.into_iter().enumerate() {
        let file = read(&of(&file)).unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(file.names().collect::<Vec<_>>(), ["a.weight"], "{number}");
    }
    let two = message(&of(&dict(&[("model_state_dict", network()), ("optimal_state_dict", network())])));
    assert!(two.contains("several networks, `model_state_dict` and `optimal_state_dict`"), "{two}");
    let two = read(&of(&dict(&[("optimised_model", network()), ("model", network())]))).unwrap();
    let said = "of its dictionaries `optimised_model` and `model`, `model` is used (as timm does)";
    assert_eq!(two.choice(), Some(said));
}

/// `{key: value}` with a key that is no text.
fn keyed(key: &[u8], value: &Code) -> Code {
    [b"}", key, value.as_slice(), b"s"].concat()
}

/// An object with these attributes.
fn object(attributes: &Code) -> Code {
    [global("a", "Ema"), b")\x81".to_vec(), attributes.clone(), b"b".to_vec()].concat()
}

#[test]
fn a_network_is_found_under_any_key_and_in_any_object() {
    let network = || dict(&[("a.weight", kernel())]);
    let nested = (0..20).fold(network(), |inner, _| dict(&[("a", inner)]));
    let cases = [
        ("integer", keyed(b"K\0", &network())),
        ("fold", dict(&[("folds", keyed(b"K\0", &network()))])),
        ("tuple", keyed(b"K\x01K\x02\x86", &network())),
        ("bytes", keyed(b"C\x01a", &network())),
        ("deep", nested),
        ("attribute", object(&dict(&[("sd", network())]))),
        ("named tuple", call(&global("a", "Point"), &[int(1), network()])),
        ("deque", [call(&global("collections", "deque"), &[]), network(), b"a".to_vec()].concat()),
    ];
    for (name, code) in cases {
        let file = read(&of(&code)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((file.names().collect::<Vec<_>>(), file.choice()), (vec!["a.weight"], None), "{name}");
    }
}

#[test]
fn networks_under_numbers_and_attributes_are_chosen_among() {
    let network = || dict(&[("a.weight", kernel())]);
    let folds = [b"}(K\0".to_vec(), network(), b"K\x01".to_vec(), network(), b"u".to_vec()].concat();
    let said = message(&of(&dict(&[("folds", folds)])));
    assert!(said.contains("several networks, `folds.0` and `folds.1`, "), "{said}");
    assert!(said.contains("weights_only=False)[\"folds\"][0], "), "{said}");
    let ema = object(&dict(&[("shadow", network())]));
    let file = read(&of(&dict(&[("model", network()), ("ema", ema)]))).unwrap();
    let said = "of its dictionaries `model` and `ema.shadow`, `ema.shadow` is used (the moving average)";
    assert_eq!(file.choice(), Some(said));
}

#[test]
fn a_second_network_that_cannot_be_read_is_said() {
    let network = || dict(&[("a.weight", kernel())]);
    let parameters = dict(&[("weight", kernel())]);
    let module = object(&dict(&[("_modules", dict(&[])), ("_parameters", parameters)]));
    let loss = object(&dict(&[("_modules", dict(&[]))]));
    let array = call(&global("numpy._core.multiarray", "_reconstruct"), &[]);
    let arrays = |name| dict(&[(name, array.clone())]);
    let list = [b"](".to_vec(), kernel(), b"e".to_vec()].concat();
    let average = "(a moving average, by its name)";
    let cases = [
        ("model_ema", module.clone(), Some(format!("the whole module in `model_ema` {average} is not used"))),
        ("teacher", module, Some("the whole module in `teacher` is not used".to_owned())),
        ("criterion", loss, None),
        (
            "state_dict_ema",
            arrays("a.weight"),
            Some(format!("the numpy arrays in `state_dict_ema` {average} are not used")),
        ),
        ("curves", arrays("loss"), None),
        (
            "shadow_params",
            list,
            Some(format!("the tensors without names in `shadow_params` {average} are not used")),
        ),
    ];
    for (name, beside, expected) in cases {
        let file = read(&of(&dict(&[("state_dict", network()), (name, beside)]))).unwrap();
        assert_eq!(file.choice(), expected.as_deref(), "{name}");
    }
}

#[test]
fn many_numbers_beside_the_network_are_stepped_over() {
    let float = [b"G".as_slice(), &[0; 8]].concat();
    let losses = [b"](".to_vec(), float.repeat(1_200_000), b"e".to_vec()].concat();
    let file = dict(&[("state_dict", dict(&[("a.weight", kernel())])), ("losses", losses)]);
    assert_eq!(read(&of(&file)).unwrap().names().count(), 1);
}
