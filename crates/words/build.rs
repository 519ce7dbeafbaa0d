//! Purpose: compile anew when a file of words is added or renamed; changed ones are noticed anyway.

fn main() {
    println!("cargo::rerun-if-changed=locales");
}
