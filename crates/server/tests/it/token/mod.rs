//! `POST /oauth/v1/token`.

mod changes;
mod concurrency;
mod grant_type;
mod jwt;
mod lifetime;
mod narrowed_secret;
mod resource;
mod response;
mod scope;

const OTHER: &str = "https://other.example.com/api";
