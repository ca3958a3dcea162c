//! Programs of others: clients, proxies, and the places where `--for` output is pasted.

mod integrators;
mod nginx;
mod real_clients;
