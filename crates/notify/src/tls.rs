//! Purpose: to tell a server that cannot be reached from one that cannot be trusted: only the first comes back by itself.

use std::error::Error;
use std::io;

/// Whether the other side's TLS was refused: its certificate is not valid for us, or it does not speak TLS at all.
pub(crate) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        // What rustls refuses arrives as this kind, whatever wraps it.
        if io.is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        // An I/O error passes over the error inside it when it is asked for its source.
        cause = match io.and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    false
}
