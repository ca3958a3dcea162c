//! Fills a store for the load script.

fn main() {}
