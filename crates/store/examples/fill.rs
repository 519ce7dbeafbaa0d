//! Purpose: makes a long history out of a short one: `fill DATABASE COPIES` copies everything a bot wrote about its incidents, so
//! many times. `scripts/bench start` needs databases that would take a bot hours to write.
//!
//! Copies are the bot's own rows under new numbers: in every text the mark `c0de0000`, which the alerts carry in their service and
//! fingerprint, becomes the number of the copy. Which tables and columns there are is asked of the database.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::panic, reason = "a program for a terminal")]

use std::time::Instant;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};

/// What the alerts of the history carry in texts that must differ.
const MARK: &str = "c0de0000";
/// The mark of copy `k`.
const MARK_OF_COPY: &str = "'c0de' || printf('%04x', k)";
/// Copies that the mark can tell apart.
const MOST_COPIES: u32 = 0xffff;
/// Apart from its neighbor's, an id of Discord in a copy.
const IDS_APART: u32 = 1_000_003;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (path, copies) = (arguments.next().expect("a database"), arguments.next().expect("how many copies"));
    let copies: u32 = copies.parse().expect("how many copies");
    assert!((1..=MOST_COPIES).contains(&copies), "1 to {MOST_COPIES} copies");
    let began = Instant::now();
    // What is half done after a power cut is thrown away with the whole file.
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-262144")
        .foreign_keys(false);
    let mut db = options.connect().await.unwrap();
    let waiting = "SELECT (SELECT COUNT(*) FROM journal WHERE outcome IS NULL) + (SELECT COUNT(*) FROM outbox WHERE state IN ('planned', 'sent'))";
    let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&mut db).await.unwrap();
    assert_eq!(waiting, 0, "something still waits in the database");
    let stride: i64 = sqlx::query_scalar("SELECT MAX(number) FROM incidents").fetch_one(&mut db).await.unwrap();
    run(&mut db, "BEGIN").await;
    // The words first: a trigger would write the title of an incident that has none.
    words(&mut db, copies, stride).await;
    for table in tables(&mut db).await {
        table.copy(&mut db, copies, stride).await;
    }
    run(&mut db, "COMMIT").await;
    run(&mut db, "ANALYZE sqlite_schema").await;
    run(&mut db, "PRAGMA journal_mode = WAL").await;
    let counts =
        "SELECT (SELECT COUNT(*) FROM incidents), (SELECT COUNT(*) FROM alerts), (SELECT COUNT(*) FROM journal)";
    let (incidents, alerts, reports): (i64, i64, i64) = sqlx::query_as(counts).fetch_one(&mut db).await.unwrap();
    let seconds = began.elapsed().as_secs();
    eprintln!("  {incidents} incidents, {alerts} alerts, {reports} reports stored; filled in {seconds} s");
}

/// A table with rows about incidents.
struct Table {
    name: String,
    /// Name and type of each column that is copied.
    columns: Vec<(String, String)>,
    /// The column with the incident's number.
    number: &'static str,
}

/// All of them.
async fn tables(db: &mut SqliteConnection) -> Vec<Table> {
    let names =
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *db).await.unwrap();
    let mut tables = Vec::new();
    for name in names {
        let columns = "SELECT name, type, pk FROM pragma_table_info($1)";
        let mut columns: Vec<(String, String, i64)> =
            sqlx::query_as(columns).bind(&name).fetch_all(&mut *db).await.unwrap();
        let number = if name == "incidents" { "number" } else { "incident" };
        if !columns.iter().any(|(column, ..)| column == number) {
            continue;
        }
        // The database gives them.
        columns.retain(|(column, kind, pk)| !(column == "id" && kind == "INTEGER" && *pk == 1));
        let columns = columns.into_iter().map(|(column, kind, _)| (column, kind)).collect();
        tables.push(Table { name, columns, number });
    }
    tables
}

impl Table {
    async fn copy(&self, db: &mut SqliteConnection, copies: u32, stride: i64) {
        let Self { name, columns, number } = self;
        let expressions: Vec<String> =
            columns.iter().map(|(column, kind)| self.expression(column, kind, stride)).collect();
        let columns: Vec<&str> = columns.iter().map(|(column, _)| column.as_str()).collect();
        // A statement that reads the table it writes would first copy everything aside.
        run(db, &format!("CREATE TEMP TABLE history AS SELECT * FROM main.{name} WHERE {number} IS NOT NULL")).await;
        run(
            db,
            &format!(
                "INSERT INTO main.{name} ({}) SELECT {} FROM {} CROSS JOIN temp.history h",
                columns.join(", "),
                expressions.join(", "),
                each_copy(copies)
            ),
        )
        .await;
        run(db, "DROP TABLE temp.history").await;
    }

    /// What a copy has in this column.
    fn expression(&self, column: &str, kind: &str, stride: i64) -> String {
        match (column, kind) {
            (column, _) if column == self.number || column == "merged_into" => format!("h.{column} + k * {stride}"),
            ("channel" | "message", "INTEGER") => format!("h.{column} + k * {IDS_APART}"),
            // Keys name the incident by its number, and must differ.
            ("key", "TEXT") if self.name == "outbox" => "h.key || ':' || k".to_owned(),
            (_, "TEXT") => replaced(column),
            _ => format!("h.{column}"),
        }
    }
}

/// The words of incidents, which have the incident's number as their row number.
async fn words(db: &mut SqliteConnection, copies: u32, stride: i64) {
    let columns = ["title", "service", "impact", "fixed", "cause", "notes"];
    run(db, "CREATE TEMP TABLE history AS SELECT rowid AS number, * FROM main.incident_search").await;
    run(
        db,
        &format!(
            "INSERT INTO main.incident_search (rowid, {}) SELECT h.number + k * {stride}, {} FROM {} CROSS JOIN temp.history h",
            columns.join(", "),
            columns.map(replaced).join(", "),
            each_copy(copies)
        ),
    )
    .await;
    run(db, "DROP TABLE temp.history").await;
}

fn replaced(column: &str) -> String {
    format!("replace(h.{column}, '{MARK}', {MARK_OF_COPY})")
}

fn each_copy(copies: u32) -> String {
    format!(
        "(WITH RECURSIVE copy (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {copies}) SELECT k FROM copy)"
    )
}

async fn run(db: &mut SqliteConnection, sql: &str) {
    if let Err(error) = sqlx::query(AssertSqlSafe(sql)).execute(db).await {
        panic!("{error} in {sql}");
    }
}
