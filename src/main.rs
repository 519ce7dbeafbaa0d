//! Purpose: the binary.
fn main() {}
