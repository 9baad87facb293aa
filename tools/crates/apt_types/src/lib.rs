//! The types that Debian repositories (`apt_archive`) and locks (`lock`) have in common. Locks are read by programs that
//! neither verify signatures nor decompress indexes, so these types need no such crate.

mod evidence;
mod origin;
mod relation;

pub use evidence::Evidence;
pub use origin::{check_url, is_path_below, Origin};
pub use relation::{
    parse_alternatives, parse_provides, parse_relations, Alternative, Comparison, ProvidedName,
    Qualifier, Relation,
};
