//! Purpose: the binary: parse the command line, set up logging, run one verb, turn its end into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    siaga::cli::main()
}
