//! Purpose: the texts that differ between engines. SQLite for now; PostgreSQL gets its own column here.

/// Rows of a JSON array parameter: the table function that yields one row per element in `value`.
macro_rules! rows {
    () => {
        "json_each($1) r"
    };
}

/// One field of an element of [`rows!`].
macro_rules! field {
    ($name:literal) => {
        concat!("r.value ->> '", $name, "'")
    };
}

pub(crate) use {field, rows};
