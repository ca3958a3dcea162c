//! What is known about a refusal, by name. Bounded: long texts are cut, of long lists the rest is counted.

use jeton_core::model::Timestamp;
use serde::{Serialize, Serializer};

/// One thing that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A name or a value.
    Text(String),
    /// A moment.
    Time(Timestamp),
    /// A length of time.
    Seconds(u64),
    /// A number of things.
    Count(usize),
    /// Several names.
    List(Vec<String>),
}

impl Fact {
    /// A text, cut where it is longer than anything that is explained by it.
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(cut(text))
    }

    /// The first of them, and how many more there are.
    pub(crate) fn list<T: ToString>(items: &[T]) -> Self {
        let mut list: Vec<String> =
            items.iter().take(LONGEST_LIST).map(|item| cut(&item.to_string())).collect();
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

/// All that is known, in the order in which it is told; as JSON an object.
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

fn cut(text: &str) -> String {
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
