//! Tags of timm's weights: `ra_in1k` in `mobilenetv2_100.ra_in1k`.

use serde_json::Value;

/// Endings of files, which are no tags.
const ENDINGS: [&str; 8] = ["pth", "pt", "bin", "ckpt", "tar", "safetensors", "pkl", "t7"];

/// The tag of timm's weights, which says on what and how they were trained: behind the architecture's name, or a field.
pub(super) fn tag<'a>(config: &'a Value, architecture: &str, name_hint: &'a str) -> Option<&'a str> {
    let text = |pointer: &str| config.pointer(pointer).and_then(Value::as_str);
    let field = || text("/pretrained_cfg/tag").or_else(|| text("/tag")).filter(|tag| !tag.is_empty());
    let named = text("/architecture").and_then(|name| tag_behind(name, architecture));
    named.or_else(field).or_else(|| name_hint.split('/').find_map(|part| tag_behind(part, architecture)))
}

/// `ra_in1k` in `mobilenetv2_100.ra_in1k` and in `mobilenetv2_100.ra_in1k.pth`.
fn tag_behind<'a>(name: &'a str, architecture: &str) -> Option<&'a str> {
    let tag = name.strip_prefix(architecture)?.strip_prefix('.')?.split('.').next()?;
    (!tag.is_empty() && !ENDINGS.contains(&tag)).then_some(tag)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_is_a_field_or_stands_behind_the_name() {
        let found = |config: Value, hint: &str| tag(&config, "mobilenetv2_100", hint).map(str::to_owned);
        for (config, hint) in [
            (json!({"architecture": "mobilenetv2_100.ra_in1k"}), "birds"),
            (json!({"architecture": "mobilenetv2_100", "pretrained_cfg": {"tag": "ra_in1k"}}), "birds"),
            (json!({"tag": "ra_in1k"}), "birds"),
            (json!({}), "mobilenetv2_100.ra_in1k.pth/birds"),
            (json!({"tag": ""}), "timm/mobilenetv2_100.ra_in1k"),
        ] {
            assert_eq!(found(config, hint).as_deref(), Some("ra_in1k"));
        }
        for hint in [
            "mobilenetv2_100.pth/birds",
            "mobilenetv2_100.pth.tar",
            "mobilenetv2_100",
            "mobilenetv2_100.",
            "best",
        ] {
            assert_eq!(found(json!({}), hint), None, "{hint}");
        }
    }
}
