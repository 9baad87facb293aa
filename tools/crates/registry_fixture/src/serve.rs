//! Answers the requests of a connection.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::ServerConfig;

use crate::api;
use crate::fault::{Fault, Instead, Instructions};
use crate::http::{Body, Connection, Head, Response};
use crate::record::Record;
use crate::shared::Shared;

/// Answers the requests of a connection until its end.
pub(crate) fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, shared: &Shared) {
    // No test needs the error: clients close connections at any moment.
    let _ = answer_all(stream, tls, shared);
}

fn answer_all(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    shared: &Shared,
) -> io::Result<()> {
    let mut connection = Connection::new(stream, tls)?;
    while let Some(head) = Head::read(&mut connection)? {
        if !answer(&mut connection, &head, shared)? {
            break;
        }
    }
    Ok(())
}

/// Answers one request, and records it. Returns whether the connection can be used again.
fn answer(connection: &mut Connection, head: &Head, shared: &Shared) -> io::Result<bool> {
    let fault = shared.rules.lock().unwrap().fault(head);
    let mut body = Body::new(connection, head)?;
    let answered = response(shared, head, &mut body, fault.as_ref());
    let mut record = record(head, &body);
    if let Ok((response, _)) = &answered {
        record.status = (!response.delivery.lost).then_some(response.status);
    }
    // Before the response: a client that has it finds the record.
    shared.records.lock().unwrap().push(record);
    let (response, reusable) = answered?;
    response.send(connection, head.method == "HEAD", reusable)?;
    Ok(reusable && !response.ends_connection())
}

/// The response to a request, and whether the connection can be used again after it.
fn response(
    shared: &Shared,
    head: &Head,
    body: &mut Body<'_>,
    fault: Option<&Fault>,
) -> io::Result<(Response, bool)> {
    let instructions = fault.map(Instructions::of).unwrap_or_default();
    body.fail_after(instructions.request_limit);
    let mut response = match fault.map(|fault| fault.instead(head)) {
        Some(Instead::Close) => return Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Instead::Response(response)) => response,
        Some(Instead::Nothing) | None => api::answer(shared, head, body, &instructions)?,
    };
    if let Some(fault) = fault {
        fault.change(&mut response);
    }
    let reusable = !response.ends_connection() && body.finish()?;
    Ok((response, reusable))
}

fn record(head: &Head, body: &Body<'_>) -> Record {
    let visible = head.headers.iter().filter(|(name, _)| name != "cookie");
    let headers = visible.map(|(name, value)| {
        let is_secret = ["authorization", "proxy-authorization"].contains(&name.as_str());
        let scheme = value.split(' ').next().unwrap_or_default();
        let shown = if is_secret { scheme } else { value };
        (name.clone(), shown.to_owned())
    });
    Record {
        method: head.method.clone(),
        path: head.path.clone(),
        query: head.query.clone(),
        headers: headers.collect(),
        body_bytes: body.bytes_read(),
        status: None,
    }
}
