//! Purpose: faults on purpose, compiled in only by the feature `broken`: the crash test must be able to find them.

use std::sync::atomic::AtomicBool;

/// An outbox row is confirmed before its request leaves.
pub static RECEIPT_FIRST: AtomicBool = AtomicBool::new(false);
/// What became of a report is written before, and not with, the decision.
pub static MARK_APART: AtomicBool = AtomicBool::new(false);
