//! Purpose: write points: the moments around everything that becomes durable, as ordinary tracing events of one target. A build
//! with the feature `crash-points` can die at each of them; for all others they cost one comparison.

/// Tells that something is about to be, or has just been, written.
macro_rules! write_point {
    ($point:literal) => {
        tracing::trace!(target: "siaga::write_point", point = $point)
    };
    ($point:literal, $of:expr) => {
        tracing::trace!(target: "siaga::write_point", point = $point, of = $of)
    };
}

pub(crate) use write_point;
