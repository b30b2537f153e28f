//! The names of the classes in `config.json`: `label_names` of timm, `id2label` and `label2id` of transformers. All
//! are looked for in every file, because each library's wrapper writes the other's.

use serde_json::{Map, Value};

use crate::predict::labels::{Given, Label, Labels, Names, is_wnid};

/// The classes of a head with `outputs` outputs.
pub(super) fn labels(config: &Value, outputs: usize) -> Labels {
    let pretrained = config.get("pretrained_cfg").filter(|value| !value.is_null());
    let id2label = by_index("id2label", config.get("id2label"));
    let timm_names =
        [timm_names(config), pretrained.and_then(timm_names).map(|given| of_pretrained(given, outputs))];
    // Each library's own names first.
    let is_transformers =
        config.get("model_type").and_then(Value::as_str).is_some_and(|kind| kind != "timm_wrapper");
    let others = [id2label, by_name(config.get("label2id"))];
    let mut given: Vec<_> = timm_names.into_iter().chain(others).flatten().collect();
    if is_transformers {
        given.sort_by_key(|given| given.field != "id2label");
    }
    let counts = [config.get("num_classes"), pretrained.and_then(|config| config.get("num_classes"))];
    // The tag tells the classes of the head that was trained, not those of another.
    let is_trained =
        counts.into_iter().flatten().all(|count| count.is_null() || count.as_u64() == Some(outputs as u64));
    let tag = pretrained.unwrap_or(config).get("tag").and_then(Value::as_str).filter(|_| is_trained);
    let labels = Labels::of_head(given, outputs, tag);
    match config.get("num_classes").and_then(Value::as_u64) {
        Some(count) if count != outputs as u64 => {
            labels.with_more(format!("config.json's num_classes is {count}, the model has {outputs} outputs"))
        }
        _ => labels,
    }
}

/// Names in `pretrained_cfg`, which belong to the head before fine-tuning: all of them fit, or none.
fn of_pretrained(given: Given, outputs: usize) -> Given {
    let names = given.names.and_then(|names| {
        let count = names.len();
        let wrong = || format!("config.json's pretrained_cfg names {count} classes, the model has {outputs}");
        (count == outputs).then_some(names).ok_or_else(wrong)
    });
    Given { field: "pretrained_cfg", names }
}

/// `label_names` (formerly `labels`), each with its text in `label_descriptions` if it has one.
fn timm_names(config: &Value) -> Option<Given> {
    let (field, names) =
        ["label_names", "labels"].into_iter().find_map(|field| Some((field, config.get(field)?)))?;
    let mut given = by_index(field, Some(names))?;
    let descriptions = config.get("label_descriptions");
    if let Ok(names) = &mut given.names {
        for label in names.values_mut().flatten() {
            if let Some(text) = descriptions.and_then(|texts| texts.get(&*label.name)?.as_str()) {
                let wnid = is_wnid(&label.name).then(|| label.name.clone());
                *label = Label { wnid, name: text.into() };
            }
        }
    }
    Some(given)
}

/// Names in a list, or in an object whose keys are indices.
fn by_index(field: &'static str, names: Option<&Value>) -> Option<Given> {
    let entry = |index: usize, value: &Value| Ok((index, name(field, index, value)?));
    let entries: Result<Vec<_>, String> = match names? {
        Value::Null => return None,
        Value::Array(names) => names.iter().enumerate().map(|(index, name)| entry(index, name)).collect(),
        Value::Object(names) => names.iter().map(|(key, name)| entry(index(field, key)?, name)).collect(),
        _ => Err(format!("config.json's {field} is neither a list nor an object")),
    };
    Some(Given { field, names: entries.and_then(|entries| unique(field, entries)) })
}

/// One class's name, if it has one.
fn name(field: &str, index: usize, value: &Value) -> Result<Option<Label>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(name) => {
            Ok(Some(name.as_str()).filter(|name| !name.trim().is_empty()).map(Label::from))
        }
        // As Python prints them.
        Value::Number(number) => Ok(Some(number.to_string().into())),
        _ => Err(format!("config.json's {field} has {} in place of the name of class {index}", kind(value))),
    }
}

/// What a value is that is neither text nor a number.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
        Value::Null => "null",
        _ => "true or false",
    }
}

fn index(field: &str, key: &str) -> Result<usize, String> {
    let index = key.trim().parse::<u32>();
    index.map(|index| index as usize).map_err(|_| not_an_index(field, &format!("{key:?}")))
}

fn not_an_index(field: &str, found: &str) -> String {
    format!("config.json's {field} has {found} in place of an index")
}

/// `label2id`: indices by name, numbers or text. Without `id2label` it is the only place of the names.
fn by_name(indices: Option<&Value>) -> Option<Given> {
    const FIELD: &str = "label2id";
    let indices: &Map<_, _> = match indices? {
        Value::Object(indices) => indices,
        Value::Null => return None,
        _ => return Some(Given { field: FIELD, names: Err(format!("config.json's {FIELD} is no object")) }),
    };
    let entry = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((index(FIELD, text)?, Some(name.as_str().into()))),
        Value::Number(number) => Ok((index(FIELD, &number.to_string())?, Some(name.as_str().into()))),
        _ => Err(not_an_index(FIELD, kind(value))),
    };
    let entries: Result<Vec<(usize, Option<Label>)>, _> = indices.iter().map(entry).collect();
    Some(Given { field: FIELD, names: entries.and_then(|entries| unique(FIELD, entries)) })
}

/// The names by index, if no index occurs twice.
fn unique(field: &str, entries: Vec<(usize, Option<Label>)>) -> Result<Names, String> {
    let mut names = Names::new();
    for (index, label) in entries {
        if names.insert(index, label).is_some() {
            return Err(format!("config.json's {field} has two names for class {index}"));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(config: &Value, outputs: usize) -> (Vec<String>, String) {
        let labels = labels(config, outputs);
        let names = labels.classes().iter().take(4).map(|label| label.name.to_string()).collect();
        (names, labels.unnamed_note().unwrap_or_default())
    }

    fn fits(config: &Value, expected: &[&str]) {
        let (names, note) = named(config, expected.len());
        assert_eq!(
            (names, note.as_str()),
            (expected.iter().map(ToString::to_string).collect(), ""),
            "{config}"
        );
    }

    #[test]
    fn each_key_names_the_classes() {
        fits(&json!({"id2label": {"2": "c", "0": "a", "1": "b"}, "label2id": {"a": "0"}}), &["a", "b", "c"]);
        fits(&json!({"id2label": ["a", "b"]}), &["a", "b"]);
        fits(&json!({"label2id": {"b": 1, "a": "0"}}), &["a", "b"]);
        fits(&json!({"label_names": {"1": "b", "0": "a"}}), &["a", "b"]);
        fits(&json!({"labels": ["a", "b"]}), &["a", "b"]);
        fits(
            &json!({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "label2id": {"a": 0, "b": 1}}),
            &["a", "b"],
        );
        // As Python prints them.
        fits(&json!({"id2label": {"0": 5, "1": 7.5}}), &["5", "7.5"]);
    }

    #[test]
    fn names_at_the_root_come_before_those_of_the_pretrained_head() {
        let config = |names: Value| json!({"label_names": names, "label_descriptions": {"b": "a bee"}, "pretrained_cfg": {"label_names": ["x", "y", "z"]}});
        fits(&config(json!(["a", "b"])), &["a", "a bee"]);
        fits(&config(json!(["a", "b"])), &["a", "a bee"]);
        fits(&config(Value::Null), &["x", "y", "z"]);
        // Never in part.
        let (names, note) = named(&config(Value::Null), 1000);
        assert_eq!(names[0], "class 0");
        assert_eq!(
            note,
            "config.json's pretrained_cfg names 3 classes, the model has 1000: the names are not used"
        );
    }

    #[test]
    fn ids_of_wordnet_are_kept_beside_their_texts() {
        let config = json!({"label_names": ["n02099601", "n01440764"], "label_descriptions": {"n02099601": "golden", "n01440764": "tench"}});
        let labels = labels(&config, 2);
        assert_eq!((&*labels.get(0).name, labels.get(0).wnid.as_deref()), ("golden", Some("n02099601")));
    }

    /// A head of 1000 outputs whose names have a fault gets no names of ImageNet.
    #[test]
    fn faults_are_said() {
        let thousand = || -> Map<String, Value> {
            (0..1000).map(|i| (i.to_string(), json!(format!("name {i}")))).collect()
        };
        let with = |key: &str, value: Value| {
            let mut names = thousand();
            names.insert(key.into(), value);
            named(&json!({"id2label": names}), 1000)
        };
        let unused = "the names are not used";
        assert_eq!(
            with("1000", json!("x")).1,
            format!("config.json names 1001 classes, the model has 1000: {unused}")
        );
        assert_eq!(
            with("01", json!("x")).1,
            format!("config.json's id2label has two names for class 1: {unused}")
        );
        assert_eq!(
            with("cat", json!(1)).1,
            format!("config.json's id2label has \"cat\" in place of an index: {unused}")
        );
        assert_eq!(with("-1", json!("x")).0, ["class 0", "class 1", "class 2", "class 3"]);
        assert_eq!(with("18446744073709551615", json!("x")).0[0], "class 0");
        assert_eq!(
            with("1", json!(["n", "b"])).1,
            format!("config.json's id2label has a list in place of the name of class 1: {unused}")
        );
        let lacking = "config.json names 999 of its 1000 classes: the others have numbers";
        for nothing in [Value::Null, json!(" ")] {
            assert_eq!(
                with("1", nothing),
                (["name 0", "class 1", "name 2", "name 3"].map(str::to_owned).into(), lacking.into())
            );
        }
        let mut gap = thousand();
        gap.remove("500");
        assert_eq!(named(&json!({"id2label": gap}), 1000).1, lacking);
        let shifted: Map<_, _> =
            thousand().into_values().enumerate().map(|(i, name)| ((i + 1).to_string(), name)).collect();
        assert_eq!(named(&json!({"id2label": shifted}), 1000).0[0], "class 0");
        for other in [json!("names.txt"), json!(1000)] {
            let (names, note) = named(&json!({"id2label": other}), 1000);
            assert_eq!(
                (&*names[0], note),
                ("class 0", format!("config.json's id2label is neither a list nor an object: {unused}"))
            );
        }
    }

    #[test]
    fn label2id_may_contradict() {
        let config = |b: usize| json!({"id2label": {"0": "a", "1": "b"}, "label2id": {"a": 0, "b": b}});
        fits(&config(1), &["a", "b"]);
        let (names, note) = named(&config(0), 2);
        assert_eq!(names, ["a", "b"]);
        assert_eq!(note, "");
        let (_, note) = named(&json!({"id2label": {"0": "a", "1": "b"}, "label2id": {"a": 1, "b": 0}}), 2);
        assert_eq!(note, "config.json's label2id contradicts its id2label, which is used");
    }

    #[test]
    fn each_librarys_own_names_come_first() {
        let config =
            |kind: &str| json!({"model_type": kind, "label_names": ["a", "b"], "id2label": ["x", "y"]});
        let (names, note) = named(&config("mobilenet_v2"), 2);
        assert_eq!(names, ["x", "y"]);
        assert_eq!(note, "config.json's label_names contradicts its id2label, which is used");
        let (names, note) = named(&config("timm_wrapper"), 2);
        assert_eq!(names, ["a", "b"]);
        assert_eq!(note, "config.json's id2label contradicts its label_names, which is used");
    }

    #[test]
    fn a_tag_is_of_the_head_that_was_trained() {
        let tagged = |classes: usize| {
            let config = json!({"num_classes": classes, "pretrained_cfg": {"tag": "ra_in1k"}});
            named(&config, 1000).1
        };
        assert_eq!(tagged(1000), "");
        assert_eq!(
            tagged(10),
            "its 1000 classes have no names: those of ImageNet-1k are assumed; config.json's num_classes is 10, \
             the model has 1000 outputs"
        );
    }
}
