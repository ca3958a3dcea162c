//! Merges the file, the environment and the command line into a `Config`. Later layers override earlier ones.
//!
//! Decides which variables belong to Jeton and how their strings become values.
//! Every layer has a name, so that an error can say where a value came from.

use std::path::Path;

use figment::{
    Error, Figment, Metadata, Profile, Provider,
    providers::{Format, Toml},
    util::nest,
    value::{Dict, Map, Value},
};

use super::{
    Config, ConfigError, ConfigSource, Environment, Overrides, RegionConfig, error::BaseLayer, keys,
    region_variables, regions,
};

/// Reads the file, if there is one, and applies variables and options on top of it.
pub(super) fn read(
    source: &ConfigSource,
    overrides: &Overrides,
    environment: &dyn Environment,
) -> Result<Config, ConfigError> {
    let (base, folder, dict) = match source {
        ConfigSource::File(file) => {
            (BaseLayer::File(file), file.parent().unwrap_or(Path::new("")).to_owned(), file_values(file)?)
        }
        ConfigSource::Environment => (BaseLayer::Environment, environment.folder(), Dict::new()),
    };
    let has_regions = dict.contains_key("regions");
    let mut layers = Figment::from(Layer { name: base.name(), dict });
    if let Some(named) = region_variables::read(environment)? {
        if has_regions {
            return Err(region_variables::conflict_with_file(named.variable, &source.to_string()));
        }
        layers = layers.merge(Layer::of(named.variable, "regions", list(&named.regions)));
    }
    for layer in variables(environment)? {
        layers = layers.merge(layer);
    }
    if let Some(region) = &overrides.region {
        layers = layers.merge(Layer::of("--region", "region", Value::from(region.as_str())));
    }

    let mut config: Config = layers.extract().map_err(|error| base.translate(&error, &layers))?;
    let problem = regions::problem(&config.region, &config.regions).or_else(|| config.listen.problem());
    if let Some((key, sentence)) = problem {
        return Err(base.error_at_setter(&key, &layers, sentence));
    }
    config.resolve_paths(&folder);
    Ok(config)
}

fn file_values(file: &Path) -> Result<Dict, ConfigError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| ConfigError::Unreadable { file: file.to_owned(), source })?;
    let dict: Dict = Toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        ConfigError::Syntax { file: file.to_owned(), line, reason: error.message().to_owned() }
    })?;
    if Value::from(dict.clone()).find_ref("keys.master_key").is_some() {
        return Err(BaseLayer::File(file).error("keys.master_key", keys::MASTER_KEY_IN_FILE));
    }
    Ok(dict)
}

fn list(regions: &[RegionConfig]) -> Value {
    let texts = |region: &RegionConfig| {
        Dict::from([
            ("name".to_owned(), Value::from(region.name.as_str())),
            ("issuer".to_owned(), Value::from(region.issuer.as_str())),
        ])
    };
    Value::from(regions.iter().map(texts).collect::<Vec<_>>())
}

/// Jeton's variables, one layer each, in the order of their names.
fn variables(environment: &dyn Environment) -> Result<Vec<Layer>, ConfigError> {
    let mut variables = environment.variables();
    variables.sort();
    let mut layers = Vec::new();
    for (name, value) in variables {
        let Some((name, key)) = name.to_str().and_then(|name| Some((name, key_of(name)?))) else { continue };
        let refuse =
            |problem: &str| ConfigError::Value { place: name.to_owned(), problem: problem.to_owned() };
        if key.split('.').any(str::is_empty) {
            return Err(refuse("is not a configuration key; correct or unset it"));
        }
        if key.split('.').next() == Some("regions") {
            return Err(refuse(
                "cannot set a part of the regions; set all regions in the file or in JETON_REGIONS",
            ));
        }
        let value = value.to_str().ok_or_else(|| refuse("is not UTF-8; correct or unset it"))?;
        if key != "region" || !value.is_empty() {
            layers.push(Layer::of(name, &key, parse(&key, value)));
        }
    }
    Ok(layers)
}

/// The key that a variable sets. Other variables that begin with `JETON_` are not Jeton's: Kubernetes injects
/// `JETON_PORT` if a service is called `jeton`.
fn key_of(name: &str) -> Option<String> {
    let rest = name.strip_prefix("JETON_")?;
    (rest == "REGION" || rest.contains("__")).then(|| rest.to_ascii_lowercase().replace("__", "."))
}

/// A value stays a string unless the key has another type: a password that consists of digits must stay a string.
fn parse(key: &str, text: &str) -> Value {
    let Ok(parsed) = text.parse::<Value>();
    match key {
        "limits.failures" | "limits.in_flight" => parsed,
        "listen.trusted_proxies" | "metadata.scopes" if text.trim_start().starts_with('[') => parsed,
        "listen.trusted_proxies" | "metadata.scopes" => {
            let items = text.split([',', ' ']).filter(|item| !item.is_empty());
            Value::from(items.map(str::to_owned).collect::<Vec<_>>())
        }
        _ => Value::from(text),
    }
}

struct Layer {
    name: String,
    dict: Dict,
}

impl Layer {
    fn of(name: &str, key: &str, value: Value) -> Self {
        Self { name: name.to_owned(), dict: nest(key, value).into_dict().unwrap_or_default() }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.dict.clone()))
    }
}
