//! Purpose: many rows of one statement as one JSON parameter, so that a transaction has few statements whatever its size.

use serde_json::Value;
use sqlx::{Sqlite, Transaction};

use crate::Result;

/// Statements with their rows, written down before the transaction begins: others wait for it.
#[derive(Debug, Default)]
pub(crate) struct Bulk(Vec<(&'static str, String, Vec<i64>)>);

impl Bulk {
    /// Adds a statement: its first parameter is the rows, `more` the others. Nothing for no rows.
    pub(crate) fn add<'a>(
        &mut self,
        sql: &'static str,
        rows: impl IntoIterator<Item = &'a Value>,
        more: &[i64],
    ) -> Result<()> {
        let rows: Vec<&Value> = rows.into_iter().collect();
        if !rows.is_empty() {
            self.0.push((sql, crate::encode(&rows)?, more.to_vec()));
        }
        Ok(())
    }

    /// Executes all of them, in order.
    pub(crate) async fn execute(self, tx: &mut Transaction<'_, Sqlite>) -> Result<()> {
        for (sql, rows, more) in self.0 {
            let query = more.into_iter().fold(sqlx::query(sql).bind(rows), |query, value| query.bind(value));
            query.execute(&mut **tx).await?;
        }
        Ok(())
    }
}
