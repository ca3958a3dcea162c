//! A node from start to stop: what it checks first, the keys it reads from files, its clock, and what it reloads.

pub(crate) mod database_url;
pub(crate) mod key_file;
pub mod logging;
pub(crate) mod master_key_file;
pub(crate) mod reload;
pub(crate) mod run;
pub mod start;
pub(crate) mod start_check;
pub mod system;
