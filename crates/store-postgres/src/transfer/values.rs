//! Converts the values of rows between the forms of a copy and of sqlx.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use jeton_core::model::Timestamp;
use jeton_core::store::transfer::{Column, Kind, Row, Table, Value};
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Row as _};

use crate::times::in_range;

/// A statement with the arrays of these columns as its parameters. The rows have these columns first.
pub(super) fn with_arrays(
    sql: String,
    columns: &[Column],
    rows: Vec<Row>,
) -> Query<'static, Postgres, PgArguments> {
    let mut arrays: Vec<Array> = columns.iter().map(|column| Array::of(column.kind, rows.len())).collect();
    for row in rows {
        for (array, value) in arrays.iter_mut().zip(row) {
            array.push(value);
        }
    }
    let statement = sqlx::query(AssertSqlSafe(sql));
    arrays.into_iter().fold(statement, |statement, array| match array {
        Array::Integers(values) | Array::Times(values) => statement.bind(values),
        Array::Texts(values) => statement.bind(values),
        Array::Bytes(values) => statement.bind(values),
    })
}

/// A statement with single values as its parameters.
pub(super) fn with_values(sql: String, values: &[Value]) -> Query<'static, Postgres, PgArguments> {
    let statement = sqlx::query(AssertSqlSafe(sql));
    values.iter().cloned().fold(statement, |statement, value| match value {
        Value::Integer(number) => statement.bind(number),
        Value::Text(text) => statement.bind(text),
        Value::Bytes(bytes) => statement.bind(bytes),
        Value::Null => statement.bind(None::<String>),
    })
}

enum Array {
    Integers(Vec<Option<i64>>),
    Times(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Array {
    fn of(kind: Kind, length: usize) -> Self {
        match kind {
            Kind::Integer | Kind::Flag => Self::Integers(Vec::with_capacity(length)),
            Kind::Time => Self::Times(Vec::with_capacity(length)),
            Kind::Text | Kind::Networks | Kind::Address | Kind::Labels => {
                Self::Texts(Vec::with_capacity(length))
            }
            Kind::Bytes => Self::Bytes(Vec::with_capacity(length)),
        }
    }

    /// A value of another kind becomes no value, which a required column refuses.
    fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Integers(values), Value::Integer(number)) => values.push(Some(number)),
            (Self::Times(values), Value::Integer(seconds)) => {
                values.push(Some(in_range(Timestamp::from_unix(seconds))));
            }
            (Self::Texts(values), Value::Text(text)) => values.push(Some(text)),
            (Self::Bytes(values), Value::Bytes(bytes)) => values.push(Some(bytes)),
            (Self::Integers(values) | Self::Times(values), _) => values.push(None),
            (Self::Texts(values), _) => values.push(None),
            (Self::Bytes(values), _) => values.push(None),
        }
    }
}

/// The values of a row, as another store would keep them.
pub(super) fn row_of(table: &Table, row: &PgRow) -> Result<Row, sqlx::Error> {
    let value = |(index, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Integer | Kind::Flag | Kind::Time => {
                row.try_get::<Option<i64>, _>(index)?.map_or(Value::Null, Value::Integer)
            }
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map_or(Value::Null, Value::Bytes),
            kind @ (Kind::Text | Kind::Networks | Kind::Address | Kind::Labels) => {
                match row.try_get::<Option<String>, _>(index)? {
                    Some(text) => Value::Text(in_common_form(kind, text)?),
                    None => Value::Null,
                }
            }
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}

/// The server writes JSON and addresses in another way than Jeton does.
fn in_common_form(kind: Kind, text: String) -> Result<String, sqlx::Error> {
    fn decoded<T>(
        result: Result<T, impl std::error::Error + Send + Sync + 'static>,
    ) -> Result<T, sqlx::Error> {
        result.map_err(|error| sqlx::Error::Decode(error.into()))
    }
    match kind {
        Kind::Networks => {
            let networks: Vec<IpNet> = decoded(serde_json::from_str(&text))?;
            decoded(serde_json::to_string(&networks))
        }
        Kind::Labels => {
            let labels: BTreeMap<String, String> = decoded(serde_json::from_str(&text))?;
            decoded(serde_json::to_string(&labels))
        }
        Kind::Address => Ok(decoded(text.parse::<IpAddr>())?.to_string()),
        Kind::Integer | Kind::Flag | Kind::Time | Kind::Text | Kind::Bytes => Ok(text),
    }
}
