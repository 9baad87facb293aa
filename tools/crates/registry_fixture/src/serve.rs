//! Answers the requests of a connection.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::ServerConfig;

use crate::api;
use crate::fault::{Fault, Instead, Told};
use crate::http::{Body, Connection, Head};
use crate::record::Record;
use crate::shared::Shared;

/// Answers the requests of a connection until its end.
pub(crate) fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, shared: &Shared) {
    // Neither end is in a test's interest: the client closes the connection at any moment.
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

/// Answers one request. Returns whether the connection can be used again.
fn answer(connection: &mut Connection, head: &Head, shared: &Shared) -> io::Result<bool> {
    let fault = shared.rules.lock().unwrap().fault(head);
    let mut body = Body::new(connection, head)?;
    let told = fault.as_ref().map(Told::of).unwrap_or_default();
    body.fail_after(told.request_limit);
    let instead = fault.as_ref().map(|fault| fault.instead(head));
    let outcome = match instead {
        Some(Instead::Close) => Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Instead::Response(response)) => Ok(response),
        Some(Instead::Nothing) | None => api::answer(shared, head, &mut body, &told),
    };
    let mut record = record(head, &body);
    let mut response = match outcome {
        Ok(response) => response,
        Err(error) => {
            shared.records.lock().unwrap().push(record);
            return Err(error);
        }
    };
    if let Some(fault) = &fault {
        fault.change(&mut response);
    }
    let reusable = !response.delivery.closes && body.finish()?;
    record.body_bytes = body.bytes_read();
    record.status = (!response.delivery.lost).then_some(response.status);
    // Before the response: a client that has it finds the record.
    shared.records.lock().unwrap().push(record);
    response.send(connection, head.method == "HEAD", reusable)?;
    Ok(reusable && !matches!(fault, Some(Fault::Garbage | Fault::Endless)))
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
