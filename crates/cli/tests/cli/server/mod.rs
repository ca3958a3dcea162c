//! A running server: its configuration, start, signals, certificate, regions and nodes.

mod changes;
mod changes_on_postgres;
mod config_check;
mod configuration;
mod dev;
mod dev_on_postgres;
mod nodes;
mod regions;
mod serve;
mod signals;
mod tls;
mod two_nodes_on_postgres;
