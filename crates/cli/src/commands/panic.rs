//! `jeton panic ID`

use clap::Args;
use jeton_admin::value::{TenantName, Timestamp};
use jeton_admin::view::{PanicReport, SecretView};
use jeton_protocol::{ClientId, RegionName};
use serde::Serialize;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke all secrets and tokens of an account at once, after a leak
#[derive(Debug, Args)]
#[command(
    after_help = "Revokes all active secrets and all tokens of the account in one transaction. Waits up to 2 seconds \
    for every running server to apply it, and prints which servers have. APIs that check tokens without asking the \
    server accept them until they expire, at the latest at the printed time. It is safe to repeat the command. \
    `jeton account recover` creates a new secret.\n\n\
    Example:\n  jeton panic fin"
)]
pub(crate) struct Panic {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Panic {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let panicked = context.administration().panic(context.by(), &self.id).await?;
        let nodes = Confirmations::of_region(&context).await;
        let now = AdminContext::now();
        let inactive_at = nodes.is_complete().then_some(now);
        let view = PanicView::new(&panicked, inactive_at);
        self.output.show(&nodes.with(&view), &view.fields(now))?;
        if self.output.format == Format::Table {
            output::say(&format!(
                "\n{}\n\
                 Create a new secret with `jeton account recover {}`.",
                nodes.sentence(),
                view.client_id
            ));
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct PanicView<'a> {
    client_id: &'a ClientId,
    name: &'a str,
    tenant: &'a TenantName,
    region: &'a RegionName,
    epoch: i64,
    revoked: Vec<&'a SecretView>,
    /// When every running server had confirmed that introspection reports the tokens as inactive; `None` if one has
    /// not.
    introspection_inactive_at: Option<Timestamp>,
    /// When all tokens have expired, computed with the current token lifetimes; for APIs that do not introspect.
    tokens_expired_at: Timestamp,
    /// When all tokens have expired, whatever the token lifetimes were before.
    tokens_expired_at_the_latest: Timestamp,
}

impl<'a> PanicView<'a> {
    fn new(panicked: &'a PanicReport, inactive_at: Option<Timestamp>) -> Self {
        let account = &panicked.account;
        Self {
            client_id: &account.client_id,
            name: &account.name,
            tenant: &account.tenant,
            region: &account.region,
            epoch: account.epoch,
            revoked: panicked.revoked.iter().filter_map(|id| account.secret(id)).collect(),
            introspection_inactive_at: inactive_at,
            tokens_expired_at: panicked.expired_at,
            tokens_expired_at_the_latest: panicked.expired_at_the_latest,
        }
    }

    fn fields(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("Client ID", self.client_id.to_string()),
            ("Name", self.name.to_owned()),
            ("Tenant", self.tenant.to_string()),
        ];
        fields.extend(self.revoked.iter().map(|secret| ("Revoked", described(secret))));
        if self.revoked.is_empty() {
            fields.push(("Revoked", "no secret was active".to_owned()));
        }
        let since = if self.tokens_expired_at <= now { "since " } else { "" };
        let inactive = self.introspection_inactive_at.map(|at| at.to_string());
        fields.push((
            "Inactive at introspection",
            inactive.unwrap_or_else(|| "not confirmed by every running server".to_owned()),
        ));
        fields.push((
            "Expired everywhere",
            format!("{since}{}, with the current token lifetimes", self.tokens_expired_at),
        ));
        fields.push(("Expired at the latest", self.tokens_expired_at_the_latest.to_string()));
        fields
    }
}

fn described(secret: &SecretView) -> String {
    let label = secret.label.as_ref().map(|label| format!(" {label:?}")).unwrap_or_default();
    format!("{}{label}, last 4 {}, created {}", secret.secret_id, secret.last_four, secret.created_at)
}
