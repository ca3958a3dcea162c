//! Request bodies: forms and flat JSON objects.

pub(crate) mod bom;
pub(crate) mod content_type;
mod form;
mod json;
mod mislabelled;
pub(crate) mod percent;
