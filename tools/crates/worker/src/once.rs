//! One run of the tool, by whichever way it was asked for.

use std::any::Any;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};

use crate::{arguments, Request};

/// What the engine needs of a tool; `fn(&Request) -> Result<(), String>` is one.
pub(crate) type Tool<'a> = dyn Fn(&Request) -> Result<(), String> + Sync + 'a;

/// Expands the parameter files and runs the tool. A panic becomes an error.
pub(crate) fn run(request: &Request, tool: &Tool<'_>) -> Result<(), String> {
    // Nothing that the tool may have left half-changed is looked at again: the request dies here.
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

/// Writes a failure the way that people and Bazel see it.
pub(crate) fn report(output: &mut impl Write, message: &str) {
    // Nobody is left to tell when standard error is closed.
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
}
