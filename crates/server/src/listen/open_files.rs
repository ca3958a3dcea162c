//! How many connections the process may have: each is an open file.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit of open files as far as the system allows, and returns how many connections that leaves for
/// clients, at most `wanted`. Some files are reserved, so that probes and the database still work when clients use all
/// the others.
pub(super) fn connections(wanted: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // If the system refuses, the old limit stays and is used below.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
    let files = getrlimit(Resource::Nofile)
        .current
        .map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    wanted.min(files.saturating_sub(RESERVED_FILES).max(1))
}

const RESERVED_FILES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_never_get_the_last_files() {
        let files = usize::try_from(getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX)).unwrap();
        assert!(connections(usize::MAX) <= files - RESERVED_FILES);
        assert_eq!(connections(1), 1);
    }
}
