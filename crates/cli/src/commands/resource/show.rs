//! `jeton resource show URI`

use clap::Args;
use jeton_admin::view::{ResourceUsersView, ResourceView};
use jeton_protocol::{ResourceUri, ScopeName};
use serde::Serialize;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::input::confirm::count_of_accounts;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Show a resource and the accounts that may use it
#[derive(Debug, Args)]
#[command(
    after_help = "Lists the accounts of the region that may request its scopes or introspect its tokens: the first 100 \
    of each kind, ordered by client id, and how many there are. `jeton account list --resource URI` lists all accounts \
    with a grant."
)]
pub(crate) struct Show {
    /// URI of the resource
    uri: ResourceUri,
    #[command(flatten)]
    output: OutputArgs,
}

impl Show {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let resource = context.administration().find_resource(context.by(), &self.uri).await?;
        let users = context.administration().list_resource_users(context.by(), &resource.uri, LISTED).await?;
        let mut fields = super::fields(&resource);
        fields.extend(user_fields(&users));
        self.output.show(&ResourceWithUsers { resource: &resource, users: &users }, &fields)?;
        audience::say_difference(&self.uri, &resource.uri);
        Ok(())
    }
}

/// The JSON output.
#[derive(Serialize)]
struct ResourceWithUsers<'a> {
    #[serde(flatten)]
    resource: &'a ResourceView,
    #[serde(flatten)]
    users: &'a ResourceUsersView,
}

fn user_fields(users: &ResourceUsersView) -> Vec<(&'static str, String)> {
    let mut fields = vec![("Granted to", count_of_accounts(users.granted_to_count))];
    for user in &users.granted_to {
        let scopes: Vec<&str> = user.scopes.iter().map(ScopeName::as_str).collect();
        let scopes = scopes.join(" ");
        fields.push(("Grant", format!("{} ({} of {}): {scopes}", user.client_id, user.name, user.tenant)));
    }
    fields.extend(more("Grant", users.granted_to_count, users.granted_to.len()));
    fields.push(("Introspected by", count_of_accounts(users.introspected_by_count)));
    for user in &users.introspected_by {
        fields.push(("Introspection", format!("{} ({} of {})", user.client_id, user.name, user.tenant)));
    }
    fields.extend(more("Introspection", users.introspected_by_count, users.introspected_by.len()));
    fields
}

/// How many accounts are not listed, if there are any.
fn more(name: &'static str, count: u64, listed: usize) -> Option<(&'static str, String)> {
    let more = count.saturating_sub(u64::try_from(listed).unwrap_or(u64::MAX));
    (more > 0).then(|| (name, format!("… and {more} more")))
}

const LISTED: u32 = 100;
