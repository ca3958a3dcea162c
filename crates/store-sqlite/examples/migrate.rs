//! Creates the database of a `sqlite:` URL, against which `scripts/check-queries` checks the queries.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stderr, reason = "a small program for scripts")]
async fn main() -> ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: migrate URL");
        return ExitCode::from(2);
    };
    match jeton_store_sqlite::migrate(&url, None).await {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
