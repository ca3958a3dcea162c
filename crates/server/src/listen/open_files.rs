//! How many connections the process may hold: each is an open file.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Asks the system for as many open files as it will give, and says how many connections that leaves for clients, at
/// most `wanted`. Some files are kept back, so that probes and the database are served when clients take all the rest.
pub(super) fn connections(wanted: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Where it is refused, the old limit stays, and is what is counted with.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
    let files = getrlimit(Resource::Nofile)
        .current
        .map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    wanted.min(files.saturating_sub(KEPT_BACK).max(1))
}

const KEPT_BACK: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_never_get_the_last_files() {
        let files = usize::try_from(getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX)).unwrap();
        assert!(connections(usize::MAX) <= files - KEPT_BACK);
        assert_eq!(connections(1), 1);
    }
}
