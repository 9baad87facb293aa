//! Distinguished names (RFC 5280, section 4.1.2.4).

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, Tagged};

/// A name: sets of attributes, the most general first.
#[derive(Clone, Debug)]
pub(crate) struct Name(pub(crate) Vec<Vec<Attribute>>);

/// One attribute of a name, such as the country.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) kind: ObjectIdentifier,
    /// The tag of the value, its content, and the whole value in DER.
    pub(crate) tag: Tag,
    pub(crate) content: Vec<u8>,
    pub(crate) encoded: Vec<u8>,
}

impl Name {
    pub(crate) fn read(encoded: &[u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(encoded)?;
        let sets = reader.sequence(|sets| {
            let mut read = Vec::new();
            while !sets.is_finished() {
                let set = AnyRef::decode(sets)?;
                set.tag().assert_eq(Tag::Set)?;
                read.push(attributes(set.value())?);
            }
            Ok(read)
        })?;
        reader.finish(Self(sets))
    }
}

fn attributes(set: &[u8]) -> der::Result<Vec<Attribute>> {
    let mut reader = SliceReader::new(set)?;
    let mut attributes = Vec::new();
    while !reader.is_finished() {
        attributes.push(reader.sequence(|fields| {
            let kind = ObjectIdentifier::decode(fields)?;
            let encoded = fields.tlv_bytes()?;
            let value = AnyRef::from_der(encoded)?;
            Ok(Attribute {
                kind,
                tag: value.tag(),
                content: value.value().to_vec(),
                encoded: encoded.to_vec(),
            })
        })?);
    }
    Ok(attributes)
}
