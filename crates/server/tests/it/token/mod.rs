//! `POST /oauth/v1/token`.

mod audience;
mod changes;
mod concurrency;
mod grant_type;
mod jwt;
mod lifetime;
mod narrowed_secret;
mod opaque;
mod resource;
mod response;
mod scope;
mod size;

const OTHER: &str = "https://other.example.com/api";
