//! What the library `datasets` writes into a Parquet file about its columns: which of them are pictures, and the names of classes.

use parquet::file::metadata::ParquetMetaData;
use serde_json::Value;

/// The features of a file, by column.
#[derive(Debug, Default)]
pub(super) struct Features(Value);

impl Features {
    /// No features, if another program has written the file.
    pub(super) fn of(metadata: &ParquetMetaData) -> Self {
        let entries = metadata.file_metadata().key_value_metadata();
        let entry = entries.into_iter().flatten().find(|entry| entry.key == "huggingface");
        let json: Option<Value> = entry.and_then(|entry| serde_json::from_str(entry.value.as_deref()?).ok());
        Self(json.and_then(|json| json.pointer("/info/features").cloned()).unwrap_or_default())
    }

    /// The feature of a column; a field of a struct is named `struct.field`.
    fn find(&self, column: &str) -> Option<&Value> {
        let whole = self.0.get(column);
        whole.or_else(|| column.split('.').try_fold(&self.0, |features, field| features.get(field)))
    }

    /// Whether the column has pictures.
    pub(super) fn is_image(&self, column: &str) -> bool {
        self.find(column).is_some_and(|feature| feature["_type"] == "Image")
    }

    /// The names of the classes whose numbers the column has.
    pub(super) fn class_names(&self, column: &str) -> Option<Vec<String>> {
        let feature = self.find(column).filter(|feature| feature["_type"] == "ClassLabel")?;
        let names = feature["names"].as_array()?;
        names.iter().map(|name| name.as_str().map(str::to_owned)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn features_are_found_by_column() {
        let features = Features(json!({
            "image": {"_type": "Image"},
            "label": {"names": ["cat", "dog"], "_type": "ClassLabel"},
            "meta": {"kind": {"names": ["a"], "_type": "ClassLabel"}, "thumb": {"_type": "Image"}},
            "a.b": {"_type": "Image"},
            "text": {"dtype": "string", "_type": "Value"},
        }));
        for (column, is_image) in
            [("image", true), ("meta.thumb", true), ("a.b", true), ("label", false), ("other", false)]
        {
            assert_eq!(features.is_image(column), is_image, "{column}");
        }
        assert_eq!(features.class_names("label").unwrap(), ["cat", "dog"]);
        assert_eq!(features.class_names("meta.kind").unwrap(), ["a"]);
        for column in ["image", "text", "meta", "label.names", ""] {
            assert_eq!(features.class_names(column), None, "{column}");
        }
    }
}
