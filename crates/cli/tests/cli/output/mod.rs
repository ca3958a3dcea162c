//! What commands print, and which input they refuse.

mod help;
mod json;
mod refusals;
mod tables;
mod terminal;
mod visible;
