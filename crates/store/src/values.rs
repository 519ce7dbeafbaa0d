//! Purpose: many rows in one statement, bound as they are: for the statements that every report goes through, where making and
//! reading JSON would be most of the work.

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult};
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

use crate::Result;
use crate::dialect::values;

/// Rows of one statement. Few sizes, so that each is prepared once; places that are left over stay NULL.
const SIZES: [usize; 5] = [1, 4, 16, 64, MOST];
/// Most rows of one statement.
pub(crate) const MOST: usize = 256;

/// A statement over many rows. `before` may have places for values that all rows share and ends where the rows begin; `after` must
/// pass over rows whose first column is NULL.
pub(crate) struct Many {
    pub(crate) before: &'static str,
    pub(crate) columns: usize,
    pub(crate) after: &'static str,
}

/// A statement with its values so far.
pub(crate) type Bound = Query<'static, Sqlite, SqliteArguments>;

impl Many {
    /// Executes it for all rows, in order, [`MOST`] at a time; answers what the last statement said. Nothing for no rows.
    pub(crate) async fn execute<Row>(
        &self,
        connection: &mut SqliteConnection,
        shared: i64,
        rows: impl IntoIterator<Item = Row>,
        bind: impl Fn(Bound, Row) -> Bound,
    ) -> Result<Option<SqliteQueryResult>> {
        let mut rows: Vec<Row> = rows.into_iter().collect();
        let mut last = None;
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(MOST));
            let places = SIZES.into_iter().find(|size| *size >= rows.len()).unwrap_or(MOST);
            let sql = format!("{}{}{}", self.before, values(places, self.columns), self.after);
            // Made of our own texts and a number of places.
            let query = sqlx::query(AssertSqlSafe(sql)).bind(shared);
            let query = rows.into_iter().fold(query, &bind);
            last = Some(query.execute(&mut *connection).await?);
            rows = rest;
        }
        Ok(last)
    }
}
