//! The result of the tool: the types that a caller reads, and a summary in one sentence.

use rmcp::schemars::JsonSchema;
use serde::Serialize;

use crate::visitor_id::VisitorId;

/// The recent activity of a visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct SessionActivity {
    /// The id of the visitor.
    pub(crate) visitor_id: String,
    /// Whether a visitor with this id is recorded.
    pub(crate) known: bool,
    /// A summary in one sentence.
    pub(crate) summary: String,
    /// The last ten pages, newest first.
    pub(crate) recent_pages: Vec<PageView>,
    /// The features used, the most recently used first.
    pub(crate) features_used: Vec<FeatureUse>,
    /// Signs that the visitor had a problem, newest first.
    pub(crate) frustration_signals: Vec<FrustrationSignal>,
}

/// A viewed page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct PageView {
    /// The name of the page.
    pub(crate) page: String,
    /// When the page was viewed, in UTC (RFC 3339).
    pub(crate) viewed_at: String,
    /// How long the page was viewed, in seconds.
    pub(crate) seconds: i64,
}

/// A feature and how often it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct FeatureUse {
    /// The name of the feature.
    pub(crate) feature: String,
    /// How often the feature was used.
    pub(crate) times: i64,
    /// When the feature was last used, in UTC (RFC 3339).
    pub(crate) last_used_at: String,
}

/// A moment of frustration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
#[schemars(crate = "rmcp::schemars")]
pub(crate) struct FrustrationSignal {
    /// `rage clicks`, `dead click`, `error message` or `u-turn`.
    pub(crate) signal: String,
    /// The name of the page.
    pub(crate) page: String,
    /// What was observed.
    pub(crate) detail: String,
    /// When it happened, in UTC (RFC 3339).
    pub(crate) occurred_at: String,
}

impl SessionActivity {
    /// The activity of a visitor that the store knows.
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

    /// The result for a visitor that the store does not know: empty, with the reason in `summary`.
    pub(crate) fn unknown(visitor: &VisitorId) -> Self {
        Self {
            visitor_id: visitor.to_string(),
            known: false,
            summary: "No visitor with this id is recorded, so there is no activity to show.".to_owned(),
            recent_pages: Vec::new(),
            features_used: Vec::new(),
            frustration_signals: Vec::new(),
        }
    }
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
