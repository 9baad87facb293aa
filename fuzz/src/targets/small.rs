//! ELF, digests, texts of messages, and the protocol of workers.

use blob::Digest;
use elf::{object, File, Head, SharedLibrary};

use super::{same, seeded, target, text, Outcome, Target};

pub(super) fn targets() -> Vec<Target> {
    vec![
        seeded(
            "layer_ld_cache_elf",
            target(
                "elf_file",
                &["\u{7f}ELF\u{2}\u{1}\u{1}", "libc.so.6\0"],
                |input| elf(input, input.len() as u64),
            ),
        ),
        target(
            "elf_exports",
            &["\u{7f}ELF\u{2}\u{1}\u{1}", "A_1\0", "\u{3}\0"],
            |input| elf(input, input.len() as u64),
        ),
        seeded(
            "layer_ld_cache_elf",
            target(
                "elf_sizes",
                &["\u{7f}ELF\u{2}\u{1}\u{1}", "libc.so.6\0"],
                |input| {
                    for size in [0, 64, u64::from(u32::MAX), 1 << 40, u64::MAX] {
                        elf(input, size)?;
                    }
                    Ok(())
                },
            ),
        ),
        target("blob_digest", &["sha256:", "sha512:", "A", "0"], |input| {
            let text = text(input);
            let _ = Digest::from_hex(&text);
            match text.parse::<Digest>() {
                Ok(digest) => same("digest", &digest.to_string(), &text),
                Err(_) => Ok(()),
            }
        }),
        target(
            "message_texts",
            &[
                "https://",
                "user:secret@",
                "/",
                "?",
                "#",
                "http:",
                "//",
                "@",
                "[::1]",
                ":80",
                " ",
            ],
            messages,
        ),
        target(
            "worker_protocol",
            &["\n", "\u{8}", "\u{1a}", "\u{22}"],
            protocol,
        ),
        target(
            "worker_arguments",
            &["'", "\n", "\\", "\r\n", "'\\''", "@"],
            |input| {
                let _ = worker::parameters(&text(input));
                Ok(())
            },
        ),
    ]
}

/// A file of this size, of which the input is the beginning.
fn elf(input: &[u8], size: u64) -> Outcome {
    let mut head = Head::new(size);
    for piece in input.chunks(100) {
        head.feed(piece);
    }
    let _ = (head.may_be_elf(), head.is_elf(), SharedLibrary::read(&head));
    let Ok(file) = File::parse(&head) else {
        return Ok(());
    };
    let _ = (
        file.header(),
        file.dynamic_segment(),
        file.interpreter(),
        file.has_dynamic(),
    );
    for segment in file.segments() {
        if let Some(range) = segment.range() {
            let _ = (
                file.bytes(range.clone()),
                file.rest(range.start),
                file.half(range.start, 2),
                file.word(range.end, u64::MAX),
            );
        }
    }
    for (_, value) in file.entries().take(1000) {
        let _ = (
            file.offset(value),
            file.strings().map(|strings| File::string(strings, value)),
        );
    }
    let _ = file.values(object::elf::DT_NEEDED).count();
    Ok(())
}

fn messages(input: &[u8]) -> Outcome {
    let text = text(input);
    let redacted = message::redact(&text);
    let _ = (message::shorten(&text), message::redact_all(&text));
    let _ = message::nearest(&text, text.split_whitespace());
    same("redacted again", &message::redact(&redacted), &redacted)
}

fn protocol(input: &[u8]) -> Outcome {
    let mut answers = Vec::new();
    let _ = worker::serve(input, &mut answers, 1, &[], &|request| {
        if request.is_cancelled() {
            Err("cancelled".to_owned())
        } else {
            Ok(())
        }
    });
    Ok(())
}
