//! Purpose: a fault on purpose, compiled in only by the feature `broken`: the crash test must be able to find it.

use std::sync::atomic::AtomicBool;

/// Messages leave without a nonce.
pub static NONCE_OFF: AtomicBool = AtomicBool::new(false);
