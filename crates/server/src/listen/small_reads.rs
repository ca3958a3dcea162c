//! Limits how much is read from a peer at once.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf, Take};

/// Reads at most [`MAX_READ`] bytes at a time. hyper doubles the buffer of a connection whenever a read fills it, and
/// keeps it, so a peer could choose how much memory its connection takes.
#[derive(Debug)]
pub(super) struct SmallReads<S>(Take<S>);

impl<S: AsyncRead> SmallReads<S> {
    pub(super) fn new(stream: S) -> Self {
        Self(stream.take(MAX_READ))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for SmallReads<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.set_limit(MAX_READ);
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for SmallReads<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.0.get_mut()).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.get_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.get_mut()).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.0.get_mut()).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.get_ref().is_write_vectored()
    }
}

/// Less than hyper's smallest buffer, and more than the usual request.
const MAX_READ: u64 = 4 * 1024;

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn no_read_is_larger_than_4_kib_and_all_of_the_input_is_read() {
        let input: Vec<u8> = (0..=u8::MAX).cycle().take(10_000).collect();
        let (mut reads, mut seen) = (SmallReads::new(&*input), Vec::new());
        let mut sizes = Vec::new();
        loop {
            let before = seen.len();
            if reads.read_buf(&mut seen).await.unwrap() == 0 {
                break;
            }
            sizes.push(seen.len() - before);
            seen.reserve(16_384);
        }
        assert_eq!(seen, input);
        assert!(sizes.iter().all(|size| *size <= 4_096), "{sizes:?}");
    }
}
