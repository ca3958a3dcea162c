//! `jeton import hydra FILE`

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use clap::Args;
use jeton_core::admin::{AccountImport, AdminError, Administrator};
use jeton_core::model::{DEFAULT_TENANT, TenantName};
use jeton_protocol::ResourceUri;
use zeroize::Zeroizing;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::hydra::{Defaults, Judgement, Outcome, Planner, Report, Row, Wanted, read};
use crate::open::Opened;
use crate::output::{OutputArgs, say};
use crate::secret_input::BYTE_ORDER_MARK;

/// Move the clients of an Ory Hydra here: they keep their ids and secrets
#[derive(Debug, Args)]
#[command(after_help = "The file holds rows of the table hydra_client, one JSON object a line:\n\n  \
    psql \"$HYDRA_DSN\" -AtX -c \\\n    \
    'SELECT row_to_json(c) FROM hydra_client c' > clients.jsonl\n\n\
    Everything is checked first; with one bad line nothing is imported. A repetition is harmless.\n\n\
    Examples:\n  jeton import hydra clients.jsonl --dry-run\n  \
    jeton import hydra clients.jsonl --tenant acme --create-resources")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Hydra {
    /// The file, or - for stdin
    file: PathBuf,
    /// The customer that will own the accounts
    #[arg(long, value_name = "NAME", default_value = DEFAULT_TENANT)]
    tenant: TenantName,
    /// The resource of rows that have no audience
    #[arg(long, value_name = "URI")]
    resource: Option<ResourceUri>,
    /// Make the resources and scopes that rows refer to and that are not there
    #[arg(long)]
    create_resources: bool,
    /// Take secrets that are not hashes as the secrets themselves; for a single row, add "clear": true to it
    #[arg(long)]
    clear: bool,
    /// Import the good lines where others are bad
    #[arg(long)]
    skip_bad: bool,
    /// Check everything and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Hydra {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let lines = self.lines()?;
        let opened =
            if self.dry_run { Opened::open(globals).await? } else { Opened::open_or_make(globals).await? };
        let administrator = &opened.administrator;
        let defaults = Defaults {
            tenant: self.tenant.clone(),
            resource: self.resource.clone(),
            create_resources: self.create_resources,
        };
        let mut planner = Planner::new(administrator, defaults).await?;
        let rows = rows(lines, self.clear)?;
        planner.expect(&rows);
        let mut judgements = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            judgements.push(planner.judge(number, row).await?);
            tell_progress(judgements.len(), "lines checked");
        }
        let wanted = planner.into_wanted();
        let bad = judgements.iter().filter(|judged| matches!(judged.outcome, Outcome::Bad(_))).count();
        if self.dry_run || (bad > 0 && !self.skip_bad) {
            return self.only_say(judgements, &wanted);
        }
        self.import(administrator, judgements, &wanted).await
    }

    fn lines(&self) -> Result<Box<dyn BufRead>, Failure> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(io::stdin().lock()));
        }
        let file = File::open(&self.file).map_err(|error| {
            Failure::Usage(format!("the file {} cannot be read ({error})", self.file.display()))
        })?;
        Ok(Box::new(BufReader::new(file)))
    }

    /// Nothing is written: it is only tried, or some lines are bad.
    fn only_say(&self, judgements: Vec<Judgement>, wanted: &Wanted) -> Result<(), Failure> {
        let mut report = Report::new(self.dry_run);
        if self.create_resources {
            report.resources(wanted);
        }
        for judgement in judgements {
            report.add(judgement, None);
        }
        report.say_lines();
        if !self.create_resources {
            say_commands(wanted);
        }
        let (bad, all) = report.bad();
        if bad == 0 || self.skip_bad {
            return report.print(self.output);
        }
        report.nothing_was_done();
        report.print_for_programs(self.output)?;
        Err(Failure::Failed(format!(
            "{bad} of {all} lines cannot be imported, so nothing was; mend them, or leave them out with --skip-bad"
        )))
    }

    async fn import(
        &self,
        administrator: &Administrator,
        judgements: Vec<Judgement>,
        wanted: &Wanted,
    ) -> Result<(), Failure> {
        let mut report = Report::new(false);
        if self.create_resources {
            wanted.make(administrator).await?;
            report.resources(wanted);
        }
        let all = judgements.len();
        let mut late = 0;
        for (done, judgement) in judgements.into_iter().enumerate() {
            let failed = match &judgement.outcome {
                Outcome::Good(import) => import_one(administrator, import).await?,
                Outcome::AlreadyThere | Outcome::PassedOver(_) | Outcome::Bad(_) => None,
            };
            late += usize::from(failed.is_some());
            report.add(judgement, failed);
            tell_progress(done + 1, &format!("of {all} lines imported"));
        }
        report.say_lines();
        if !self.create_resources {
            say_commands(wanted);
        }
        if late == 0 {
            return report.print(self.output);
        }
        report.print_for_programs(self.output)?;
        Err(Failure::Failed(format!(
            "{late} lines that were good a moment ago could not be imported; look at them and repeat the command"
        )))
    }
}

/// The rows with the numbers of their lines; with `clear`, each as if it said `"clear": true`.
fn rows(lines: Box<dyn BufRead>, clear: bool) -> Result<Vec<(usize, Row)>, Failure> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(lines.lines()) {
        let line = line.map_err(|error| {
            Failure::Usage(format!("line {number} cannot be read ({error}); nothing was imported"))
        })?;
        // Also within the file: several may have been joined to one.
        let line = Zeroizing::new(line);
        let row = line.trim_start_matches(BYTE_ORDER_MARK);
        if !row.trim().is_empty() {
            rows.push((number, read(row, clear)));
        }
    }
    if rows.is_empty() {
        return Err(Failure::Usage(
            "there is no line in it; one row of hydra_client a line is needed".to_owned(),
        ));
    }
    Ok(rows)
}

/// Why it could not be taken over though it was good a moment ago: somebody else was faster.
async fn import_one(
    administrator: &Administrator,
    import: &AccountImport,
) -> Result<Option<String>, Failure> {
    match administrator.import_account(import).await {
        Ok(_) => Ok(None),
        Err(error @ (AdminError::Store(_) | AdminError::Keys(_))) => Err(error.into()),
        Err(error) => Ok(Some(error.to_string())),
    }
}

fn say_commands(wanted: &Wanted) {
    let commands = wanted.commands();
    if !commands.is_empty() {
        say("\nWhat is missing is made by --create-resources, or by:");
        for command in commands {
            say(&format!("  {command}"));
        }
    }
}

/// A long file is not silent for long.
fn tell_progress(done: usize, what: &str) {
    if done.is_multiple_of(PROGRESS) {
        say(&format!("{done} {what}"));
    }
}

const PROGRESS: usize = 1_000;
