//! Regions from variables, for a process without a file: `JETON_REGIONS`, or `JETON_ISSUER` for `JETON_REGION`.
//!
//! Decides their syntax, and that only one of the two is used. Must not know which region is served.

use jeton_protocol::RegionName;
use serde_json::Value;

use super::environment::{Environment, variable};
use super::error::ConfigError;
use super::setting::{Setter, Value as SettingValue};
use crate::config::regions::{NOT_A_REGION_NAME, RegionConfig};
use crate::config::value::Issuer;

/// The variables that name regions: an array of all regions, or the issuer of the region in `JETON_REGION`.
pub const REGION_VARIABLES: [&str; 2] = [ALL, ISSUER];

/// Regions, and the variable that they come from.
#[derive(Debug)]
pub(super) struct NamedRegions {
    pub(super) variable: &'static str,
    regions: Vec<RegionConfig>,
}

impl NamedRegions {
    /// The regions as the file would list them.
    pub(super) fn list(&self) -> SettingValue {
        let table = |region: &RegionConfig| {
            let entries = [("name", region.name.as_str()), ("issuer", region.issuer.as_str())];
            SettingValue::table(entries).set_by(Setter::Base)
        };
        SettingValue::List(self.regions.iter().map(table).collect())
    }
}

/// Whether regions come from variables.
pub(super) fn are_set(environment: &dyn Environment) -> bool {
    REGION_VARIABLES.iter().any(|name| variable(environment, name).is_some())
}

/// The regions that variables name; `None` if neither variable is set.
pub(super) fn read(environment: &dyn Environment) -> Result<Option<NamedRegions>, ConfigError> {
    let text = |name: &'static str| {
        let value = variable(environment, name);
        value.map(|value| value.into_string().map_err(|_| refuse(name, NOT_UTF_8))).transpose()
    };
    match (text(ALL)?, text(ISSUER)?) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(refuse(ALL, "and JETON_ISSUER are both set, but only one of them may be set; unset one"))
        }
        (Some(array), None) => Ok(Some(NamedRegions { variable: ALL, regions: regions(&array)? })),
        (None, Some(issuer)) => {
            let name = text(REGION)?.ok_or_else(|| refuse(ISSUER, REGION_NOT_SET))?;
            let region = region((&name, REGION), (&issuer, ISSUER))?;
            Ok(Some(NamedRegions { variable: ISSUER, regions: vec![region] }))
        }
    }
}

/// The error if the file has regions too: it is not clear which ones are meant.
pub(super) fn conflict_with_file(variable: &str, file: &str) -> ConfigError {
    let problem =
        format!("is set, but {file} also has `regions`; unset the variable or remove the [[regions]] tables");
    refuse(variable, problem)
}

fn regions(text: &str) -> Result<Vec<RegionConfig>, ConfigError> {
    let parsed: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        refuse(ALL, format!("is not JSON (line {line}, column {column}); use, for example, {EXAMPLE}"))
    })?;
    let items = parsed
        .as_array()
        .filter(|items| !items.is_empty())
        .ok_or_else(|| refuse(ALL, format!("is not a JSON array of regions; use, for example, {EXAMPLE}")))?;
    items.iter().enumerate().map(|(index, item)| array_item(&format!("{ALL}[{index}]"), item)).collect()
}

fn array_item(place: &str, item: &Value) -> Result<RegionConfig, ConfigError> {
    let members = item.as_object().ok_or_else(|| {
        refuse(place, "is not an object; write an object with the members \"name\" and \"issuer\"")
    })?;
    if let Some(unknown) = members.keys().find(|key| !matches!(key.as_str(), "name" | "issuer")) {
        let problem = format!(
            "has the unknown member {unknown:?}; a region has only \"name\" and \"issuer\"; correct or remove it"
        );
        return Err(refuse(place, problem));
    }
    let text = |key: &str| match members.get(key) {
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(refuse(&format!("{place}.{key}"), "is not a string; put it in double quotes")),
        None => Err(refuse(place, format!("has no member \"{key}\"; add it"))),
    };
    region((text("name")?, &format!("{place}.name")), (text("issuer")?, &format!("{place}.issuer")))
}

/// Each string comes with its place, for error messages.
fn region(
    (name, name_place): (&str, &str),
    (issuer, issuer_place): (&str, &str),
) -> Result<RegionConfig, ConfigError> {
    Ok(RegionConfig {
        name: RegionName::parse(name).map_err(|_| refuse(name_place, NOT_A_REGION_NAME))?,
        issuer: Issuer::parse(issuer).map_err(|error| refuse(issuer_place, error.to_string()))?,
    })
}

fn refuse(place: &str, problem: impl Into<String>) -> ConfigError {
    ConfigError::Value { place: place.to_owned(), problem: problem.into() }
}

const ALL: &str = "JETON_REGIONS";
const ISSUER: &str = "JETON_ISSUER";
const REGION: &str = "JETON_REGION";

const REGION_NOT_SET: &str = "is the issuer of JETON_REGION, which is not set; set JETON_REGION to the region's name, for example, \"us\"";

const NOT_UTF_8: &str = "is not UTF-8; correct or unset it";

const EXAMPLE: &str = r#"[{"name":"us","issuer":"https://app.example.com"}]"#;
