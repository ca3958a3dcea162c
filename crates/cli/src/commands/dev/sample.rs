//! The sample resource and account of `jeton dev`.
//!
//! Decides when to create the sample: in a store without any resource or account. A sample that was deleted from a
//! store in use is not created again.

use jeton_admin::error::AdminError;
use jeton_admin::request::{AccountPage, Entitlement, NewAccount, NewResource};
use jeton_admin::value::{AccountDetails, Algorithm, DEFAULT_TENANT, TokenFormat};
use jeton_admin::view::{AccountView, IssuedSecret};
use jeton_server::config::Config;

use crate::failure::Failure;
use crate::open::AdminContext;
use crate::print::handover::{ConnectionDetails, Program};
use crate::print::output;

/// The sample account that a start found or created.
pub(super) enum Sample {
    /// Created by this start; its secret is shown only once.
    New(Box<IssuedSecret>),
    /// Created by an earlier start.
    Existing(Box<AccountView>),
    /// The store has other accounts and no sample.
    None,
}

/// Creates the missing parts of the sample.
pub(super) async fn ensure(context: &AdminContext) -> Result<Sample, Failure> {
    let (administration, by) = (context.administration(), context.by());
    if administration.list_resources(by).await?.is_empty() {
        let made = administration.create_resource(by, resource()?).await?;
        output::say(&format!("Created the sample resource {}", made.uri));
    }
    let any = AccountPage { limit: 1, ..AccountPage::default() };
    if administration.list_accounts(by, &any).await?.accounts.is_empty() {
        return match administration.create_account(by, account()?).await {
            Ok(made) => {
                output::say(&format!("Created the sample account {}", made.account.client_id));
                Ok(Sample::New(Box::new(made)))
            }
            // The sample resource was deleted, or the tenant is disabled or denied: create no sample.
            Err(AdminError::NotFound(_) | AdminError::AlreadyExists(_) | AdminError::Conflict(_)) => {
                Ok(Sample::None)
            }
            Err(error) => Err(error.into()),
        };
    }
    match administration.find_account(by, &format!("{DEFAULT_TENANT}/{NAME}")).await {
        Ok(account) => Ok(Sample::Existing(Box::new(account))),
        Err(AdminError::NotFound(_) | AdminError::AlreadyExists(_) | AdminError::Conflict(_)) => {
            Ok(Sample::None)
        }
        Err(error) => Err(error.into()),
    }
}

impl Sample {
    /// Prints what to paste, even if stdout is not a terminal: the account is only a sample, and its secret cannot be
    /// shown again.
    pub(super) fn print(&self, config: &Config) -> Result<(), Failure> {
        match self {
            Self::New(new) => {
                let details = ConnectionDetails::new(new, config);
                output::text(&format!(
                    "\nFor Intercom:\n\n{}\nFor a shell:\n\n{}\n",
                    details.for_program(Program::Intercom),
                    details.for_program(Program::Curl)
                ))?;
                output::say("The secret is shown only once.");
            }
            Self::Existing(account) => output::text(&format!(
                "\nThe sample account is {}. Its secret was shown when it was created. To get a new one:\n\n  \
                 jeton secret rotate {NAME} --for intercom\n",
                account.client_id
            ))?,
            Self::None => {}
        }
        Ok(())
    }
}

fn resource() -> Result<NewResource, Failure> {
    Ok(NewResource {
        uri: URI.parse().map_err(broken)?,
        name: None,
        scopes: vec![(SCOPE.parse().map_err(broken)?, "Read what a visitor did".to_owned())],
        implies: Vec::new(),
        token_format: TokenFormat::Jwt,
        algorithm: Algorithm::Es256,
        token_ttl: None,
    })
}

fn account() -> Result<NewAccount, Failure> {
    Ok(NewAccount {
        name: NAME.parse().map_err(broken)?,
        tenant: DEFAULT_TENANT.parse().map_err(broken)?,
        entitlement: Entitlement {
            resource: Some(URI.parse().map_err(broken)?),
            scope: Some(SCOPE.parse().map_err(broken)?),
            introspects: Vec::new(),
        },
        token_ttl: None,
        expires_in: None,
        allow_cidr: Vec::new(),
        secret_expires_in: None,
        details: AccountDetails::default(),
    })
}

/// Never happens, because the constants below are valid.
fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(format!("cannot create the sample ({error})"))
}

const NAME: &str = "sample";

const URI: &str = "https://mcp.example.com/mcp/visitor/shttp";

const SCOPE: &str = "read:me";
