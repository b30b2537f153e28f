//! What training scripts save, by torch itself (`torch/make_training.py`): the network is found, what stands
//! beside it is stepped over, and what cannot be read gets a way on.

use std::fs;
use std::path::Path;

use mnet::weights::WeightFile;

use super::assembler::{checkpoint, dict, floats, global, int, program, tensor, text, tuple, zip};
use super::{message, read};

/// A file of the folder `torch/training`.
fn saved(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weights/torch/training").join(name)).unwrap()
}

/// Trained weights hold 0, 1, 2, …; their moving average holds these plus 100.
fn assert_weights(file: &WeightFile, name: &str, first: f32) {
    let values = file.f32(name).unwrap().unwrap();
    let expected: Vec<f32> = (0..6u8).map(|value| first + f32::from(value)).collect();
    assert_eq!(*values, *expected, "{name}");
}

#[test]
fn the_network_is_found_among_everything_else() {
    let by_timm = "the moving average";
    #[rustfmt::skip]
    let cases = [
        ("model_and_optimizer.pth", "conv.weight", 0.0, None),
        ("lightning.pth", "model.conv.weight", 0.0, None),
        ("list.pth", "conv.weight", 0.0, None),
        ("subclass_of_dict.pth", "conv.weight", 0.0, None),
        ("torchvision_references.pth", "module.conv.weight", 100.0, Some(format!("of its dictionaries `model` and `model_ema`, `model_ema` is used ({by_timm})"))),
        ("timm_train.pth", "conv.weight", 100.0, Some(format!("of its dictionaries `state_dict` and `state_dict_ema`, `state_dict_ema` is used ({by_timm})"))),
        ("ema_in_a_module.pth", "conv.weight", 100.0, Some(format!("of its dictionaries `model` and `ema.module`, `ema.module` is used ({by_timm})"))),
        ("half_an_average.pth", "conv.weight", 0.0, Some("of its dictionaries `model` and `ema`, `model` is used (the moving average has fewer tensors)".to_owned())),
    ];
    for (name, tensor, first, choice) in cases {
        let file = read(&saved(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_weights(&file, tensor, first);
        assert_eq!(file.choice(), choice.as_deref(), "{name}");
        let expected = if name == "torchvision_references.pth" { 4 } else { 3 };
        assert_eq!(file.names().count(), expected, "{name}");
    }
}

#[test]
fn every_protocol_and_container_is_read() {
    let protocols = (3..=5).map(|protocol| format!("protocol_{protocol}.pth"));
    let legacy = [1, 2, 4, 5].map(|protocol| format!("legacy_protocol_{protocol}.pth"));
    for name in protocols.chain(legacy).chain(["deflated.pth".to_owned()]) {
        let file = read(&saved(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_weights(&file, "conv.weight", 0.0);
        assert_weights(&file, "classifier.weight", 0.0);
        assert_eq!(file.names().count(), 3, "{name}");
    }
}

#[test]
fn parameters_and_buffers_are_tensors() {
    let file = read(&saved("buffers_and_parameters.pth")).unwrap();
    assert_eq!(file.f32("table").unwrap().unwrap()[..], [0.0, 1.0]);
    assert_weights(&file, "conv.weight", 0.0);
}

#[test]
fn what_cannot_be_read_is_named_with_a_way_on() {
    #[rustfmt::skip]
    let cases = [
        ("whole_module.pth", "found a whole module (torch.nn.modules.container.Sequential)", "weights_only=False).state_dict()"),
        ("module_in_an_entry.pth", "found a whole module (torch.nn.modules.container.Sequential) in `model`", "weights_only=False)[\"model\"].state_dict()"),
        ("arrays.pth", "found numpy arrays in place of tensors", "torch.as_tensor(v) for k, v in"),
        ("two_networks.pth", "several networks, `generator` and `discriminator`", "weights_only=False)[\"generator\"]"),
        ("bare.pkl", "found a bare pickle, not saved by torch.save", "pickle.load"),
        ("bare_arrays.pkl", "found a bare pickle, not saved by torch.save", "pickle.load"),
    ];
    for (name, found, hint) in cases {
        let message = message(&saved(name));
        let (cause, action) = message.split_once("\n  try: ").unwrap();
        assert!(cause.contains(found), "{name}: {cause}");
        assert!(
            action.contains(hint) && action.contains("only for files that you trust"),
            "{name}: {action}"
        );
    }
}

#[test]
fn archives_of_other_kinds_are_named() {
    #[rustfmt::skip]
    let cases: [(&[&str], &str, &str); 7] = [
        (&["net/data.pkl", "net/data/0", "net/code/__torch__.py", "net/constants.pkl"], "a TorchScript archive", "torch.jit.load"),
        // By `torch.jit.freeze`.
        (&["net/data.pkl", "net/code/__torch__.py", "net/constants/0", "net/constants.pkl"], "a frozen TorchScript archive, which has no state dict", "torch.save(model.state_dict()"),
        (&["runs/best.pth"], "an archive with a weight file in it", "unpack it"),
        (&["net/models/model.json", "net/archive_format"], "a program saved by torch.export", "torch.export.load"),
        (&["config.json", "metadata.json", "model.weights.h5"], "a Keras model", "mnet models list"),
        (&["MAR-INF/MANIFEST.json", "model.pth"], "a TorchServe archive", "unpack it"),
        (&["arr_0.npy"], "a numpy archive", "torch.from_numpy(v) for k, v in numpy.load("),
    ];
    for (entries, found, hint) in cases {
        let entries: Vec<(&str, &[u8])> = entries.iter().map(|name| (*name, &b"x"[..])).collect();
        let message = message(&zip(&entries));
        assert!(message.contains(&format!("found {found}\n  try: ")) && message.contains(hint), "{message}");
    }
}

#[test]
fn a_view_and_a_big_endian_file_of_old_torch_are_refused_by_name() {
    let little = saved("legacy_protocol_2.pth");
    let flag = little.windows(13).position(|window| window == b"little_endian").unwrap();
    let value = flag + little[flag..].iter().position(|&byte| byte == 0x88).unwrap();
    let mut big = little.clone();
    big[value] = 0x89;
    assert!(message(&big).contains("expected little-endian numbers, found big-endian ones"));
    let view = tuple(&[text("1"), int(0), int(3)]);
    let id = [text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), int(6), view];
    let view = [tuple(&id), b"Q".to_vec()].concat();
    let said =
        message(&checkpoint(&program(&dict(&[("v.weight", tensor(&view, 0, &[3], &[1]))])), &floats(6)));
    assert!(
        said.contains("entry `v.weight`: expected a tensor, found a view that negates its values or names a part of a storage"),
        "{said}"
    );
}

#[test]
fn an_old_file_that_is_cut_off_or_altered_is_an_error_or_reads_within_bounds() {
    let whole = saved("legacy_protocol_2.pth");
    for len in 0..whole.len() {
        assert!(read(&whole[..len]).is_err(), "opened with {len} of {} bytes", whole.len());
    }
    assert!(message(&[&whole[..], b"more"].concat()).contains("4 bytes follow its last storage"));
    for (i, mask) in (0..whole.len()).flat_map(|i| [1, 0x80, 0xff].map(|mask| (i, mask))) {
        let mut altered = whole.clone();
        altered[i] ^= mask;
        // If it opens, all of its tensors are read.
        read(&altered).ok();
    }
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    use std::io::{Cursor, Write};
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut writer = zip::ZipWriter::new(Cursor::new(vec![]));
    writer.start_file("a/data.pkl", options).unwrap();
    let zeros = vec![0; 1 << 20];
    (0..70).for_each(|_| writer.write_all(&zeros).unwrap());
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert!(message(&bomb).contains("expected a zip file that unpacks to at most "));
}
