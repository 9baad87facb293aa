//! The definition of an image (`image.yaml`): its fields, their validation with line and column, and its JSON schema.
