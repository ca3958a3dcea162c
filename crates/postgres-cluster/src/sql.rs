//! Executes SQL as the superuser, with psql.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::process::{Child, Command, Stdio};

use crate::{Cluster, ClusterError};

impl Cluster {
    /// Creates an empty database.
    ///
    /// # Errors
    /// [`ClusterError::Rejected`] with the server's message.
    pub fn create_database(&self, name: &str) -> Result<(), ClusterError> {
        self.create_database_from(name, "template0")
    }

    /// Creates a database as a copy of another one, which nobody uses.
    ///
    /// # Errors
    /// [`ClusterError::Rejected`] with the server's message.
    pub fn create_database_from(&self, name: &str, template: &str) -> Result<(), ClusterError> {
        self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}")).map(drop)
    }

    /// Executes SQL as the superuser. Returns the rows as lines of text.
    ///
    /// # Errors
    /// [`ClusterError::Rejected`] with the server's message.
    pub fn execute(&self, database: &str, sql: &str) -> Result<String, ClusterError> {
        let mut psql = self.psql(database);
        psql.args(["-c", sql]).stdin(Stdio::null());
        let output = psql.output().map_err(ClusterError::io("cannot start psql"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        }
        Err(ClusterError::Rejected(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()))
    }

    /// Executes SQL in a session that stays open, for example to hold a lock. Returns when it was executed.
    ///
    /// # Errors
    /// [`ClusterError::Rejected`] if the server rejected it.
    pub fn hold(&self, database: &str, sql: &str) -> Result<HeldSession, ClusterError> {
        let mut psql = self.psql(database);
        psql.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut session = HeldSession(psql.spawn().map_err(ClusterError::io("cannot start psql"))?);
        let broken = ClusterError::io("cannot talk to psql");
        let said = session.say(&format!("{sql};\n\\echo {HELD}\n")).map_err(broken)?;
        if said.ends_with(HELD) { Ok(session) } else { Err(ClusterError::Rejected(said)) }
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.programs().join("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "jeton", "-d", database]);
        psql.arg("-h").arg(self.folder()).env("PGCONNECT_TIMEOUT", "10");
        psql
    }
}

/// An open session. Dropping the value ends it, and rolls back its transaction.
#[derive(Debug)]
pub struct HeldSession(Child);

impl HeldSession {
    /// Sends text, and returns the output up to the end of a line with [`HELD`], or of the program.
    fn say(&mut self, text: &str) -> std::io::Result<String> {
        let (Some(stdin), Some(stdout)) = (&mut self.0.stdin, &mut self.0.stdout) else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        stdin.write_all(text.as_bytes())?;
        stdin.flush()?;
        let mut said = String::new();
        let mut stdout = BufReader::new(stdout);
        while stdout.read_line(&mut said)? > 0 && !said.trim_end().ends_with(HELD) {}
        Ok(said.trim_end().to_owned())
    }
}

impl Drop for HeldSession {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// psql prints it after the statements.
const HELD: &str = "held";
