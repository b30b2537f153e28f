//! Every form, as the tools write it, and what is refused.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::forms::recognise;

fn read(text: &str) -> Result<Vec<String>, String> {
    Ok(recognise(text)?.into_iter().map(|label| label.name.to_string()).collect())
}

/// Two names in every form.
#[test]
fn forms_of_the_same_names() {
    for text in [
        "oak\nred maple",
        "oak\nred maple\n\n\n",
        "\"oak\"\n\"red maple\"",
        "'oak',\n'red maple'",
        // JSON.
        r#"["oak", "red maple"]"#,
        r#" {"1": "red maple", "0": "oak"}"#,
        r#"{"oak": 0, "red maple": 1}"#,
        r#"{"oak": "0", "red maple": "1"}"#,
        r#"[["n00000001", "oak"], ["n00000002", "red maple"]]"#,
        r#"{"0": ["n00000001", "oak"], "1": ["n00000002", "red maple"]}"#,
        r#"{"model_type": "vit", "id2label": {"0": "oak", "1": "red maple"}, "label2id": {"oak": 0}}"#,
        r#"{"class_to_idx": {"red maple": 1, "oak": 0}}"#,
        r#"[{"id": 1, "name": "red maple"}, {"id": 0, "name": "oak"}]"#,
        "{\"id\": 0, \"name\": \"oak\"}\n{\"id\": 1, \"name\": \"red maple\"}\n",
        // Python.
        "{0: 'oak', 1: 'red maple'}",
        "0: 'oak',\n1: 'red maple',\n",
        "['oak', 'red maple']",
        // With apostrophes that Python would not read, a line each.
        "{0: 'oak',\n1: 'red maple'}",
        // Numbered lines.
        "0 oak\n1 red maple",
        "0  oak\n1  red maple",
        "0\toak\n1\tred maple",
        "0,oak\n1,red maple",
        "0, oak\n1, red maple",
        "0: oak\n1: red maple",
        "0: \"oak\"\n1: \"red maple\"",
        "0. oak\n1. red maple",
        "1 red maple\n0 oak",
        // Tables.
        "index,name\n0,oak\n1,\"red maple\"",
        "class,label\n1,red maple\n0,oak",
        "label;id\noak;0\nred maple;1",
        "Name\tClass_ID\nred maple\t1\noak\t0",
        "id,name\n\"0\",\"oak\"\n\"1\",\"red maple\"",
        "wnid,name\nn00000001,oak\nn00000002,red maple",
        "red maple,1\noak,0",
        "0,n00000001,oak\n1,n00000002,red maple",
        // Headers of other words.
        "ClassId,SignName\n1,red maple\n0,oak",
        ",name\n0,oak\n1,red maple",
        "Unnamed: 0,species\n0,oak\n1,red maple",
        "key,value\n0,oak\n1,red maple",
        "#index|tree\n0|oak\n1|red maple",
        "class,name,count\n1,red maple,0\n0,oak,1",
        "id,label,description\n0,oak,a tree\n1,red maple,another",
        "Name\noak\nred maple",
        r#"[{"name": "red maple", "code": 1}, {"name": "oak", "code": 0}]"#,
        r#"{"labels": ["oak", "red maple"]}"#,
        // Entries of an object, and indices at the end of lines.
        "\"1\": \"red maple\",\n\"0\": \"oak\"",
        "oak 0\nred maple 1",
        "oak: 0\nred maple: 1",
        "0=oak\n1=red maple",
        // WordNet ids.
        "n00000001 oak\nn00000002 red maple",
        "n00000001\toak\nn00000002\tred maple",
        // TensorFlow's label map.
        "item {\n  id: 1\n  display_name: \"oak\"\n}\nitem {\n  id: 2\n  display_name: \"red maple\"\n}",
    ] {
        assert_eq!(read(text), Ok(vec!["oak".into(), "red maple".into()]), "{text}");
    }
}

#[test]
fn names_with_commas_and_quotes() {
    let names = ["great white shark, white shark", "man-eater's"];
    for text in [
        "0 great white shark, white shark\n1 man-eater's",
        "0,\"great white shark, white shark\"\n1,man-eater's",
        "0,great white shark, white shark\n1,man-eater's",
        "n00000001 great white shark, white shark\nn00000002 man-eater's",
        "great white shark, white shark\nman-eater's",
        "{0: 'great white shark, white shark', 1: \"man-eater's\"}",
    ] {
        assert_eq!(read(text), Ok(names.map(str::to_owned).into()), "{text}");
    }
}

/// `crane` and `maillot` are two classes of ImageNet each.
#[test]
fn a_few_numbered_names_may_be_equal() {
    let equal = |index: usize| if index == 19 { 0 } else { index };
    let lines: Vec<_> = (0..20).map(|index| format!("{index} bird-{}x", equal(index))).collect();
    assert_eq!(read(&lines.join("\n")).unwrap()[19], "bird-0x");
}

#[test]
fn ids_of_wordnet_are_kept() {
    for text in [
        "n01440764 tench, Tinca tinca",
        r#"{"0": ["n01440764", "tench"]}"#,
        "wnid,name\nn01440764,tench",
        "n01440764\ttench",
    ] {
        assert_eq!(recognise(text).unwrap()[0].wnid.as_deref(), Some("n01440764"), "{text}");
    }
}

/// Numbers that are part of the names stay there.
#[test]
fn numbers_that_are_names() {
    for lines in [
        "0\n1\n2\n3",
        "20 km/h\n30 km/h\n50 km/h",
        "7 up\n3 musketeers",
        "class 0\nclass 1",
        "5 euro\n10 euro",
        "cat, 9 lives\ndog, 1 life",
        "[unknown]\ncat",
        "2 cents\n1 cent\n5 cents",
        "0 stars\n1 star\n2 stars",
        "1 star\n2 stars\n3 stars",
        "0:30\n1:00\n2:30",
        "0 to 2 years\n4 to 6 years\n8 to 12 years",
        "level 0\nlevel 1",
        "2\n0\n1",
        // The largest number there is, found by fuzzing.
        "0 oak\n18446744073709551615 red maple",
    ] {
        assert_eq!(read(lines), Ok(lines.lines().map(str::to_owned).collect()), "{lines}");
    }
    // `class_to_idx` of folders that are called by numbers, in the order of the texts.
    assert_eq!(read(r#"{"1": 0, "10": 1, "2": 2}"#), Ok(["1", "10", "2"].map(str::to_owned).into()));
    assert_eq!(read(r#"{"0": "1", "1": "0"}"#), Ok(["1", "0"].map(str::to_owned).into()));
}

#[test]
fn what_does_not_fit_is_refused() {
    let from_one = "its classes are numbered from 1 to 2; the model's are numbered from 0";
    for (text, fault) in [
        ("oak\n\nelm", "line 2 is empty; every line names a class"),
        ("# classes\noak\nelm", "line 1 is a comment: \"# classes\""),
        ("[\"oak\", 7]", "item 1 is 7; expected a name"),
        ("[\"oak\", \"\"]", "item 1 is \"\"; expected a name"),
        ("{\"0\": \"oak\", \"2\": \"elm\"}", "no name for class 1, but one for class 2"),
        ("{\"1\": \"oak\", \"2\": \"elm\"}", from_one),
        ("{\"oak\": 1, \"elm\": 2}", from_one),
        ("1 oak\n2 elm", from_one),
        ("1,oak\n2,elm", from_one),
        ("index,name\n1,oak\n2,elm", from_one),
        ("{1: 'oak', 2: 'elm'}", from_one),
        ("{\"oak\": 0, \"elm\": 0}", "two names for class 0"),
        ("{\"oak\": \"tree\"}", "neither names by index"),
        ("0 oak\n2 elm", "no name for class 1, but one for class 2"),
        ("0 oak\n1 elm\nmaple\n3 ash", "line 3 does not start with its index, as others do"),
        ("oak 1\nelm 0", "the lines have their indices, and are in another order"),
        ("parrot=1\ncat=0", "the lines have their indices"),
        ("parrot (1)\ncat (0)", "the lines have their indices"),
        ("class 1: parrot\nclass 0: cat", "the lines have their indices"),
        ("#1 parrot\n#0 cat", "the lines have their indices"),
        ("oak 1\nelm 2", from_one),
        ("0 oak\n1 elm\n1 ash", "two names for class 1: elm and ash"),
        ("ClassId;a sign\n0,oak\n1,elm, tree\n2,ash", "line 1 does not start with its index"),
        ("ClassId,SignName\n1,oak\n2,elm", from_one),
        ("ClassId,SignName\n0,oak\n2,elm", "no name for class 1"),
        ("a,b,name\n0,1,oak\n1,0,elm", "nothing says whether the column \"a\" is the index (0 to 1)"),
        ("[{\"name\": \"oak\", \"count\": 70}]", "nothing says whether the column \"count\""),
        ("\"0\" \"oak\"\n\"1\" \"elm\"", "line 1 has more than a name in quotes"),
        ("- oak\n- elm", "every line starts with \"- \""),
        ("| 0 | oak |\n| 1 | elm |", "every line starts with \"|\""),
        ("oak,\nelm,\nash", "every line ends with a comma"),
        ("Classes:\noak\nelm", "line 1 is a heading"),
        ("index,name\n0,oak\nx,elm", "\"x\" in the column index is not an index"),
        ("index,name\n0,oak\n1,", "row 2 of the columns index, name has no name"),
        ("index,name\n0,oak\n1,elm,tree", "CSV error"),
        ("[{\"id\": 0, \"name\": \"oak\"}, {\"id\": 1}]", "object 1 lacks one of id, name"),
        ("[{\"id\": 0, \"colour\": \"green\", \"size\": \"big\"}]", "a table without a column of names"),
        ("[oak", "not valid JSON: expected value at line 1"),
        ("{\n\"0\": \"oak\",\n\"1\": \"elm\"\n", "not valid JSON: EOF"),
        ("n02119789 1 kit_fox\nn02100735 2 English_setter", "a number follows each WordNet id"),
        ("n02119789 kit fox\nn02100735", "line 2 has a WordNet id without a name"),
        ("names:\n  0: oak\n  1: elm", "YAML, which is not read"),
        ("path: .\nnames: [oak, elm]", "YAML, which is not read"),
        ("<!DOCTYPE html>\n<html>", "a web page, not a file of names"),
    ] {
        let found = read(text).expect_err(text);
        assert!(found.starts_with(fault), "{text}: {found}");
    }
    assert_eq!(read(""), Ok(vec![]));
}

proptest! {
    /// Any names without line breaks are read back from all forms. They differ: what is beside the numbers of `1 star` and
    /// `2 star` is no name.
    #[test]
    fn written_names_are_read_back(names in vec("[a-zé\u{4e00}-\u{4fff}]([^\\p{C}\\p{Z},;\\\\'\"]| )*[a-z]", 1..6)) {
        prop_assume!(names.iter().collect::<BTreeSet<_>>().len() == names.len());
        let object: serde_json::Map<_, _> =
            names.iter().enumerate().map(|(index, name)| (index.to_string(), name.clone().into())).collect();
        let numbered: Vec<_> = names.iter().enumerate().map(|(index, name)| format!("{index}  {name}")).collect();
        let dict: Vec<_> = names.iter().enumerate().map(|(index, name)| format!("{index}: '{name}'")).collect();
        prop_assert_eq!(read(&names.join("\n")), Ok(names.clone()));
        prop_assert_eq!(read(&numbered.join("\n")), Ok(names.clone()));
        prop_assert_eq!(read(&format!("{{{}}}", dict.join(",\n "))), Ok(names.clone()));
        prop_assert_eq!(read(&Value::from(names.clone()).to_string()), Ok(names.clone()));
        prop_assert_eq!(read(&Value::from(object).to_string()), Ok(names));
    }

    #[test]
    fn any_text_is_names_or_an_error(text in "[\\[{(]?.{0,40}\n?[0-9item{: ]{0,9}.{0,40}") {
        if let Ok(names) = recognise(&text) {
            prop_assert!(names.iter().all(|label| !label.name.is_empty()));
        }
    }
}
