//! Accounts, secrets, resources and the audit log, as administrators change and read them.

mod account_import;
mod account_list;
mod account_references;
mod audience;
mod audit;
mod exports;
mod hydra;
mod import_file;
mod leak;
mod secret_output;
mod secrets;
mod several_accounts;
mod tenants;
mod unused_secrets;
