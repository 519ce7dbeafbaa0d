//! Purpose: how frames look on the wire: text, one zlib stream per connection, or single zlib payloads.

use axum::extract::ws::{Message, Utf8Bytes};
use flate2::{Compress, Compression, FlushCompress, Status};

/// Single payloads below this stay text: the documentation compresses "some events", and small ones do not gain.
const WORTH_IT: usize = 4_096;

/// What a connection compresses with. Source: Discord docs, "Gateway: Encoding and Compression".
pub(crate) enum Wire {
    /// No transport compression. The flag: the client asked in Identify for compressed payloads.
    Text { payloads: bool },
    /// `compress=zlib-stream`: one context for the whole connection, every message flushed to `00 00 ff ff`.
    Stream(Box<Compress>),
}

impl Wire {
    /// By the `compress` of the address. Unknown names mean text, which every client accepts.
    pub(crate) fn new(compress: Option<&str>) -> Self {
        match compress {
            Some("zlib-stream") => Self::Stream(Box::new(Compress::new(Compression::fast(), true))),
            Some(_) | None => Self::Text { payloads: false },
        }
    }

    /// Identify said `compress: true`; it counts only without transport compression.
    pub(crate) fn compress_payloads(&mut self) {
        if let Self::Text { payloads } = self {
            *payloads = true;
        }
    }

    /// The frame as it is sent.
    pub(crate) fn pack(&mut self, frame: Utf8Bytes) -> Message {
        match self {
            Self::Stream(stream) => Message::Binary(squeeze(stream, frame.as_bytes(), FlushCompress::Sync).into()),
            Self::Text { payloads: true } if frame.len() >= WORTH_IT => {
                let mut single = Compress::new(Compression::fast(), true);
                Message::Binary(squeeze(&mut single, frame.as_bytes(), FlushCompress::Finish).into())
            }
            Self::Text { .. } => Message::Text(frame),
        }
    }
}

/// Everything of `input`, compressed and flushed. A flush is complete once it leaves room in the output.
fn squeeze(with: &mut Compress, input: &[u8], flush: FlushCompress) -> Vec<u8> {
    let (begun, mut out) = (with.total_in(), Vec::with_capacity(input.len() / 2 + 64));
    loop {
        let taken = usize::try_from(with.total_in() - begun).unwrap_or(input.len());
        let status = with.compress_vec(input.get(taken..).unwrap_or_default(), &mut out, flush);
        if !matches!(status, Ok(Status::Ok | Status::BufError))
            || (flush != FlushCompress::Finish && out.len() < out.capacity())
        {
            return out;
        }
        out.reserve(out.capacity());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use flate2::{Decompress, FlushDecompress};

    use super::*;

    fn bytes(message: Message) -> Vec<u8> {
        match message {
            Message::Binary(bytes) => bytes.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    /// Texts of many lengths, some that do not compress.
    fn frames() -> Vec<String> {
        let mut number = 7_u64;
        let mut noise = || {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b' ' + u8::try_from(number >> 57).unwrap() % 90)
        };
        (0..60).map(|length| (0..length * length * 8 + 1).map(|_| noise()).collect()).collect()
    }

    #[test]
    fn a_stream_has_one_context_and_every_message_ends_in_a_flush() {
        let (mut wire, mut reader) = (Wire::new(Some("zlib-stream")), Decompress::new(true));
        for frame in frames() {
            let packed = bytes(wire.pack(frame.clone().into()));
            assert_eq!(packed[packed.len() - 4..], [0, 0, 0xff, 0xff]);
            let mut out = Vec::with_capacity(frame.len() + 64);
            reader.decompress_vec(&packed, &mut out, FlushDecompress::Sync).unwrap();
            assert_eq!(out, frame.as_bytes());
        }
    }

    #[test]
    fn single_payloads_stand_alone_and_small_ones_stay_text() {
        let mut wire = Wire::new(None);
        wire.compress_payloads();
        for frame in frames() {
            match wire.pack(frame.clone().into()) {
                Message::Text(text) => assert!(text.len() < WORTH_IT),
                other => {
                    let mut out = Vec::with_capacity(frame.len() + 64);
                    let status =
                        Decompress::new(true).decompress_vec(&bytes(other), &mut out, FlushDecompress::Finish).unwrap();
                    assert_eq!((status, out.as_slice()), (Status::StreamEnd, frame.as_bytes()));
                }
            }
        }
    }
}
