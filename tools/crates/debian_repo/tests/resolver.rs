//! What the resolver promises: apt's choice where apt makes one, a set that holds together always, and a reason where there is none.

#![allow(missing_docs)]

mod resolver {
    mod conformance;
}
