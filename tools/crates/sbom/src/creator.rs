/// The creator of an SBOM: the program, and the organization that builds the images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The name of the program: `distroless`.
    pub tool: String,
    /// The version of the program: `0.1.0`.
    pub version: String,
    /// The organization, which is also the supplier of images and layers. The minimum elements of NTIA require one.
    pub organization: Option<String>,
}
