use blob::Blob;
use layer_details::PackageDetails;

use super::documents::Documents;
use super::fields::Fields;

/// The facts about a package that was read to its end.
#[derive(Debug)]
pub(crate) struct PackageFacts {
    pub(crate) fields: Fields,
    pub(crate) documents: Documents,
    /// The `.deb` file.
    pub(crate) blob: Blob,
}

impl PackageFacts {
    /// Decompresses the documents.
    pub(crate) fn into_details(self) -> PackageDetails {
        let Self {
            fields,
            documents,
            blob,
        } = self;
        PackageDetails {
            changelog: documents.changelog(),
            documents_of: documents.link(),
            copyright: documents.into_copyright(),
            architecture: fields.architecture,
            homepage: fields.homepage,
            maintainer: fields.maintainer,
            name: fields.name,
            section: fields.section,
            sha256: blob.digest,
            size: blob.size,
            source: fields.source,
            source_version: fields.source_version,
            version: fields.version,
        }
    }
}
