//! Purpose: compile anew when a file of words is added or renamed; changed ones are noticed anyway.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=locales");
}
