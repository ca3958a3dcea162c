//! What commands read: arguments and secrets.

pub(crate) mod actor;
pub(crate) mod arguments;
pub(crate) mod audience;
pub(crate) mod confirm;
pub(crate) mod hints;
pub(crate) mod imported_secret;
pub(crate) mod lines;
pub(crate) mod moment;
pub(crate) mod secret_input;
pub(crate) mod values;
pub(crate) mod whole_text;
