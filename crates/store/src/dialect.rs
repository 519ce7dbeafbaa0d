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

/// A column of all rows as one JSON text, `[a, ..]`: a row costs more on its way here than in the database.
macro_rules! list {
    ($column:literal) => {
        concat!("json_group_array(", $column, ")")
    };
}

/// Two columns of all rows as one JSON text, `[[a, b], ..]`.
macro_rules! pairs {
    ($first:literal, $second:literal) => {
        concat!("json_group_array(json_array(", $first, ", ", $second, "))")
    };
}

pub(crate) use {field, list, pairs, rows};

/// Rows of places for values: `(VALUES (?, ?), (?, ?)) m` with the columns `column1`, `column2`, .. Places without a number: SQLite
/// looks numbered ones up one by one.
pub(crate) fn values(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("(VALUES {}) m", vec![row; rows].join(", "))
}
