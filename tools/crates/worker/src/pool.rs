//! The pending requests. Each gets exactly one response.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use prost::Message;

use crate::once::{self, Tool};
use crate::protocol::WorkResponse;
use crate::Request;

/// The queue between the reading thread and the working threads, and the output for responses.
///
/// The queue is unbounded: the reader must never wait, because it must see cancellations. Bazel limits the number of
/// requests.
pub(crate) struct Pool<W> {
    state: Mutex<State>,
    wake: Condvar,
    output: Mutex<W>,
}

#[derive(Default)]
struct State {
    /// Requests that wait for a thread, the oldest first.
    queue: VecDeque<i32>,
    /// Requests that wait or run. The thread that removes one from here writes its response.
    open: BTreeMap<i32, Request>,
    closed: bool,
    broken: Option<io::Error>,
}

impl<W: Write> Pool<W> {
    pub(crate) fn new(output: W) -> Self {
        Self {
            state: Mutex::default(),
            wake: Condvar::new(),
            output: Mutex::new(output),
        }
    }

    /// Queues a request.
    pub(crate) fn submit(&self, id: i32, request: Request) -> Result<(), String> {
        let mut state = lock(&self.state);
        if state.broken.is_some() {
            return Err("the responses cannot be written".into());
        }
        if state.open.contains_key(&id) {
            return Err(format!("request {id} is repeated before its response"));
        }
        state.open.insert(id, request);
        state.queue.push_back(id);
        self.wake.notify_one();
        Ok(())
    }

    /// Responds to a waiting request, or notifies a running one. A finished request is ignored.
    pub(crate) fn cancel(&self, id: i32) {
        let mut state = lock(&self.state);
        let Some(request) = state.open.get(&id) else {
            return;
        };
        request.cancel();
        let waiting = state.queue.len();
        state.queue.retain(|queued| *queued != id);
        if state.queue.len() < waiting {
            drop(state);
            self.answer(id, Ok(()));
        }
    }

    /// Makes the threads end when the queue is empty.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.wake.notify_all();
    }

    /// Cancels all pending requests, because the client no longer reads.
    pub(crate) fn abandon(&self) {
        let mut state = lock(&self.state);
        state.queue.clear();
        state.open.values().for_each(Request::cancel);
    }

    /// The main function of a thread.
    pub(crate) fn work(&self, tool: &Tool<'_>) {
        while let Some((id, request)) = self.next() {
            self.answer(id, once::run(&request, tool));
        }
    }

    /// The error of writing a response, if there was one.
    pub(crate) fn broken(self) -> Option<io::Error> {
        let state = self.state.into_inner();
        state.unwrap_or_else(PoisonError::into_inner).broken
    }

    fn next(&self) -> Option<(i32, Request)> {
        let mut state = lock(&self.state);
        loop {
            let next = state.queue.pop_front();
            if let Some(next) = next.and_then(|id| Some((id, state.open.get(&id)?.clone()))) {
                return Some(next);
            }
            if state.closed {
                return None;
            }
            let waited = self.wake.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn answer(&self, id: i32, outcome: Result<(), String>) {
        let Some(request) = lock(&self.state).open.remove(&id) else {
            return;
        };
        let mut response = WorkResponse {
            request_id: id,
            was_cancelled: request.is_cancelled(),
            ..WorkResponse::default()
        };
        if let (Err(message), false) = (outcome, response.was_cancelled) {
            let mut text = Vec::new();
            once::report(&mut text, &message);
            response.output = String::from_utf8_lossy(&text).into_owned();
            response.exit_code = 1;
        }
        if let Err(error) = self.write(&response.encode_length_delimited_to_vec()) {
            lock(&self.state).broken = Some(error);
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut output = lock(&self.output);
        output.write_all(bytes)?;
        output.flush()
    }
}

/// Locks a mutex even if another thread panicked, because no panic can leave partial changes under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
