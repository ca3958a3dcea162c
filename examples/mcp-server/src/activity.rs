//! What the tool answers: the shapes that a caller reads, and the sentence that sums them up.

use rmcp::schemars::JsonSchema;
use serde::Serialize;

use crate::visitor_id::VisitorId;

/// What a visitor did lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct SessionActivity {
    /// The visitor asked about.
    pub(crate) visitor_id: String,
    /// Whether anything was ever recorded under this id.
    pub(crate) known: bool,
    /// One sentence about what follows.
    pub(crate) summary: String,
    /// The last ten pages, the latest first.
    pub(crate) recent_pages: Vec<PageView>,
    /// The features used, the one used last first.
    pub(crate) features_used: Vec<FeatureUse>,
    /// Signs that something did not go as the visitor wanted, the latest first.
    pub(crate) frustration_signals: Vec<FrustrationSignal>,
}

/// A page that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct PageView {
    /// The page's name.
    pub(crate) page: String,
    /// When, in UTC (RFC 3339).
    pub(crate) viewed_at: String,
    /// For how long.
    pub(crate) seconds: i64,
}

/// A feature and how often it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct FeatureUse {
    /// The feature's name.
    pub(crate) feature: String,
    /// How often.
    pub(crate) times: i64,
    /// When last, in UTC (RFC 3339).
    pub(crate) last_used_at: String,
}

/// A moment of frustration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct FrustrationSignal {
    /// `rage clicks`, `dead click`, `error message` or `u-turn`.
    pub(crate) signal: String,
    /// The page's name.
    pub(crate) page: String,
    /// What was seen.
    pub(crate) detail: String,
    /// When, in UTC (RFC 3339).
    pub(crate) occurred_at: String,
}

impl SessionActivity {
    /// Of a visitor that the store knows.
    pub(crate) fn of(
        visitor: &VisitorId,
        recent_pages: Vec<PageView>,
        features_used: Vec<FeatureUse>,
        frustration_signals: Vec<FrustrationSignal>,
    ) -> Self {
        let summary = if recent_pages.is_empty() && features_used.is_empty() && frustration_signals.is_empty()
        {
            "The visitor is known, but no activity is recorded.".to_owned()
        } else {
            format!(
                "{}, {} and {} are recorded.",
                count(recent_pages.len(), "recent page"),
                count(features_used.len(), "feature"),
                count(frustration_signals.len(), "frustration signal"),
            )
        };
        let visitor_id = visitor.to_string();
        Self { visitor_id, known: true, summary, recent_pages, features_used, frustration_signals }
    }

    /// Of a visitor that the store does not know: empty, and saying why.
    pub(crate) fn unknown(visitor: &VisitorId) -> Self {
        Self {
            visitor_id: visitor.to_string(),
            known: false,
            summary: "No visitor with this id was ever seen, so there is no activity to show.".to_owned(),
            recent_pages: Vec::new(),
            features_used: Vec::new(),
            frustration_signals: Vec::new(),
        }
    }
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
