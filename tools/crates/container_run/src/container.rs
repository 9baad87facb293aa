//! A container: an unpacked image, in which jobs run one after the other.

use std::path::Path;

use blob::Result;
use rootfs::Owners;

use crate::host::{Host, HostResult};
use crate::job::{Job, JobResult};

/// Unpacks the image to a directory, with these owners outside of the namespaces.
type Unpack<'a> = Box<dyn Fn(&Path, Owners) -> Result<()> + 'a>;

/// An unpacked image, and the way in which this machine isolates commands. Its directory is removed in the end, even if
/// the process is killed.
pub struct Container<'a> {
    host: Host,
    unpack: Unpack<'a>,
    /// Whether the kernel may have overlay file systems. Otherwise each job gets its own copy of the image.
    overlay: bool,
    /// Whether no job has written to the unpacked image.
    is_fresh: bool,
}

impl<'a> Container<'a> {
    /// Finds out how this machine can isolate commands, and unpacks the image; the inner error is the reason why it
    /// cannot.
    ///
    /// # Errors
    ///
    /// The directory of the run cannot be created, or the image cannot be unpacked.
    pub fn new(
        unpack: impl Fn(&Path, Owners) -> Result<()> + 'a,
    ) -> Result<std::result::Result<Self, String>> {
        let host = match Host::find()? {
            Ok(host) => host,
            Err(reason) => return Ok(Err(reason)),
        };
        let container = Self {
            host,
            unpack: Box::new(unpack),
            overlay: true,
            is_fresh: true,
        };
        container.unpack()?;
        Ok(Ok(container))
    }

    /// If root in the container is root of this machine, the reason for that. It still has few capabilities.
    pub fn root_warning(&self) -> Option<&'static str> {
        self.host.root_warning()
    }

    /// Runs the commands of a job. The result has the output of the command with the number `output_of`.
    ///
    /// # Errors
    ///
    /// The directory of the run cannot be written, or the image cannot be unpacked again.
    pub fn run(&mut self, job: &Job, output_of: usize) -> Result<JobResult> {
        if self.overlay {
            match self.host.run(job, true, output_of)? {
                HostResult::Done(result) => return Ok(result),
                HostResult::NoOverlay => self.overlay = false,
            }
        }
        if !self.is_fresh {
            self.host.remove_image();
            self.unpack()?;
        }
        self.is_fresh = false;
        match self.host.run(job, false, output_of)? {
            HostResult::Done(result) => Ok(result),
            HostResult::NoOverlay => Ok(JobResult::Refused("cannot mount a root".to_owned())),
        }
    }

    fn unpack(&self) -> Result<()> {
        (self.unpack)(&self.host.image(), self.host.owners())
    }
}
