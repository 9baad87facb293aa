//! The effect of faults.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::kind::{Fault, RetryAfter};
use crate::error::error_body;
use crate::http::{Head, Response};
use crate::store::Content;

/// The part of a fault that the endpoints carry out.
#[derive(Default)]
pub(crate) struct Instructions {
    pub(crate) refuse_mount: bool,
    pub(crate) forget_upload: bool,
    pub(crate) request_limit: Option<u64>,
}

/// An effect of a fault in place of that of the request.
pub(crate) enum Instead {
    Nothing,
    Close,
    Response(Response),
}

impl Instructions {
    pub(crate) fn of(fault: &Fault) -> Self {
        Self {
            refuse_mount: *fault == Fault::RefuseMount,
            forget_upload: *fault == Fault::ForgetUpload,
            request_limit: match fault {
                Fault::CloseInRequest { after } => Some(*after),
                _ => None,
            },
        }
    }
}

impl Fault {
    /// The effect in place of that of the request.
    pub(crate) fn instead(&self, head: &Head) -> Instead {
        match self {
            Self::Close => Instead::Close,
            Self::Status {
                status,
                code,
                retry_after,
            } => Instead::Response(response(*status, code.as_deref(), retry_after.as_ref())),
            Self::StatusBeforeBody { status } => {
                let mut response = response(*status, None, None);
                response.delivery.before_body = true;
                Instead::Response(response)
            }
            Self::Redirect { to } => {
                let to = to.replace("{}", &head.target());
                Instead::Response(Response::new(307).header("Location", to))
            }
            _ => Instead::Nothing,
        }
    }

    /// Changes the response of the registry.
    pub(crate) fn change(&self, response: &mut Response) {
        let delivery = &mut response.delivery;
        match self {
            Self::LoseResponse => delivery.lost = true,
            Self::CloseInResponse { after } => delivery.stop_after = Some(*after),
            Self::Delay { millis } => delivery.delay = Duration::from_millis(*millis),
            Self::Slow { bytes, millis } => {
                delivery.slow = Some((*bytes, Duration::from_millis(*millis)));
            }
            Self::WrongByte => delivery.wrong_byte = true,
            Self::WrongLength { by } => delivery.length_off_by = *by,
            Self::Endless => delivery.endless = true,
            Self::Garbage => delivery.raw = Some(b"SSH-2.0-no-such-thing\r\n"),
            Self::Header { name, value } => {
                response.remove(name);
                if let Some(value) = value {
                    response.headers.push((name.clone(), value.clone()));
                }
            }
            Self::Body { text } => {
                let bytes = text.clone().into_bytes();
                response.part = (0, bytes.len() as u64);
                response.content = Content::Memory(bytes.into());
            }
            _ => {}
        }
    }
}

fn response(status: u16, code: Option<&str>, retry_after: Option<&RetryAfter>) -> Response {
    let response = match code {
        Some(code) => Response::json(status, &error_body(code, "a fault of the test")),
        None => Response::new(status)
            .header("Content-Type", "text/plain")
            .content(Content::Memory(b"a fault of the test\n".as_slice().into())),
    };
    match retry_after {
        None => response,
        Some(RetryAfter::Seconds(seconds)) => response.header("Retry-After", seconds),
        Some(RetryAfter::Text(text)) => response.header("Retry-After", text),
        Some(RetryAfter::Date(seconds)) => response.header("Retry-After", date_in(*seconds)),
    }
}

/// [`IMF-fixdate`](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7).
fn date_in(seconds: i64) -> String {
    let date = Timestamp::now() + SignedDuration::from_secs(seconds);
    date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
