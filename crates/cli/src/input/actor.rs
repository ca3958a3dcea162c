//! The actor in the audit log: the user who runs the command.
//!
//! The user id comes from the system. `SUDO_USER` in the environment is trusted only for root, who could write anything
//! into the database anyway.

use std::fs;

use jeton_admin::value::Actor;
use jeton_server::config::{Environment as _, ProcessEnvironment};

/// The user, or `root/sudo:NAME` for root through sudo.
pub(crate) fn actor() -> Actor {
    let uid = rustix::process::getuid().as_raw();
    // Users of a directory service are not in this file; they appear as `uid-NUMBER`.
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let variables = ProcessEnvironment.variables();
    let sudo_user =
        variables.iter().find(|(name, _)| name == "SUDO_USER").and_then(|(_, user)| user.to_str());
    Actor::Cli(described(uid, &users, sudo_user))
}

fn described(uid: u32, users: &str, sudo_user: Option<&str>) -> String {
    let name = name_of(uid, users).map_or_else(|| format!("uid-{uid}"), str::to_owned);
    match sudo_user {
        Some(user) if uid == 0 && is_plain(user) && user != name => format!("{name}/sudo:{user}"),
        Some(_) | None => name,
    }
}

/// The name from a line `NAME:PASSWORD:UID:…`.
fn name_of(uid: u32, users: &str) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| is_plain(name))?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@+$\\".contains(&byte);
    !name.is_empty() && name.len() <= 64 && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str =
        "root:x:0:0:root:/root:/bin/sh\nbroken\n:x:7::\nalice:x:1000:1000::/home/alice:/bin/sh\n";

    #[test]
    fn a_known_user_is_named_and_an_unknown_one_is_a_number() {
        assert_eq!(described(1000, USERS, None), "alice");
        assert_eq!(described(1001, USERS, None), "uid-1001");
        assert_eq!(described(7, USERS, None), "uid-7");
        assert_eq!(described(0, "", None), "uid-0");
    }

    #[test]
    fn root_through_sudo_names_the_sudo_user_too() {
        assert_eq!(described(0, USERS, Some("alice")), "root/sudo:alice");
        assert_eq!(described(0, USERS, Some("root")), "root");
    }

    #[test]
    fn sudo_user_is_trusted_only_for_root_and_only_as_a_plain_name() {
        assert_eq!(described(1000, USERS, Some("bob")), "alice");
        for name in ["", "a b", "a/sudo:b", "a\nb", "bö", &"x".repeat(65)] {
            assert_eq!(described(0, USERS, Some(name)), "root", "{name}");
        }
    }
}
