//! Repeats a request after a temporary failure.

use std::thread::sleep;
use std::time::Duration;

use crate::failure::Failure;
use crate::progress::Progress;

/// The pause before the second attempt. Each later one is three times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause, even if a server requests more.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often a request is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Retry<'a> {
    /// The number of attempts; 0 counts as 1.
    pub attempts: u32,
    /// Where pauses are reported.
    pub progress: &'a Progress,
}

impl Retry<'_> {
    /// Calls `attempt` until it succeeds, fails permanently, or has failed as often as allowed. Between two attempts, it
    /// waits for the time that the server requests, and at least for a time that grows with each attempt.
    ///
    /// `name` is for the line about the pause; it must not have a password.
    ///
    /// # Errors
    ///
    /// The last failure, or that the server requests a pause of more than a minute.
    pub fn run<T>(
        &self,
        name: &str,
        mut attempt: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..self.attempts {
            let (cause, requested) = match attempt() {
                Err(Failure::Temporary { cause, retry_after }) => {
                    (cause, retry_after.unwrap_or_default())
                }
                result => return result,
            };
            if requested > LONGEST_PAUSE {
                return Err(Failure::permanent(too_late(&cause, requested)));
            }
            let wait = requested.max(pause);
            let seconds = wait.as_secs_f64();
            self.progress
                .line(&format!("{name}: {cause}; next attempt in {seconds:.1} s"));
            sleep(wait);
            pause = (pause * 3).min(LONGEST_PAUSE);
        }
        attempt()
    }
}

fn too_late(cause: &str, requested: Duration) -> String {
    let (requested, longest) = (requested.as_secs(), LONGEST_PAUSE.as_secs());
    format!(
        "{cause} and requests a pause of {requested} s; the longest allowed pause is {longest} s"
    )
}
