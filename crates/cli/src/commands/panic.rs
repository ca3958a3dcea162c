//! `jeton panic ID`

use clap::Args;
use jeton_core::admin::PanicOutcome;
use jeton_core::admin::view::SecretView;
use jeton_core::model::{TenantName, Timestamp};
use jeton_protocol::{ClientId, RegionName};
use serde::Serialize;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// A secret or token has leaked: take everything back that an account has, at once
#[derive(Debug, Args)]
#[command(
    after_help = "Revokes all live secrets and kills all tokens of the account, in one step. Waits at most 2 seconds until every running server has applied it, and says which have. \
    Where an API checks tokens without asking the server, they end by themselves at the time \
    that is printed. Doing it again is harmless; `jeton account recover` makes a new secret.\n\n\
    Example:\n  jeton panic fin"
)]
pub(crate) struct Panic {
    /// The account's client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Panic {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let administrator = &opened.administrator;
        let panicked = administrator.panic(&self.id, opened.config.tokens.default_ttl).await?;
        let nodes = Confirmations::of_region(&opened).await;
        let now = administrator.now();
        let inactive_at = nodes.is_complete().then_some(now);
        let view = PanicView::new(&panicked, administrator.region(), (now, inactive_at));
        self.output.show(&nodes.with(&view), &view.fields(now))?;
        if self.output.format == Format::Table {
            output::say(&format!(
                "\n{}\n\
                 Make a new secret with `jeton account recover {}`.",
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
    revoked: Vec<SecretView>,
    /// When every running server had confirmed that tokens are dead for those who introspect; none where one has not.
    introspection_inactive_at: Option<Timestamp>,
    /// When they are expired, for those who do not, with the lifetimes as they are now.
    tokens_expired_at: Timestamp,
    /// The same, whatever the lifetimes were before.
    tokens_expired_at_the_latest: Timestamp,
}

impl<'a> PanicView<'a> {
    fn new(
        panicked: &'a PanicOutcome,
        region: &'a RegionName,
        (now, inactive_at): (Timestamp, Option<Timestamp>),
    ) -> Self {
        let account = &panicked.account;
        let revoked = panicked.revoked.iter().filter_map(|id| account.credential(id));
        Self {
            client_id: &account.client_id,
            name: account.name.as_str(),
            tenant: &account.tenant.name,
            region,
            epoch: account.epoch,
            revoked: revoked.map(|secret| SecretView::new(secret, now)).collect(),
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
            fields.push(("Revoked", "no secret was live".to_owned()));
        }
        let expired = if self.tokens_expired_at <= now { "already, since " } else { "" };
        let inactive = self.introspection_inactive_at.map(|at| at.to_string());
        fields.push((
            "Dead by introspection",
            inactive.unwrap_or_else(|| "not confirmed by every running server".to_owned()),
        ));
        fields.push((
            "Dead everywhere",
            format!("{expired}{}, with the lifetimes as they are now", self.tokens_expired_at),
        ));
        fields.push(("At the latest", self.tokens_expired_at_the_latest.to_string()));
        fields
    }
}

fn described(secret: &SecretView) -> String {
    let label = secret.label.as_ref().map(|label| format!(" {label:?}")).unwrap_or_default();
    format!("{}{label}, ends in {}, made {}", secret.secret_id, secret.last_four, secret.created_at)
}
