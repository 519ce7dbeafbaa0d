//! Purpose: the composition root.
