//! Purpose: lets somebody look at every answer as it came, before anything is made of it.

use std::fmt;
use std::sync::Arc;

use super::route::RouteName;

/// A complete answer as it came.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The route, without ids.
    pub route: RouteName,
    /// The HTTP status.
    pub status: u16,
    /// Names and values of its headers, as far as they are text.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; none when it broke off.
    pub body: Option<&'a [u8]>,
}

/// Called with every answer. Clones share it.
#[derive(Clone)]
pub struct Tap(Arc<dyn Fn(Answered<'_>) + Send + Sync>);

impl Tap {
    /// Calls `look` with every answer; it must be quick.
    pub fn new(look: impl Fn(Answered<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }

    pub(super) fn show(&self, answer: Answered<'_>) {
        (self.0)(answer);
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}
