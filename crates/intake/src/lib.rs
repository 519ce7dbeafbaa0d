//! Purpose: see the package description.
