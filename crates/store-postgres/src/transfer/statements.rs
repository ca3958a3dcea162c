//! The statements that read and write a table, made from its description.

use jeton_core::store::transfer::{Column, Kind, REVOCATION_END, TABLES, Table};

/// Selects all rows in the order of their keys.
pub(super) fn select(table: &Table) -> String {
    format!("SELECT {} FROM {} ORDER BY {}", values(table), table.name, names(table.key_columns()))
}

/// Selects the rows up to a key, and after another one if `has_start`. The key of the start comes first.
pub(super) fn select_range(table: &Table, has_start: bool) -> String {
    let key = names(table.key_columns());
    let (start, after) = if has_start {
        (format!("({key}) > ({}) AND ", bounds(table, 0)), table.key)
    } else {
        (String::new(), 0)
    };
    let end = bounds(table, after);
    format!("SELECT {} FROM {} WHERE {start}({key}) <= ({end})", values(table), table.name)
}

/// Counts the rows of all tables.
pub(super) fn count() -> String {
    let counts: Vec<_> =
        TABLES.iter().map(|table| format!("(SELECT count(*) FROM {})", table.name)).collect();
    format!("SELECT {}", counts.join(" + "))
}

/// Inserts rows, given as one array for each column.
pub(super) fn insert(table: &Table) -> String {
    let arrays = arrays(table.columns);
    let stored: Vec<_> = table.columns.iter().map(stored).collect();
    let columns = names(table.columns);
    format!(
        "INSERT INTO {} ({columns}) SELECT {} FROM unnest({arrays}) AS r ({columns})",
        table.name,
        stored.join(", ")
    )
}

/// Deletes the rows of keys, given as one array for each column of the key.
pub(super) fn delete(table: &Table) -> String {
    let columns = table.key_columns();
    let conditions: Vec<_> =
        columns.iter().map(|column| format!("t.{0} = {1}", quoted(column), stored(column))).collect();
    format!(
        "DELETE FROM {} t USING unnest({}) AS r ({}) WHERE {}",
        table.name,
        arrays(columns),
        names(columns),
        conditions.join(" AND ")
    )
}

/// Deletes the rows of all tables.
pub(super) fn clear() -> String {
    format!("TRUNCATE {}", all_tables())
}

/// Keeps everyone else from reading and writing.
pub(super) fn lock() -> String {
    format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", all_tables())
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
        format!("EXISTS (SELECT 1 FROM {}{condition})", table.name)
    });
    format!("SELECT {}", found.collect::<Vec<_>>().join(" OR "))
}

/// Moves the sequences past the numbers that are stored, so that none is given twice. None goes back: a rollback
/// brings the replaced rows back, but not the sequences.
pub(super) fn move_sequences() -> String {
    let moved = [("accounts", "id"), ("credentials", "number"), ("keys", "number")].map(|(table, column)| {
        let sequence = format!("pg_get_serial_sequence('{table}', '{column}')");
        // Null if no number was given.
        let last = format!("greatest(max({column}), pg_sequence_last_value({sequence}::regclass))");
        format!("SELECT setval({sequence}, coalesce({last}, 1), {last} IS NOT NULL) FROM {table}")
    });
    moved.join("; ")
}

fn all_tables() -> String {
    TABLES.iter().map(|table| table.name).collect::<Vec<_>>().join(", ")
}

/// The values of a row in types that every store has.
fn values(table: &Table) -> String {
    let value = |column: &Column| {
        let name = quoted(column);
        match column.kind {
            Kind::Integer | Kind::Text | Kind::Bytes => name,
            Kind::Flag => format!("{name}::int::bigint"),
            Kind::Time => format!("floor(extract(epoch FROM {name}))::bigint"),
            Kind::Networks => format!("to_json({name}::text[])::text"),
            Kind::Address => format!("host({name})"),
            Kind::Labels => format!("{name}::text"),
        }
    };
    table.columns.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// The value of a column from a row of arrays.
fn stored(column: &Column) -> String {
    let name = format!("r.{}", quoted(column));
    match column.kind {
        Kind::Integer | Kind::Text | Kind::Bytes => name,
        Kind::Flag => format!("({name} <> 0)"),
        Kind::Time => format!("to_timestamp({name})"),
        Kind::Networks => format!("ARRAY(SELECT json_array_elements_text({name}::json)::cidr)"),
        Kind::Address => format!("{name}::inet"),
        Kind::Labels => format!("{name}::jsonb"),
    }
}

/// The parameters of arrays.
fn arrays(columns: &[Column]) -> String {
    let array = |(index, column): (usize, &Column)| format!("${}::{}[]", index + 1, parameter(column.kind));
    columns.iter().enumerate().map(array).collect::<Vec<_>>().join(", ")
}

/// The parameters of a key, after `before` others.
fn bounds(table: &Table, before: usize) -> String {
    let bound = |(index, column): (usize, &Column)| {
        let value = format!("${}::{}", before + index + 1, parameter(column.kind));
        if column.kind == Kind::Flag { format!("({value} <> 0)") } else { value }
    };
    table.key_columns().iter().enumerate().map(bound).collect::<Vec<_>>().join(", ")
}

fn parameter(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer | Kind::Flag | Kind::Time => "bigint",
        Kind::Text | Kind::Networks | Kind::Address | Kind::Labels => "text",
        Kind::Bytes => "bytea",
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// Some names are keywords.
fn quoted(column: &Column) -> String {
    format!("\"{}\"", column.name)
}
