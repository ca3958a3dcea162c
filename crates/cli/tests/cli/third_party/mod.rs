//! Programs of others: clients, proxies, and the places where `--for` output and the page for customers are pasted.

mod for_integrators;
mod integrators;
mod nginx;
mod nginx_upstream;
mod real_clients;
