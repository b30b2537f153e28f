//! Links lead somewhere, and README stays short.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::{documents, root};

/// The longest paragraph of README, in words: a newcomer reads no longer ones.
const LONGEST_PARAGRAPH: usize = 60;

pub(crate) fn trials() -> Vec<Trial> {
    let links = documents().into_iter().map(|(path, text)| {
        Trial::test(format!("links of {}", path.display()), move || links_lead_somewhere(&path, &text))
    });
    let short = Trial::test("paragraphs of README.md are short", paragraphs_are_short);
    links.chain([short]).collect()
}

/// Every relative link names a file of the repository, and a heading in it.
fn links_lead_somewhere(path: &Path, text: &str) -> Result<(), Failed> {
    let folder = root().join(path.parent().unwrap());
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if link.contains("://") {
            continue;
        }
        let (file, heading) =
            link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
        let target = if file.is_empty() { root().join(path) } else { folder.join(file) };
        if !target.exists() {
            return Err(format!("{link}: no such file").into());
        }
        if let Some(heading) = heading
            && !anchors(&fs::read_to_string(&target).unwrap()).contains(heading)
        {
            return Err(format!("{link}: no such heading").into());
        }
    }
    Ok(())
}

/// The names that headings can be linked by.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| -> String {
        let kept = line.trim_start_matches('#').trim().chars();
        let kept = kept.filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    headings.map(anchor).collect()
}

fn paragraphs_are_short() -> Result<(), Failed> {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let outside_of_blocks = text.split("```").step_by(2).collect::<Vec<_>>().join("\n\n");
    for paragraph in outside_of_blocks.split("\n\n").flat_map(|part| part.split("\n- ")) {
        let words = paragraph.split_whitespace().count();
        if !paragraph.starts_with('|') && words > LONGEST_PARAGRAPH {
            return Err(format!("{words} words: {paragraph}").into());
        }
    }
    Ok(())
}
