//! Stories through the edges: real intake, real gateway and REST against the sandbox, people who act by name.

mod harness;

mod rooms;
