//! Whole sessions with a worker.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use prost::Message;

use super::serve;
use crate::protocol::{WorkRequest, WorkResponse};
use crate::Request;

/// Returns one to three bytes at a time, and sometimes an interruption.
struct Choppy<'a>(&'a [u8], usize);

impl Read for Choppy<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let wanted = buffer.len().min(self.1 % 3 + 1);
        self.0.read(&mut buffer[..wanted])
    }
}

/// A pipe that stays open until its sender is dropped, so that requests can follow responses.
struct Pipe(Receiver<Vec<u8>>, Vec<u8>);

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            self.1 = self.0.recv().unwrap_or_default();
        }
        let read = self.1.as_slice().read(buffer)?;
        self.1.drain(..read);
        Ok(read)
    }
}

fn ask(id: i32, arguments: &[&str]) -> Vec<u8> {
    let request = WorkRequest {
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
        request_id: id,
        ..WorkRequest::default()
    };
    request.encode_length_delimited_to_vec()
}

fn cancel(id: i32) -> Vec<u8> {
    let request = WorkRequest {
        request_id: id,
        cancel: true,
        ..WorkRequest::default()
    };
    request.encode_length_delimited_to_vec()
}

/// The responses by request; panics if a request has two.
fn answers(mut bytes: &[u8]) -> BTreeMap<i32, WorkResponse> {
    let mut answers = BTreeMap::new();
    while !bytes.is_empty() {
        let answer = WorkResponse::decode_length_delimited(&mut bytes).unwrap();
        let before = answers.insert(answer.request_id, answer);
        assert_eq!(before, None);
    }
    answers
}

fn say(request: &Request) -> Result<(), String> {
    match request.arguments.last().map(String::as_str) {
        Some("panic") => panic!("oh"),
        Some("fail") => Err("cannot do `it`: no\nhint: do not".into()),
        _ => Ok(()),
    }
}

#[test]
fn input_in_pieces_and_every_outcome() {
    let stream = [
        ask(0, &["x"]),
        ask(1, &["fail"]),
        ask(2, &["panic"]),
        ask(3, &["@no/file"]),
    ];
    let mut output = Vec::new();
    let startup = ["image".to_owned()];
    serve(Choppy(&stream.concat(), 0), &mut output, 2, &startup, &say).unwrap();
    let answers = answers(&output);
    let reported: Vec<_> = answers
        .values()
        .map(|a| (a.exit_code, a.output.as_str()))
        .collect();
    assert_eq!(
        reported,
        [
            (0, ""),
            (1, "error: cannot do `it`: no\nhint: do not\n"),
            (1, "error: cannot finish `image panic`: panic: oh\nhint: report this as a bug of the tool\n"),
            (1, "error: cannot read parameter file `no/file`: No such file or directory (os error 2)\n"),
        ]
    );
}

#[test]
fn start_up_arguments_and_the_sandbox_reach_the_tool() {
    let seen = Mutex::new(Vec::new());
    let tool = |request: &Request| {
        let path = request.path("out".as_ref());
        seen.lock().unwrap().push((request.arguments.clone(), path));
        Ok(())
    };
    let request = WorkRequest {
        // The lines of a parameter file that Bazel has read.
        arguments: vec!["--cmd=a\\n--user=0".into(), "\\@x".into()],
        sandbox_dir: "__sandbox/4/_main".into(),
        ..WorkRequest::default()
    };
    let stream = request.encode_length_delimited_to_vec();
    serve(stream.as_slice(), io::sink(), 1, &["im\\age".into()], &tool).unwrap();
    let expected = (
        vec!["im\\age".into(), "--cmd=a\n--user=0".into(), "@x".into()],
        "__sandbox/4/_main/out".into(),
    );
    assert_eq!(seen.into_inner().unwrap(), [expected]);
}

#[test]
fn many_at_a_time_but_no_more_than_threads() {
    let together = Barrier::new(4);
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let tool = |_: &Request| {
        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        together.wait();
        running.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    };
    let stream: Vec<_> = (1..=200).flat_map(|id| ask(id, &[])).collect();
    let mut output = Vec::new();
    serve(stream.as_slice(), &mut output, 4, &[], &tool).unwrap();
    assert_eq!(answers(&output).len(), 200);
    assert_eq!(most.into_inner(), 4);
}

/// With one thread: request 1 runs until it is cancelled, 2 waits and is cancelled, 3 succeeds.
#[test]
fn cancelled_while_running_and_while_waiting() {
    let (requests, input): (Sender<Vec<u8>>, _) = mpsc::channel();
    let (started, wait) = mpsc::channel();
    let started = Mutex::new(started);
    let tool = |request: &Request| {
        assert_ne!(request.arguments, ["2"]);
        if request.arguments == ["1"] {
            started.lock().unwrap().send(()).unwrap();
            while !request.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            return Err("cancelled".into());
        }
        Ok(())
    };
    let mut output = Vec::new();
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| serve(Pipe(input, Vec::new()), &mut output, 1, &[], &tool));
        requests.send(ask(1, &["1"])).unwrap();
        wait.recv().unwrap();
        requests
            .send([ask(2, &["2"]), ask(3, &["3"])].concat())
            .unwrap();
        for id in [2, 2, 1, 9] {
            requests.send(cancel(id)).unwrap();
        }
        drop(requests);
        worker.join().unwrap().unwrap();
    });
    let reported: Vec<_> = answers(&output)
        .values()
        .map(|answer| (answer.request_id, answer.was_cancelled, answer.exit_code))
        .collect();
    assert_eq!(reported, [(1, true, 0), (2, true, 0), (3, false, 0)]);
}

#[test]
fn a_malformed_stream_ends_the_worker_after_running_requests() {
    for (tail, cause) in [
        (
            &b"\x05\x0a"[..],
            "the stream ends 1 bytes into a message of 5 bytes",
        ),
        (
            &b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..],
            "a length has more than ten bytes",
        ),
    ] {
        let (started, wait) = mpsc::channel();
        let started = Mutex::new(started);
        let tool = |_: &Request| {
            started.lock().unwrap().send(()).unwrap();
            Ok(())
        };
        let (requests, input) = mpsc::channel();
        let mut output = Vec::new();
        let ended = std::thread::scope(|scope| {
            let worker = scope.spawn(|| serve(Pipe(input, Vec::new()), &mut output, 1, &[], &tool));
            requests.send(ask(7, &[])).unwrap();
            wait.recv().unwrap();
            requests.send(tail.to_vec()).unwrap();
            drop(requests);
            worker.join().unwrap()
        });
        assert_eq!(
            ended.unwrap_err(),
            format!("cannot read `work request`: {cause}")
        );
        assert_eq!(answers(&output).len(), 1);
    }
}

#[test]
fn a_repeated_id_is_an_error() {
    let hold = Barrier::new(2);
    let tool = |request: &Request| {
        while !request.is_cancelled() {
            std::thread::yield_now();
        }
        Ok(())
    };
    let stream = [ask(5, &[]), ask(5, &[])].concat();
    let ended = std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let ended = serve(stream.as_slice(), io::sink(), 1, &[], &tool);
            hold.wait();
            ended
        });
        hold.wait();
        worker.join().unwrap()
    });
    assert_eq!(
        ended.unwrap_err(),
        "cannot read `work request`: request 5 is repeated before its response"
    );
}

#[test]
fn a_closed_output_ends_the_worker() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let error = serve(ask(1, &[]).as_slice(), Closed, 1, &[], &say).unwrap_err();
    assert_eq!(error, "cannot write `work response`: broken pipe");
}
