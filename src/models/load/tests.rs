//! Files as people leave them: names behind wrappers, other heads, other channels, and tensors of something else.

mod heads;

use super::{Extra, check, classifier_outputs, fit, has_stem};
use crate::models::random::{Tensors, serialize, tensors};
use crate::models::{Architecture, LoadError, TransformersConfig};
use crate::weights::WeightFile;

fn v2() -> Architecture {
    Architecture::timm("mobilenetv2_035", 3).unwrap_or_else(|| panic!("timm has it"))
}

fn torchvision(name: &str) -> Architecture {
    Architecture::torchvision(name, 3).unwrap_or_else(|| panic!("torchvision has {name}"))
}

fn file(tensors: &Tensors) -> WeightFile {
    WeightFile::from_bytes(serialize(tensors)).unwrap_or_else(|error| panic!("{error}"))
}

fn renamed(tensors: Tensors, rename: impl Fn(&str) -> String) -> Tensors {
    tensors.into_iter().map(|(name, tensor)| (rename(&name), tensor)).collect()
}

fn zeros(shape: &[usize]) -> (Vec<usize>, Vec<f32>) {
    (shape.to_vec(), vec![0.0; shape.iter().product()])
}

/// What is assumed of a file that fits `architecture`.
fn assumed(architecture: Architecture, tensors: &Tensors) -> Vec<String> {
    let file = file(tensors);
    let (fitted, assumptions) = fit(architecture, &file);
    check(&fitted, &file).unwrap_or_else(|mismatch| panic!("{}", mismatch.difference));
    assert_eq!(classifier_outputs(&file), Some(fitted.graph.classes));
    assumptions
}

/// Why a file does not fit `architecture`.
fn refused(architecture: Architecture, tensors: &Tensors) -> LoadError {
    let file = file(tensors);
    let (fitted, _) = fit(architecture, &file);
    check(&fitted, &file).map_or_else(|mismatch| mismatch.difference, |()| panic!("it fits"))
}

#[test]
fn wrappers_may_put_anything_before_all_names() {
    let wrappers = [
        "",
        "module.",
        "_orig_mod.",
        "module._orig_mod.",
        "_orig_mod.module.",
        "model.model.",
        "model.",
        "net.",
        "network.",
        "backbone.",
        "timm_model.",
    ];
    for prefix in wrappers {
        let wrapped = renamed(tensors(&v2()), |name| format!("{prefix}{name}"));
        assert_eq!(assumed(v2(), &wrapped), [""; 0], "{prefix}");
    }
    let student = renamed(tensors(&v2()), |name| format!("model.student.{name}"));
    let note = "`model.student.` before the names of its tensors is taken for a wrapper";
    assert_eq!(assumed(v2(), &student), [note]);
}

#[test]
fn counters_are_ignored_wherever_they_are() {
    let mut tensors = renamed(tensors(&v2()), |name| format!("module.{name}"));
    for counter in ["n_averaged", "total_params", "module.total_ops", "module.bn1.num_batches_tracked"] {
        tensors.insert(counter.into(), zeros(&[1]));
    }
    assert_eq!(assumed(v2(), &tensors), [""; 0]);
}

#[test]
fn only_vectors_of_a_loss_are_ignored() {
    let mut lightning = renamed(tensors(&v2()), |name| format!("model.{name}"));
    lightning.insert("criterion.weight".into(), zeros(&[3]));
    let note = "`criterion.weight` is taken for a part of the loss and ignored";
    assert_eq!(assumed(v2(), &lightning), [note]);
    let mut two = lightning.clone();
    two.insert("model.loss_fn.pos_weight".into(), zeros(&[3]));
    let note = "`criterion.weight` and 1 more are taken for parts of the loss and ignored";
    assert_eq!(assumed(v2(), &two), [note]);
    for (name, shape) in [("criterion.weight", &[3, 1280][..]), ("model.extra.weight", &[3])] {
        let mut other = lightning.clone();
        other.insert(name.into(), zeros(shape));
        let error = refused(v2(), &other);
        assert!(matches!(&error, LoadError::Unread { example, .. } if example == name), "{error}");
    }
}

#[test]
fn two_networks_in_one_file_are_refused() {
    let mut both = renamed(tensors(&v2()), |name| format!("student.{name}"));
    both.extend(renamed(tensors(&v2()), |name| format!("teacher.{name}")));
    let expected = "the file holds several networks, under the names `student.`, `teacher.`; expected one";
    assert_eq!(refused(v2(), &both).to_string(), expected);
    let mut both = tensors(&v2());
    both.extend(renamed(tensors(&v2()), |name| format!("teacher.{name}")));
    let expected = "the file holds several networks, under the names none, `teacher.`; expected one";
    assert_eq!(refused(v2(), &both).to_string(), expected);
}

#[test]
fn of_a_network_and_its_moving_average_the_average_is_used() {
    let network = |prefix: &str| renamed(tensors(&v2()), |name| format!("{prefix}{name}"));
    for (trained, average) in [("model.", "ema_model."), ("model.", "model_ema.module."), ("", "ema.")] {
        let mut both = network(trained);
        both.extend(network(average));
        both.insert(format!("{average}n_averaged"), zeros(&[]));
        let trained_name = if trained.is_empty() { "none".to_owned() } else { format!("`{trained}`") };
        let mut names = [(average, format!("`{average}`")), (trained, trained_name)];
        names.sort_by_key(|(prefix, _)| format!("{prefix}conv_stem.weight"));
        let note = format!(
            "of the networks under the names {}, {}, `{average}` is used (the moving average)",
            names[0].1, names[1].1
        );
        assert_eq!(assumed(v2(), &both), [note]);
    }
    // Without the statistics of batch norms.
    let mut half = network("model.");
    half.extend(network("ema.").into_iter().filter(|(name, _)| !name.contains("running")));
    let note = "of the networks under the names `ema.`, `model.`, `model.` is used (the moving average has fewer tensors)";
    assert_eq!(assumed(v2(), &half), [note]);
}

#[test]
fn a_tensor_of_neither_network_is_still_refused() {
    let mut both = renamed(tensors(&v2()), |name| format!("model.{name}"));
    both.extend(renamed(tensors(&v2()), |name| format!("ema.{name}")));
    both.insert("other.weight".into(), zeros(&[3]));
    let error = refused(v2(), &both);
    assert!(matches!(&error, LoadError::Unread { example, .. } if example == "other.weight"), "{error}");
}

#[test]
fn names_from_the_file_are_safe_to_print() {
    let escape = renamed(tensors(&v2()), |name| format!("\u{1b}[31m.{name}"));
    let note = "`\\u{1b}[31m.` before the names of its tensors is taken for a wrapper";
    assert_eq!(assumed(v2(), &escape), [note]);
    let mut missing = escape;
    missing.remove("\u{1b}[31m.bn1.bias");
    let error = refused(v2(), &missing).to_string();
    assert!(error.starts_with("tensor `\\u{1b}[31m.bn1.bias` is missing"), "{error}");
}

#[test]
fn an_auxiliary_output_is_not_the_classifier() {
    let mut tensors = tensors(&v2());
    tensors.insert("zz_auxiliary.weight".into(), zeros(&[9, 1280]));
    assert_eq!(classifier_outputs(&file(&tensors)), Some(3));
    let error = refused(v2(), &tensors);
    assert!(
        matches!(&error, LoadError::Unread { example, .. } if example == "zz_auxiliary.weight"),
        "{error}"
    );
}

#[test]
fn one_linear_layer_of_any_name_is_taken_for_the_classifier() {
    for (prefix, layer) in [("", "fc"), ("backbone.", "head.1"), ("model.backbone.", "model.classifier")] {
        let renamed = renamed(tensors(&v2()), |own| match own.strip_prefix("classifier") {
            Some(piece) => format!("{layer}{piece}"),
            None => format!("{prefix}{own}"),
        });
        let note = format!("`{layer}` is taken for its classifier, right after the pooling");
        assert_eq!(assumed(v2(), &renamed), [note]);
    }
}

#[test]
fn a_head_of_another_shape_is_named() {
    let mut tensors = tensors(&v2());
    tensors.insert("classifier.weight".into(), zeros(&[3, 1000]));
    let error = refused(v2(), &tensors).to_string();
    assert_eq!(error, "tensor `classifier.weight`: expected [3, 1280], found [3, 1000]");
}

#[test]
fn one_channel_or_three_go_in() {
    for (channels, fits) in [(1, true), (2, false), (3, true), (4, false)] {
        let mut tensors = tensors(&v2());
        tensors.insert("conv_stem.weight".into(), zeros(&[16, channels, 3, 3]));
        if fits {
            assert_eq!(assumed(v2(), &tensors), [""; 0]);
        } else {
            let expected = format!(
                "the network takes inputs of {channels} channels; expected 3, or 1 for gray pictures"
            );
            assert_eq!(refused(v2(), &tensors).to_string(), expected);
        }
    }
}

#[test]
fn transformers_says_how_many_channels_go_in() {
    let network = |num_channels| {
        let model_type = "mobilenet_v2".into();
        let config = TransformersConfig { model_type, num_channels, ..TransformersConfig::default() };
        Architecture::transformers(&config, 3)
    };
    let one = network(1).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(one.graph.in_channels(), 1);
    assert_eq!(assumed(one.clone(), &tensors(&one)), [""; 0]);
    let four = network(4).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(four, Err("`num_channels` is 4; expected 3, or 1 for gray pictures".into()));
}

#[test]
fn a_network_may_end_before_its_classifier() {
    let mut tensors = tensors(&v2());
    tensors.retain(|name, _| !name.starts_with("classifier"));
    let file = file(&tensors);
    assert_eq!((classifier_outputs(&file), has_stem(&file)), (None, true));
}

#[test]
fn where_a_tensor_lies_tells_what_it_may_be() {
    for (name, expected) in [
        ("blocks.0.0.se.conv_reduce.weight", Extra::Body),
        ("conv_stem.bias", Extra::Body),
        ("classifier.0.weight", Extra::Step),
        ("normalize.mean", Extra::Step),
        ("aux_head.weight", Extra::Aside),
        ("train_metrics.value", Extra::Aside),
    ] {
        let mut tensors = tensors(&v2());
        tensors.insert(name.into(), zeros(&[3]));
        tensors.insert("aa_aux.weight".into(), zeros(&[3]));
        let error = refused(v2(), &tensors);
        let LoadError::Unread { count: 2, place, example } = &error else { panic!("{name}: {error}") };
        assert_eq!(*place, expected, "{name}");
        assert!(example == name || expected == Extra::Aside);
        assert_eq!(error.found_all_layers(), expected != Extra::Body);
        assert_eq!(error.to_string().contains("mnet has no step for it"), expected != Extra::Aside);
    }
}
