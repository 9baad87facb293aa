//! Runs asynchronous code on this thread, which waits for one socket.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rustix::event::{poll, PollFd, PollFlags, Timespec};
use transfer::Failure;

use crate::socket::Interest;

/// Waits for a socket.
pub(crate) struct Waiter {
    stream: TcpStream,
    interest: Arc<Interest>,
    timeout: Duration,
}

/// Notes that another part of the code can continue.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Waiter {
    pub(crate) fn new(stream: TcpStream, interest: Arc<Interest>, timeout: Duration) -> Self {
        Self {
            stream,
            interest,
            timeout,
        }
    }

    /// Calls `step` until it is ready. Between two calls it waits for the socket.
    ///
    /// # Errors
    ///
    /// No event of the socket within the timeout.
    pub(crate) fn run<T>(
        &self,
        mut step: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Result<T, Failure> {
        let flag = Arc::new(Flag::default());
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        loop {
            flag.0.store(false, Ordering::Relaxed);
            self.interest.read.store(false, Ordering::Relaxed);
            self.interest.write.store(false, Ordering::Relaxed);
            if let Poll::Ready(value) = step(&mut context) {
                return Ok(value);
            }
            if !flag.0.load(Ordering::Relaxed) {
                self.wait()?;
            }
        }
    }

    fn wait(&self) -> Result<(), Failure> {
        let mut events = PollFlags::IN;
        if self.interest.write.load(Ordering::Relaxed) {
            events |= PollFlags::OUT;
        }
        let end = Instant::now() + self.timeout;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let left = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            };
            match poll(&mut [PollFd::new(&self.stream, events)], Some(&left)) {
                Ok(0) => return Err(Failure::stalled(self.timeout)),
                Ok(_) => return Ok(()),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Failure::temporary(error.to_string())),
            }
        }
    }
}
