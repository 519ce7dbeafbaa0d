//! Purpose: whom a request comes from: the address of its connection, or what a proxy we know says of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};

use crate::door::Place;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who is at the other end of a connection; an extension of each request over it.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) peer: IpAddr,
    pub(crate) place: Arc<Place>,
}

/// The address a request comes from. Only a proxy may say that it is another's: each proxy writes whom it got the request
/// from at the end of `X-Forwarded-For`, and everything before that may be the sender's invention. So it is read from the
/// right as long as proxies wrote it, and what is no address ends the reading: the last one that is certain counts.
/// (Reading from the left is the mistake of many: github.com/everruns/everruns/issues/2643.)
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_proxy(client) {
        match hops.next().map(str::trim) {
            Some("") => {}
            Some(hop) => match address(hop) {
                Some(address) => client = address,
                None => break,
            },
            None => break,
        }
    }
    client
}

/// Some proxies write the port, too: `192.0.2.1:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]`.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse::<IpAddr>().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{FORWARDED_FOR, IpAddr, client};

    fn read(peer: &str, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
        }
        let is_proxy = |address: IpAddr| {
            let text = address.to_string();
            text == "127.0.0.1" || text.starts_with("10.") || text.starts_with("fd00:")
        };
        client(peer.parse().unwrap(), &headers, is_proxy).to_string()
    }

    #[test]
    fn strangers_say_nothing_about_who_they_are() {
        assert_eq!(read("192.0.2.7", &[b"198.51.100.1"]), "192.0.2.7");
        assert_eq!(read("192.0.2.7", &[b"127.0.0.1"]), "192.0.2.7");
        assert_eq!(read("::ffff:192.0.2.7", &[]), "192.0.2.7");
    }

    #[test]
    fn the_rightmost_hop_that_is_no_proxy_counts() {
        assert_eq!(read("127.0.0.1", &[b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(read("127.0.0.1", &[b"6.6.6.6, 198.51.100.1, 10.0.0.9"]), "198.51.100.1");
        assert_eq!(read("127.0.0.1", &[b"6.6.6.6", b"198.51.100.1,10.0.0.9"]), "198.51.100.1", "lines are one list");
        assert_eq!(read("fd00::1", &[b"2001:db8::5"]), "2001:db8::5");
        assert_eq!(read("::ffff:127.0.0.1", &[b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(read("127.0.0.1", &[b"10.0.0.3, 10.0.0.9"]), "10.0.0.3", "all of them proxies: the first");
        assert_eq!(read("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn ports_and_brackets_are_read_over() {
        assert_eq!(read("127.0.0.1", &[b"198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(read("127.0.0.1", &[b"[2001:db8::5]:4711"]), "2001:db8::5");
        assert_eq!(read("127.0.0.1", &[b"[2001:db8::5]"]), "2001:db8::5");
        assert_eq!(read("127.0.0.1", &[b"198.51.100.1, 10.0.0.9:80"]), "198.51.100.1");
    }

    #[test]
    fn what_is_no_address_is_believed_by_nobody() {
        for bad in ["unknown", "localhost", "198.51.100.1, evil", "198.51.100.1;", "_hidden", "1.2.3", "9.9.9.9.9"] {
            assert_eq!(read("127.0.0.1", &[bad.as_bytes()]), "127.0.0.1", "{bad}");
        }
        assert_eq!(read("127.0.0.1", &[b"198.51.100.1, \xff"]), "127.0.0.1");
        assert_eq!(read("127.0.0.1", &[b"198.51.100.1, , ,"]), "198.51.100.1", "empty places say nothing");
    }
}
