//! The statements that read and write a table, made from its description.

use jeton_core::store::transfer::{Column, REVOCATION_END, TABLES, Table};

/// Selects all rows in the order of their keys.
pub(super) fn select(table: &Table) -> String {
    let key = names(table.key_columns());
    format!("SELECT {} FROM {} ORDER BY {key}", names(table.columns), rows_of(table))
}

/// Selects the rows up to a key, and after another one if `has_start`. The key of the start comes first.
pub(super) fn select_range(table: &Table, has_start: bool) -> String {
    let key = names(table.key_columns());
    let values = placeholders(table.key);
    let start = if has_start { format!("({key}) > ({values}) AND ") } else { String::new() };
    format!("SELECT {} FROM {} WHERE {start}({key}) <= ({values})", names(table.columns), rows_of(table))
}

/// Counts the rows of all tables.
pub(super) fn count() -> String {
    let counts: Vec<_> =
        TABLES.iter().map(|table| format!("(SELECT count(*) FROM {})", rows_of(table))).collect();
    format!("SELECT {}", counts.join(" + "))
}

/// Inserts a row. `sqlite_sequence` has no unique key: clear it first.
pub(super) fn insert(table: &Table) -> String {
    if table.name == REVOCATION_END {
        return "INSERT INTO sqlite_sequence (name, seq) SELECT 'revocations', ?2 WHERE ?1".to_owned();
    }
    let values = placeholders(table.columns.len());
    format!("INSERT INTO {} ({}) VALUES ({values})", table.name, names(table.columns))
}

/// Deletes the row of a key.
pub(super) fn delete(table: &Table) -> String {
    if table.name == REVOCATION_END {
        return "DELETE FROM sqlite_sequence WHERE name = 'revocations' AND ?1".to_owned();
    }
    let conditions: Vec<_> =
        table.key_columns().iter().map(|column| format!("{} = ?", quoted(column))).collect();
    format!("DELETE FROM {} WHERE {}", table.name, conditions.join(" AND "))
}

/// Deletes all rows.
pub(super) fn clear(table: &Table) -> String {
    if table.name == REVOCATION_END {
        return "DELETE FROM sqlite_sequence WHERE name = 'revocations'".to_owned();
    }
    format!("DELETE FROM {}", table.name)
}

/// Selects whether a database has more than the rows of a new one.
pub(super) fn has_data() -> String {
    let found = TABLES.iter().map(|table| {
        let condition = match table.name {
            "regions" => " WHERE epoch <> 0 OR master_key_check IS NOT NULL",
            "tenants" => " WHERE name <> 'default' OR version <> 1",
            REVOCATION_END => " WHERE number <> 0",
            _ => "",
        };
        format!("EXISTS (SELECT 1 FROM {}{condition})", rows_of(table))
    });
    format!("SELECT {}", found.collect::<Vec<_>>().join(" OR "))
}

/// The table, or what takes its place: `SQLite` itself keeps the last number of a revocation.
fn rows_of(table: &Table) -> &'static str {
    match table.name {
        REVOCATION_END => {
            "(SELECT 1 AS only_row,
                     coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'revocations'), 0) AS number)"
        }
        name => name,
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// Some names are keywords.
fn quoted(column: &Column) -> String {
    format!("\"{}\"", column.name)
}

fn placeholders(count: usize) -> String {
    vec!["?"; count].join(", ")
}
