//! Reads blobs of a remote cache of Bazel over gRPC: `ByteStream.Read` of the [Remote Execution
//! API](https://github.com/bazelbuild/remote-apis/blob/main/build/bazel/remote/execution/v2/remote_execution.proto).
//!
//! A [`Cache`] opens blobs. Each thread reads from its own connection, which the next blob uses again. The protocol is
//! that of [gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), on the crate `h2`, without an
//! asynchronous runtime: a thread waits for its own socket.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! cache ─▶ call ─▶ session ─▶ wait ─▶ socket
//!   │       └────▶ messages, status
//!   └────▶ location
//! ```
//!
//! No program that an action runs may depend on this crate, because it has network code.

mod cache;
mod call;
mod location;
mod messages;
mod session;
mod socket;
mod status;
mod wait;

pub use cache::{Cache, Options};
