use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use blob::{Blob, Digest, HashingWriter};

use crate::codec::{Compression, Encoder};
use crate::seekable::Seekable;
use crate::{Entry, Sink};

/// With more threads, the writing thread is the limit.
const MAX_THREADS: usize = 4;

/// Compresses the bytes written to it, chunk by chunk on several threads, and computes the digests of input and output.
///
/// The output depends only on the input, not on the number of threads. Two chunks for each thread and two more are in
/// memory. An archive of one chunk is compressed on the caller's thread, without starting other threads.
pub struct Compressor<W: Write + Send + 'static> {
    compression: Compression,
    threads: usize,
    plain: HashingWriter<io::Sink>,
    chunk: Vec<u8>,
    output: Output<W>,
}

enum Output<W: Write + Send + 'static> {
    /// Uncompressed: the output is the input, with the same digest.
    Plain(W),
    Inline(HashingWriter<W>),
    Pool(Pool<W>),
    /// Runs on the caller's thread: the table of contents needs the position of each member.
    Seekable(Box<Seekable<W>>),
    Lost,
}

/// A finished stream.
pub struct Compressed<W> {
    /// The writer of the compressed bytes.
    pub inner: W,
    /// Digest and size of the uncompressed archive; the digest is the layer's diff_id.
    pub plain: Blob,
    /// Digest and size of the compressed bytes.
    pub blob: Blob,
    /// The digest of the table of contents, for eStargz.
    pub table: Option<Digest>,
}

impl<W: Write + Send + 'static> Compressor<W> {
    /// Uses one thread for each processor, four at most.
    pub fn new(inner: W, compression: Compression) -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self::with_threads(inner, compression, processors.min(MAX_THREADS))
    }

    /// Uses this number of threads for compression.
    pub fn with_threads(inner: W, compression: Compression, threads: usize) -> Self {
        Self {
            compression,
            threads: threads.max(1),
            plain: HashingWriter::new(io::sink()),
            chunk: Vec::new(),
            output: match compression {
                Compression::None => Output::Plain(inner),
                Compression::Estargz => Output::Seekable(Box::new(Seekable::new(inner))),
                _ => Output::Inline(HashingWriter::new(inner)),
            },
        }
    }

    /// Compresses the rest and waits until everything is written.
    ///
    /// # Errors
    ///
    /// The output cannot be written, or a thread cannot be started or has failed.
    pub fn finish(mut self) -> io::Result<Compressed<W>> {
        let chunk = std::mem::take(&mut self.chunk);
        let mut table = None;
        let (_, plain) = self.plain.finish();
        let written = match std::mem::replace(&mut self.output, Output::Lost) {
            Output::Plain(mut inner) => {
                inner.flush()?;
                return Ok(Compressed {
                    inner,
                    plain,
                    blob: plain,
                    table,
                });
            }
            Output::Inline(mut writer) => {
                let bytes = self.compression.encoder()?.encode(&chunk)?;
                writer.write_all(&bytes)?;
                writer
            }
            Output::Pool(mut pool) => {
                if !chunk.is_empty() {
                    pool.submit(chunk)?;
                }
                pool.finish()?
            }
            Output::Seekable(seekable) => {
                let (writer, digest) = seekable.finish()?;
                table = digest;
                writer
            }
            Output::Lost => return Err(lost()),
        };
        let (mut inner, blob) = written.finish();
        inner.flush()?;
        Ok(Compressed {
            inner,
            plain,
            blob,
            table,
        })
    }

    /// Passes a full chunk to the pool and starts the pool for the first one.
    fn submit(&mut self) -> io::Result<()> {
        let used = match &self.output {
            Output::Pool(pool) => pool.spare.try_recv().ok(),
            _ => None,
        };
        let next = used.unwrap_or_else(|| Vec::with_capacity(self.compression.chunk()));
        let chunk = std::mem::replace(&mut self.chunk, next);
        if let Output::Inline(_) = self.output {
            if let Output::Inline(writer) = std::mem::replace(&mut self.output, Output::Lost) {
                self.output = Output::Pool(Pool::start(writer, self.compression, self.threads)?);
            }
        }
        match &mut self.output {
            Output::Pool(pool) => pool.submit(chunk),
            _ => Err(lost()),
        }
    }
}

impl<W: Write + Send + 'static> Write for Compressor<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.output {
            Output::Seekable(seekable) => {
                seekable.write(bytes)?;
                return self.plain.write(bytes);
            }
            Output::Plain(inner) => {
                inner.write_all(bytes)?;
                return self.plain.write(bytes);
            }
            _ => {}
        }
        let size = self.compression.chunk();
        if self.chunk.len() == size {
            self.submit()?;
        }
        let taken = bytes.len().min(size - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        self.plain.write(&bytes[..taken])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Send + 'static> Sink for Compressor<W> {
    fn begin(&mut self, entry: &Entry) -> io::Result<()> {
        match &mut self.output {
            Output::Seekable(seekable) => seekable.begin(entry),
            _ => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        let table = match &mut self.output {
            Output::Seekable(seekable) => seekable.table()?,
            _ => return Ok(()),
        };
        self.write_all(&table)
    }
}

/// The future result of a chunk.
type Slot = Receiver<io::Result<Vec<u8>>>;

struct Job {
    chunk: Vec<u8>,
    done: SyncSender<io::Result<Vec<u8>>>,
}

/// Threads that compress, and one thread that writes the results in the order of the chunks.
struct Pool<W: Write + Send + 'static> {
    jobs: Option<Sender<Job>>,
    order: Option<SyncSender<Slot>>,
    /// Empty buffers of finished chunks, for reuse.
    spare: Receiver<Vec<u8>>,
    workers: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<io::Result<HashingWriter<W>>>>,
}

impl<W: Write + Send + 'static> Pool<W> {
    fn start(
        output: HashingWriter<W>,
        compression: Compression,
        threads: usize,
    ) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let (order, slots) = mpsc::sync_channel(2 * threads);
        let (done, spare) = mpsc::channel();
        let mut pool = Self {
            jobs: Some(jobs),
            order: Some(order),
            spare,
            workers: Vec::new(),
            writer: Some(spawn("write", move || write_in_order(output, &slots))?),
        };
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let (queue, done) = (Arc::clone(&queue), done.clone());
            let encoder = compression.encoder()?;
            let worker = spawn("compress", move || work(&queue, encoder, &done))?;
            pool.workers.push(worker);
        }
        Ok(pool)
    }

    /// Queues a chunk; blocks while the queue is full.
    fn submit(&mut self, chunk: Vec<u8>) -> io::Result<()> {
        let (done, slot) = mpsc::sync_channel(1);
        let ordered = self.order.as_ref().is_some_and(|to| to.send(slot).is_ok());
        let job = Job { chunk, done };
        if ordered && self.jobs.as_ref().is_some_and(|to| to.send(job).is_ok()) {
            Ok(())
        } else {
            // The writer has stopped because of an error, which `close` returns.
            Err(self.close().err().unwrap_or_else(lost))
        }
    }

    fn finish(mut self) -> io::Result<HashingWriter<W>> {
        self.close()
    }

    /// Stops all threads and waits for them, so that no thread keeps the output open.
    fn close(&mut self) -> io::Result<HashingWriter<W>> {
        drop((self.jobs.take(), self.order.take()));
        for worker in self.workers.drain(..) {
            // If a worker panicked, the result of its chunk is missing, which the writer reports.
            let _ = worker.join();
        }
        match self.writer.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(lost()),
        }
    }
}

impl<W: Write + Send + 'static> Drop for Pool<W> {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

fn spawn<T: Send + 'static>(
    name: &str,
    body: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    thread::Builder::new().name(name.to_owned()).spawn(body)
}

fn work(queue: &Mutex<Receiver<Job>>, mut encoder: Encoder, spare: &Sender<Vec<u8>>) {
    loop {
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        let Ok(Job { mut chunk, done }) = job else {
            return;
        };
        // After an error, both receivers may be closed.
        let _ = done.send(encoder.encode(&chunk));
        chunk.clear();
        let _ = spare.send(chunk);
    }
}

fn write_in_order<W: Write>(
    mut output: HashingWriter<W>,
    slots: &Receiver<Slot>,
) -> io::Result<HashingWriter<W>> {
    for slot in slots {
        let bytes = slot.recv().map_err(|_| lost())??;
        output.write_all(&bytes)?;
    }
    Ok(output)
}

fn lost() -> io::Error {
    io::Error::other("a compression thread stopped unexpectedly")
}
