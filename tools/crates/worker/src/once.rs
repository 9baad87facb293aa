//! One run of the tool.

use std::any::Any;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};

use crate::{arguments, Request};

/// The function of a tool.
pub(crate) type Tool<'a> = dyn Fn(&Request) -> Result<(), String> + Sync + 'a;

/// Expands the parameter files and runs the tool. A panic becomes an error.
pub(crate) fn run(request: &Request, tool: &Tool<'_>) -> Result<(), String> {
    // Safe to unwind: the request is a copy that is dropped here, so no code sees a partial change of the tool.
    let run = AssertUnwindSafe(|| {
        let mut request = request.clone();
        arguments::expand(&mut request)?;
        tool(&request)
    });
    panic::catch_unwind(run).unwrap_or_else(|payload| {
        Err(format!(
            "cannot finish `{}`: panic: {}\nhint: report this as a bug of the tool",
            request.arguments.join(" "),
            text(payload.as_ref())
        ))
    })
}

/// Prints an error in the form that users and Bazel see. It may repeat arguments, which must not control the terminal.
pub(crate) fn report(output: &mut impl Write, message: &str) {
    let message = message::escape_lines(message);
    // If standard error is closed, the message cannot be reported.
    let _ = writeln!(output, "error: {message}");
}

fn text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let request = Request::new(vec!["image".into(), "--os".into()]);
        let tool = |_: &Request| -> Result<(), String> { panic!("index {} is out of bounds", 7) };
        assert_eq!(
            run(&request, &tool).unwrap_err(),
            "cannot finish `image --os`: panic: index 7 is out of bounds\n\
             hint: report this as a bug of the tool"
        );
    }

    #[test]
    fn the_message_keeps_its_hint() {
        let mut output = Vec::new();
        report(&mut output, "cannot read `x`: gone\nhint: build it");
        assert_eq!(output, b"error: cannot read `x`: gone\nhint: build it\n");
    }

    #[test]
    fn a_message_does_not_control_the_terminal() {
        let mut output = Vec::new();
        report(
            &mut output,
            "unexpected argument '\u{1b}[2J\r'\n\nUsage: tool",
        );
        let expected = b"error: unexpected argument '\\u{1b}[2J\\r'\n\nUsage: tool\n";
        assert_eq!(output, expected);
    }
}
