//! Who makes a change.

use std::fmt;

use jeton_protocol::ClientId;

/// Who makes a change, as audit records name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An operating-system user who runs a command.
    Cli(String),
    /// A node, without being asked.
    Server,
    /// A service account.
    Account(ClientId),
    /// A person who signed in.
    Person(String),
}

/// The kind of an actor. Records store it apart from the name, so that a search need not parse names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// [`Actor::Cli`].
    Cli,
    /// [`Actor::Server`].
    Server,
    /// [`Actor::Account`].
    Account,
    /// [`Actor::Person`].
    Person,
}

impl Actor {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self {
            Self::Cli(_) => ActorKind::Cli,
            Self::Server => ActorKind::Server,
            Self::Account(_) => ActorKind::Account,
            Self::Person(_) => ActorKind::Person,
        }
    }
}

impl ActorKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cli, Self::Server, Self::Account, Self::Person];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Server => "server",
            Self::Account => "account",
            Self::Person => "person",
        }
    }
}

/// `server`, or the kind and the name: `cli:alice`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind().as_str();
        match self {
            Self::Server => f.write_str(kind),
            Self::Account(id) => write!(f, "{kind}:{id}"),
            Self::Cli(name) | Self::Person(name) => write!(f, "{kind}:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_written_with_its_kind() {
        let actors = [
            (Actor::Cli("root/sudo:alice".to_owned()), "cli:root/sudo:alice"),
            (Actor::Server, "server"),
            (Actor::Account("fin".parse().unwrap()), "account:fin"),
            (Actor::Person("alice@example.com".to_owned()), "person:alice@example.com"),
        ];
        for ((actor, text), kind) in actors.into_iter().zip(ActorKind::ALL) {
            assert_eq!((actor.to_string().as_str(), actor.kind()), (text, kind));
        }
    }
}
