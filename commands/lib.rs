//! Purpose: one slash command per file.
