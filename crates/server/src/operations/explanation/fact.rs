//! Named facts about a refusal. Their size is bounded: long texts are truncated, and long lists end with the number of
//! remaining items.

use jeton_core::model::Timestamp;
use serde::{Serialize, Serializer};

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A name or a value.
    Text(String),
    /// A point in time.
    Time(Timestamp),
    /// A duration.
    Seconds(u64),
    /// A count.
    Count(usize),
    /// A list of names.
    List(Vec<String>),
}

impl Fact {
    /// A text, truncated if it is too long.
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(truncated(text))
    }

    /// The first items, and how many more there are.
    pub(crate) fn list<T: ToString>(items: &[T]) -> Self {
        let mut list: Vec<String> =
            items.iter().take(LONGEST_LIST).map(|item| truncated(&item.to_string())).collect();
        if items.len() > LONGEST_LIST {
            list.push(format!("… and {} more", items.len() - LONGEST_LIST));
        }
        Self::List(list)
    }

    fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::List(texts) => texts.iter().map(|text| text.len() + size_of::<String>()).sum(),
            Self::Time(_) | Self::Seconds(_) | Self::Count(_) => 0,
        }
    }
}

/// All facts, in the order in which they are shown; serialized as a JSON object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(Vec<(&'static str, Fact)>);

impl Facts {
    pub(crate) fn add(&mut self, name: &'static str, fact: Fact) {
        self.0.push((name, fact));
    }

    pub(crate) fn weight(&self) -> usize {
        self.0.iter().map(|(_, fact)| fact.weight() + size_of::<(&str, Fact)>()).sum()
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, fact)| (name, fact)))
    }
}

fn truncated(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

const LONGEST_TEXT: usize = 256;
const LONGEST_LIST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_fact_is_a_few_kilobytes() {
        let endless = vec!["é".repeat(5_000); 5_000];
        let Fact::List(list) = Fact::list(&endless) else { unreachable!() };
        assert_eq!((list.len(), list[LONGEST_LIST].as_str()), (LONGEST_LIST + 1, "… and 4984 more"));
        assert_eq!(list[0].chars().count(), LONGEST_TEXT + 1);
    }

    #[test]
    fn facts_are_an_object() {
        let mut facts = Facts::default();
        facts.add("at", Fact::Time(Timestamp::from_unix(0)));
        facts.add("names", Fact::list(&["a", "b"]));
        let json = serde_json::to_value(&facts).unwrap();
        assert_eq!(json, serde_json::json!({ "at": "1970-01-01T00:00:00Z", "names": ["a", "b"] }));
    }
}
