//! The sample resource and account of `jeton dev`.
//!
//! Decides when there is a sample: in a store without any resource or account of its own. What somebody deleted from
//! a store that is in use does not come back.

use jeton_core::admin::{AdminError, Entitlement, NewAccount, NewResource, NewSecret};
use jeton_core::model::{Account, Algorithm, DEFAULT_TENANT, TokenFormat};
use jeton_core::store::AccountPage;
use jeton_server::config::Config;

use crate::failure::Failure;
use crate::handover::{Handover, Program};
use crate::open::Opened;
use crate::output;

/// What a start found or made.
pub(super) enum Sample {
    /// Made just now, with the secret that is shown this once.
    New(Box<NewSecret>),
    /// Made by an earlier start.
    Kept(Box<Account>),
    /// The store is somebody's who does not want one.
    None,
}

/// Makes what is missing of the sample.
pub(super) async fn ensure(opened: &Opened) -> Result<Sample, Failure> {
    let administrator = &opened.administrator;
    if administrator.store().list_resources().await?.is_empty() {
        let made = administrator.create_resource(resource()?).await?;
        output::say(&format!("Made the sample resource {}", made.uri));
    }
    let any = AccountPage { limit: 1, ..AccountPage::default() };
    if administrator.store().list_accounts(&any).await?.is_empty() {
        return match administrator.create_account(account()?).await {
            Ok(made) => {
                output::say(&format!("Made the sample account {}", made.account.client_id));
                Ok(Sample::New(Box::new(made)))
            }
            // The sample resource is gone, or the tenant is barred: somebody has other plans.
            Err(AdminError::NotFound(_) | AdminError::Conflict(_)) => Ok(Sample::None),
            Err(error) => Err(error.into()),
        };
    }
    match administrator.find_account(&format!("{DEFAULT_TENANT}/{NAME}")).await {
        Ok(account) => Ok(Sample::Kept(Box::new(account))),
        Err(AdminError::NotFound(_) | AdminError::Conflict(_)) => Ok(Sample::None),
        Err(error) => Err(error.into()),
    }
}

impl Sample {
    /// Prints what to paste, whatever stdout is: the account is a sample, and there is no second chance.
    pub(super) fn print(&self, config: &Config) -> Result<(), Failure> {
        match self {
            Self::New(new) => {
                let handover = Handover::new(new, config);
                output::text(&format!(
                    "\nFor Intercom:\n\n{}\nFor a shell:\n\n{}\n",
                    handover.for_program(Program::Intercom),
                    handover.for_program(Program::Curl)
                ))?;
                output::say("The secret is shown only this once.");
            }
            Self::Kept(account) => output::text(&format!(
                "\nThe sample account is {}. Its secret was shown when it was made; for a new one:\n\n  \
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
    })
}

/// The constants below are legal, so this never happens; it is here because the compiler cannot know.
fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(format!("the sample cannot be made ({error})"))
}

const NAME: &str = "sample";

const URI: &str = "https://mcp.example.com/mcp/visitor/shttp";

const SCOPE: &str = "read:me";
