//! Purpose: faults on purpose, compiled in only by the feature `broken`: the crash test must be able to find them.

use std::sync::atomic::AtomicBool;

/// Messages leave without a nonce.
pub static NONCE_OFF: AtomicBool = AtomicBool::new(false);
/// The last of the incidents that one direct message tells together is not named.
pub static LAST_LINE_LOST: AtomicBool = AtomicBool::new(false);

/// What is told of so many when the last one is forgotten.
pub(crate) fn without_last<T>(all: &[T]) -> &[T] {
    match all {
        [others @ .., _] if LAST_LINE_LOST.load(std::sync::atomic::Ordering::Relaxed) => others,
        all => all,
    }
}
