//! Purpose: what a sender that showed its key sends, read whole and made text: compressed, as a form, in another encoding.
//!
//! What cannot be made text this way is handed on as it is: the reader of it shows it as an unmapped alert. Only what is too
//! large, too slow or broken off is refused.

use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;

/// Largest body of an intake we take, in bytes, also after it was unpacked. Alertmanager does not send again what was refused for
/// its size, and 2,500 alerts with long texts are 2 MB.
pub const BODY_BYTES: usize = 16 * 1024 * 1024;

/// Largest body of a heartbeat that is looked at, in bytes.
pub(crate) const BEAT_BYTES: usize = 1024 * 1024;

/// From this size on a body waits for the place of large bodies: there is one, so that many large bodies at once take no more
/// memory than one.
const LARGE_FROM: usize = 1024 * 1024;

/// How much of a body that is too large is read and thrown away, as a multiple of what is taken: a sender that is still writing
/// would not see our answer. A larger one has its connection closed.
const DISCARDED: usize = 2;

/// The place of large bodies.
static LARGE: Semaphore = Semaphore::const_new(1);

/// Why a body was not read.
pub(crate) enum Unread {
    BrokenOff,
    TooLarge,
    TooSlow,
    /// Other large bodies are being worked on.
    Busy,
}

/// A body, with the place it takes while it is worked on.
pub(crate) struct Whole {
    pub(crate) bytes: Bytes,
    _large: Option<tokio::sync::SemaphorePermit<'static>>,
}

/// Reads a body whole: at most `limit` bytes, within `at_most`.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: usize, at_most: Duration) -> Result<Whole, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let discarded = limit.saturating_mul(DISCARDED);
    if announced.is_some_and(|length| length > discarded) {
        return Err(Unread::TooLarge);
    }
    let waits = AtomicBool::new(false);
    let reading = async {
        let mut large = None;
        let mut kept = Vec::with_capacity(announced.unwrap_or(0).min(LARGE_FROM));
        let mut seen_bytes: usize = 0;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Unread::BrokenOff)?;
            seen_bytes = seen_bytes.saturating_add(chunk.len());
            if seen_bytes > discarded {
                break;
            }
            if seen_bytes > limit {
                kept = Vec::new();
                continue;
            }
            if seen_bytes > LARGE_FROM && large.is_none() {
                waits.store(true, Ordering::Relaxed);
                large = LARGE.acquire().await.ok();
                waits.store(false, Ordering::Relaxed);
            }
            kept.extend_from_slice(&chunk);
        }
        if seen_bytes > limit {
            return Err(Unread::TooLarge);
        }
        Ok(Whole { bytes: Bytes::from(kept), _large: large })
    };
    let read = tokio::time::timeout(at_most, reading).await;
    read.unwrap_or(Err(if waits.load(Ordering::Relaxed) { Unread::Busy } else { Unread::TooSlow }))
}

impl Whole {
    /// The same, unpacked and as the text that was meant.
    pub(crate) async fn into_text(mut self, headers: &HeaderMap) -> Result<Self, Unread> {
        self.bytes = unpacked(headers, self.bytes)?;
        if let Some(form) = form(headers, &self.bytes).await {
            self.bytes = form;
        } else if let Some(text) = in_utf8(headers, &self.bytes) {
            self.bytes = text;
        }
        Ok(self)
    }
}

fn unpacked(headers: &HeaderMap, packed: Bytes) -> Result<Bytes, Unread> {
    let encoding =
        headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let limit = BODY_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    // Senders that pack what they send forget to say so; no text begins like this.
    let is_packed = packed.starts_with(&[0x1f, 0x8b, 0x08]);
    let read = if is_packed || encoding.eq_ignore_ascii_case("gzip") || encoding.eq_ignore_ascii_case("x-gzip") {
        flate2::read::GzDecoder::new(packed.as_ref()).take(limit).read_to_end(&mut bytes)
    } else if encoding.eq_ignore_ascii_case("deflate") {
        let read = flate2::read::ZlibDecoder::new(packed.as_ref()).take(limit).read_to_end(&mut bytes);
        // RFC 9110 names zlib's format, and many senders leave its frame out.
        read.or_else(|error| {
            if !bytes.is_empty() {
                return Err(error);
            }
            flate2::read::DeflateDecoder::new(packed.as_ref()).take(limit).read_to_end(&mut bytes)
        })
    } else {
        return Ok(packed);
    };
    if bytes.len() > BODY_BYTES {
        return Err(Unread::TooLarge);
    }
    // Of a body that was cut off the part that can be unpacked is shown; what cannot be unpacked at all as it came.
    Ok(if read.is_ok() || !bytes.is_empty() { Bytes::from(bytes) } else { packed })
}

/// The fields of a form as JSON; none when it is no form.
async fn form(headers: &HeaderMap, bytes: &Bytes) -> Option<Bytes> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let fields = if kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        // Senders whose template is JSON often forget to say so, and this is what their library says then.
        let json = bytes.trim_ascii_start().first().is_some_and(|first| matches!(first, b'{' | b'['));
        if json {
            return None;
        }
        fields_of(headers, bytes)
    } else {
        multipart(&multer::parse_boundary(kind).ok()?, bytes.clone()).await?
    };
    (!fields.is_empty()).then(|| Bytes::from(intake::form(&fields)))
}

/// The fields of a form in an address's encoding. Its letters are UTF-8, or the encoding that the sender names: without that, what
/// is no UTF-8 is what Western programs write.
fn fields_of(headers: &HeaderMap, bytes: &Bytes) -> Vec<(String, String)> {
    let named = named_encoding(headers).filter(|encoding| *encoding != encoding_rs::UTF_8);
    let letters = |part: &[u8]| {
        let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        let bytes = percent_encoding::percent_decode(&spaced).collect::<Vec<u8>>();
        let text = String::from_utf8(bytes);
        match (text, named) {
            (Ok(text), None) => text,
            (Ok(text), Some(encoding)) => encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned(),
            (Err(other), named) => {
                let encoding = named.unwrap_or(encoding_rs::WINDOWS_1252);
                encoding.decode_without_bom_handling(other.as_bytes()).0.into_owned()
            }
        }
    };
    let parts = bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let at = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
            (letters(&part[..at]), letters(part.get(at + 1..).unwrap_or_default()))
        })
        .collect()
}

async fn multipart(boundary: &str, bytes: Bytes) -> Option<Vec<(String, String)>> {
    let whole = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(bytes) });
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name().or(part.file_name()).unwrap_or_default().to_owned();
        fields.push((name, part.text().await.ok()?));
    }
    Some(fields)
}

/// A text of another encoding in UTF-8; none when it is UTF-8 already, or nobody says what it is.
fn in_utf8(headers: &HeaderMap, bytes: &Bytes) -> Option<Bytes> {
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked
        .or_else(|| without_mark(bytes))
        .or_else(|| named_encoding(headers))
        .filter(|encoding| *encoding != encoding_rs::UTF_8)?;
    let (text, _, wrong) = encoding.decode(bytes);
    (!wrong).then(|| Bytes::from(text.into_owned().into_bytes()))
}

/// The encoding that a sender names.
fn named_encoding(headers: &HeaderMap) -> Option<&'static encoding_rs::Encoding> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let charset = kind
        .split(';')
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    encoding_rs::Encoding::for_label(charset?.1.trim().trim_matches('"').as_bytes())
}

/// UTF-16 without a mark, as Windows' tools write it: every second byte of the letters of JSON is zero, and no other text begins so.
fn without_mark(bytes: &Bytes) -> Option<&'static encoding_rs::Encoding> {
    match bytes.get(..4)? {
        [first, 0, second, 0] if *first != 0 && *second != 0 => Some(encoding_rs::UTF_16LE),
        [0, first, 0, second] if *first != 0 && *second != 0 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Write as _;

    use super::*;

    async fn text(headers: &[(header::HeaderName, &str)], bytes: &[u8]) -> Option<String> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        let whole = Whole { bytes: Bytes::copy_from_slice(bytes), _large: None };
        let read = whole.into_text(&headers).await.ok()?;
        Some(String::from_utf8_lossy(&read.bytes).into_owned())
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_or_never_ends_is_refused_whole() {
        let began = || futures_util::stream::iter([Ok(Bytes::from_static(b"{\"alerts\": ["))]);
        let broken = began().chain(futures_util::stream::iter([Err(std::io::Error::other("the connection is gone"))]));
        let within = Duration::from_secs(30);
        let read_now = read(&HeaderMap::new(), Body::from_stream(broken), BODY_BYTES, within).await;
        assert!(matches!(read_now, Err(Unread::BrokenOff)));
        let endless = began().chain(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let read_now = read(&HeaderMap::new(), Body::from_stream(endless), BODY_BYTES, Duration::from_millis(20)).await;
        assert!(matches!(read_now, Err(Unread::TooSlow)));
    }

    #[tokio::test]
    async fn forms_encodings_and_packed_bodies_become_the_text_that_was_meant() {
        let kind = |kind| [(header::CONTENT_TYPE, kind)];
        let kuma = "--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"msg\":\"down\"}\r\n--x--\r\n";
        assert_eq!(text(&kind("multipart/form-data; boundary=x"), kuma.as_bytes()).await.unwrap(), r#"{"msg":"down"}"#);
        let cut = &kuma.as_bytes()[..kuma.len() - 9];
        assert_eq!(text(&kind("multipart/form-data; boundary=x"), cut).await.unwrap().as_bytes(), cut);
        let form = kind("application/x-www-form-urlencoded; charset=utf-8");
        assert_eq!(text(&form, b"check=db&state=is+down%21").await.unwrap(), r#"{"check":"db","state":"is down!"}"#);
        assert_eq!(text(&form, b" {\"a\": 1}").await.unwrap(), " {\"a\": 1}");
        let latin = kind("application/x-www-form-urlencoded; charset=iso-8859-1");
        assert_eq!(text(&latin, b"check=caf%E9+x").await.unwrap(), "{\"check\":\"café x\"}");
        let unnamed = kind("application/x-www-form-urlencoded");
        assert_eq!(
            text(&unnamed, b"check=caf%E9&x=%C3%A9&&y").await.unwrap(),
            "{\"check\":\"café\",\"x\":\"é\",\"y\":\"\"}"
        );
        assert_eq!(text(&kind("text/plain; charset=\"ISO-8859-1\""), b"caf\xe9").await.unwrap(), "café");
        assert_eq!(text(&[], b"\xff\xfe{\0}\0").await.unwrap(), "{}");
        assert_eq!(text(&[], b"{\0}\0").await.unwrap(), "{}");
        assert_eq!(text(&kind("application/json; charset=utf-8"), b"\0{\0}").await.unwrap(), "{}");
        assert_eq!(text(&kind("application/json; charset=utf-16"), b"\0{\0}").await.unwrap(), "{}");
        assert_eq!(text(&kind("application/json; charset=none"), b"{}").await.unwrap(), "{}");

        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"{\"a\":1}").unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(text(&[(header::CONTENT_ENCODING, "gzip")], &packed).await.unwrap(), "{\"a\":1}");
        assert_eq!(text(&[], &packed).await.unwrap(), "{\"a\":1}");
        assert_eq!(text(&[(header::CONTENT_ENCODING, "gzip")], b"not packed").await.unwrap(), "not packed");
        assert_eq!(text(&[], &packed[..packed.len() - 8]).await.unwrap(), "{\"a\":1}");
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"{\"a\":1}").unwrap();
        let bare = packer.finish().unwrap();
        assert_eq!(text(&[(header::CONTENT_ENCODING, "deflate")], &bare).await.unwrap(), "{\"a\":1}");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![b' '; BODY_BYTES + 1]).unwrap();
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 200_000 && text(&[(header::CONTENT_ENCODING, "gzip")], &bomb).await.is_none());
    }
}
