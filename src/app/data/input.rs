//! The bytes that a command reads.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::timeout,
};

/// A stream of bytes that may not be silent for too long.
pub struct Input {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    longest_silence: Option<Duration>,
}

impl Input {
    /// Input that may take its time.
    pub fn patient(reader: impl AsyncRead + Send + Unpin + 'static) -> Self {
        Self { reader: Box::new(reader), longest_silence: None }
    }

    /// Input that fails when nothing comes for `longest_silence`.
    pub fn impatient(reader: impl AsyncRead + Send + Unpin + 'static, longest_silence: Duration) -> Self {
        Self { reader: Box::new(reader), longest_silence: Some(longest_silence) }
    }

    /// The next bytes; none at the end.
    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.longest_silence {
            None => self.reader.read(buffer).await,
            Some(longest) => match timeout(longest, self.reader.read(buffer)).await {
                Ok(read) => read,
                Err(_) => {
                    Err(io::Error::new(io::ErrorKind::TimedOut, format!("no input for {} ms", longest.as_millis())))
                }
            },
        }
    }
}
