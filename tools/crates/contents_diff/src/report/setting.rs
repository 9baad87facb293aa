use serde::Serialize;

/// A field of the image configuration, or an annotation, that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingChange {
    /// The field: `user`, `env PATH`, `label org.example.x`, `annotation org.example.x`.
    pub setting: String,
    /// The old value; `None` if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The new value; `None` if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}
