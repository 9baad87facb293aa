//! The loop of a persistent worker.

use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::thread;

use crate::pool::Pool;
use crate::protocol::{self, WorkRequest};
use crate::Request;

/// The usual stack size of a main thread, so that tools have the same stack in a worker.
const STACK: usize = 8 << 20;

/// Responds to the requests of `input` on `output` until `input` ends, with at most `threads` at a time.
///
/// The tool gets the arguments `startup` before those of each request. A cancelled request gets its response only after
/// its work has stopped, because Bazel then deletes its files. Requests that are pending when the stream is malformed
/// still get responses.
///
/// # Errors
///
/// The stream is malformed, a response cannot be written, or a thread cannot be started.
pub fn serve(
    input: impl Read,
    output: impl Write + Send,
    threads: usize,
    startup: &[String],
    tool: &(dyn Fn(&Request) -> Result<(), String> + Sync),
) -> Result<(), String> {
    let pool = Pool::new(output);
    let read = thread::scope(|scope| {
        let started = (0..threads.max(1)).try_for_each(|_| {
            let builder = thread::Builder::new().stack_size(STACK);
            builder.spawn_scoped(scope, || pool.work(tool)).map(drop)
        });
        let read = started
            .map_err(|error| format!("cannot start `worker thread`: {error}"))
            .and_then(|()| read_all(input, startup, &pool));
        if read.is_err() {
            pool.abandon();
        }
        pool.close();
        read
    });
    match pool.broken() {
        Some(error) => Err(format!("cannot write `work response`: {error}")),
        None => read,
    }
}

fn read_all(input: impl Read, startup: &[String], pool: &Pool<impl Write>) -> Result<(), String> {
    let cannot_read = |cause: String| format!("cannot read `work request`: {cause}");
    let mut input = BufReader::new(input);
    while let Some(message) = protocol::read(&mut input).map_err(|e| cannot_read(e.to_string()))? {
        if message.cancel {
            pool.cancel(message.request_id);
        } else {
            let id = message.request_id;
            let request = request(message, startup);
            pool.submit(id, request).map_err(cannot_read)?;
        }
    }
    Ok(())
}

fn request(message: WorkRequest, startup: &[String]) -> Request {
    let mut arguments = startup.to_vec();
    arguments.extend(message.arguments);
    let mut request = Request::in_directory(arguments, PathBuf::from(message.sandbox_dir));
    request.plain = startup.len();
    request
}

#[cfg(test)]
mod tests;
