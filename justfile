# The commands that people run. `just` without a command lists them.

_list:
    @just --list

# Format, lints and unit tests: a few minutes, needs only Rust and a C compiler
check:
    scripts/quick-check

# Every check that must pass before a change is merged; installs what it needs
test:
    scripts/test

# Format the code
fmt:
    cargo fmt --all

# Run a measurement: load, flood, faults, connections, timing or layer (`just bench load --help`)
bench name *arguments:
    bench/{{name}} {{arguments}}

# Run a server on 127.0.0.1:8080 with sample data in ./jeton-data
dev *arguments:
    cargo run --bin jeton -- dev {{arguments}}
