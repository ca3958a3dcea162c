//! `jeton import hydra FILE`

use std::path::PathBuf;

use clap::Args;
use jeton_admin::request::AccountToImport;
use jeton_admin::value::{DEFAULT_TENANT, TenantName};
use jeton_import::{Defaults, MissingResources, Outcome, Planner, RowPlan, read};
use jeton_protocol::ResourceUri;

use super::message;
use super::report::Report;
use crate::admin_error;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::whole_text;
use crate::open::AdminContext;
use crate::print::output::{OutputArgs, say};

/// Import the clients of an Ory Hydra with their ids and secrets
#[derive(Debug, Args)]
#[command(
    after_help = "The file holds rows of the table hydra_client as JSON objects: one per line, over several lines, or \
    in an array.\n\n  \
    psql \"$HYDRA_DSN\" -AtX -c \\\n    \
    'SELECT row_to_json(c) FROM hydra_client c' > clients.jsonl\n  \
    sqlite3 -json hydra.sqlite \\\n    \
    'SELECT * FROM hydra_client' > clients.json\n\n\
    All rows are checked first. If one row is bad, nothing is imported. It is safe to repeat the command.\n\n\
    Examples:\n  jeton import hydra clients.jsonl --dry-run\n  \
    jeton import hydra clients.jsonl --tenant acme --create-resources"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Hydra {
    /// The file to import, or - for stdin
    file: PathBuf,
    /// Tenant that will own the accounts
    #[arg(long, value_name = "NAME", default_value = DEFAULT_TENANT)]
    tenant: TenantName,
    /// Resource for rows without an audience
    #[arg(long, value_name = "URI")]
    resource: Option<ResourceUri>,
    /// Create missing resources and scopes that rows refer to
    #[arg(long)]
    create_resources: bool,
    /// Accept secrets that are not hashes as plain secrets; for a single row, add "clear": true to it
    #[arg(long)]
    clear: bool,
    /// Import the good lines even if others are bad
    #[arg(long)]
    skip_bad: bool,
    /// Check all lines without changing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Hydra {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let text = whole_text::read(&self.file)?;
        let context = if self.dry_run {
            AdminContext::open(globals).await?
        } else {
            AdminContext::open_or_create(globals).await?
        };
        let defaults = Defaults {
            tenant: self.tenant.clone(),
            resource: self.resource.clone(),
            create_resources: self.create_resources,
            now: AdminContext::now(),
        };
        let mut planner = Planner::new(context.administration(), context.by(), defaults).await?;
        let rows = read(&text, self.clear);
        if rows.is_empty() {
            return Err(Failure::Usage(
                "the input has no rows; it must have rows of hydra_client as JSON".to_owned(),
            ));
        }
        drop(text);
        planner.register_ids(rows.iter().map(|(_, row)| row));
        let mut plans = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            plans.push(planner.plan(number, row).await?);
            say_progress(plans.len(), "lines checked");
        }
        let missing = planner.into_missing();
        let bad = plans.iter().filter(|plan| matches!(plan.outcome, Outcome::Bad(_))).count();
        if self.dry_run || (bad > 0 && !self.skip_bad) {
            return self.report_only(plans, &missing);
        }
        self.import(&context, plans, &missing).await
    }

    /// Writes nothing: this is a dry run, or some lines are bad.
    fn report_only(&self, plans: Vec<RowPlan>, missing: &MissingResources) -> Result<(), Failure> {
        let mut report = Report::new(self.dry_run);
        if self.create_resources {
            report.resources(missing);
        }
        for plan in plans {
            report.add(plan, None);
        }
        report.say_lines();
        if !self.create_resources {
            say_commands(missing);
        }
        let (bad, all) = report.bad();
        if bad == 0 || self.skip_bad {
            return report.print(self.output);
        }
        report.mark_nothing_imported();
        report.print_for_programs(self.output)?;
        Err(Failure::Failed(format!(
            "{bad} of {all} lines cannot be imported; nothing was imported; correct them, or skip them with --skip-bad"
        )))
    }

    async fn import(
        &self,
        context: &AdminContext,
        plans: Vec<RowPlan>,
        missing: &MissingResources,
    ) -> Result<(), Failure> {
        let mut report = Report::new(false);
        if self.create_resources {
            missing.create(context.administration(), context.by()).await?;
            report.resources(missing);
        }
        let all = plans.len();
        let mut failures = 0;
        for (done, plan) in plans.into_iter().enumerate() {
            let failed = match &plan.outcome {
                Outcome::Good(import) => import_one(context, import).await?,
                Outcome::AlreadyImported | Outcome::Skipped(_) | Outcome::Bad(_) => None,
            };
            failures += usize::from(failed.is_some());
            report.add(plan, failed);
            say_progress(done + 1, &format!("of {all} lines imported"));
        }
        report.say_lines();
        if !self.create_resources {
            say_commands(missing);
        }
        if failures == 0 {
            return report.print(self.output);
        }
        report.print_for_programs(self.output)?;
        Err(Failure::Failed(format!(
            "{failures} lines could not be imported because the database changed during the import; check them and \
             repeat the command"
        )))
    }
}

/// Imports one row. Returns the reason if it fails although the check passed: the database has changed since.
async fn import_one(context: &AdminContext, import: &AccountToImport) -> Result<Option<String>, Failure> {
    match context.administration().import_account(context.by(), import.clone()).await {
        Ok(_) => Ok(None),
        Err(error) if error.is_refusal() => Ok(Some(admin_error::message(&error))),
        Err(error) => Err(error.into()),
    }
}

fn say_commands(missing: &MissingResources) {
    let commands = message::commands(missing);
    if !commands.is_empty() {
        say("\nTo create the missing resources and scopes, add --create-resources, or run:");
        for command in commands {
            say(&format!("  {command}"));
        }
    }
}

/// Prints the progress of a long file.
fn say_progress(done: usize, what: &str) {
    if done.is_multiple_of(PROGRESS) {
        say(&format!("{done} {what}"));
    }
}

const PROGRESS: usize = 1_000;
