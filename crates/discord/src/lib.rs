//! Purpose: see the package description.

pub mod rest;
