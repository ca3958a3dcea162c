//! References between tables and indexes, which are removed while rows are written and made again afterwards.
//!
//! Rows can then be written in any order, and an index that is made when the rows are there takes a fraction of the
//! time. All of it happens in the transaction of the copy.

use sqlx::PgConnection;

use super::connection::run;

/// The statements that make what was removed.
#[derive(Debug, Default)]
pub(super) struct Removed {
    indexes: Vec<String>,
    references: Vec<String>,
}

impl Removed {
    /// Removes all references and all indexes that belong to no constraint.
    pub(super) async fn from(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let references = sqlx::query!(
            r#"SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS "drop!",
                      format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                             pg_get_constraintdef(oid)) AS "add!"
               FROM pg_constraint
               WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY oid"#,
        )
        .fetch_all(&mut *connection)
        .await?;
        let indexes = sqlx::query!(
            r#"SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS "drop!",
                      pg_get_indexdef(i.indexrelid) AS "add!"
               FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
               WHERE c.relnamespace = current_schema()::regnamespace
                 AND NOT EXISTS (SELECT 1 FROM pg_constraint o WHERE o.conindid = i.indexrelid)
               ORDER BY i.indexrelid"#,
        )
        .fetch_all(&mut *connection)
        .await?;
        let drops = references.iter().map(|row| &row.drop).chain(indexes.iter().map(|row| &row.drop));
        let drops: Vec<&str> = drops.map(String::as_str).collect();
        run(connection, drops.join("; ")).await?;
        Ok(Self {
            indexes: indexes.into_iter().map(|row| row.add).collect(),
            references: references.into_iter().map(|row| row.add).collect(),
        })
    }

    pub(super) async fn make_indexes(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for index in std::mem::take(&mut self.indexes) {
            run(connection, index).await?;
        }
        Ok(())
    }

    /// The server checks the rows.
    pub(super) async fn make_references(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for reference in std::mem::take(&mut self.references) {
            run(connection, reference).await?;
        }
        Ok(())
    }
}
