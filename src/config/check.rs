//! Rules that bind settings to each other.

use super::{Origin, Secrets, SettingProblem, Settings, load::Given, secret};
use crate::http::{OriginPattern, TrustedHostPattern};

/// What is wrong with settings that are each right; asked only when they are, for a wrong one would be blamed twice.
pub(super) fn together(settings: &Settings, secrets: &Secrets, given: &Given) -> Vec<SettingProblem> {
    let Settings { elasticsearch, http, limits, connections, documents, .. } = settings;
    let has_user = elasticsearch.elasticsearch_username.is_some();
    let has_password = secrets.elasticsearch_password.is_some();
    let rules = [
        (
            limits.default_page_size > limits.limit_page_size,
            "AISLE_DEFAULT_PAGE_SIZE",
            "must not exceed AISLE_LIMIT_PAGE_SIZE",
        ),
        (
            connections.limit_held_body_bytes < limits.limit_body_bytes,
            "AISLE_LIMIT_HELD_BODY_BYTES",
            "must not be less than AISLE_LIMIT_BODY_BYTES",
        ),
        (has_user && !has_password, "AISLE_ELASTICSEARCH_USERNAME", "needs AISLE_ELASTICSEARCH_PASSWORD"),
        (has_password && !has_user, "AISLE_ELASTICSEARCH_PASSWORD", "needs AISLE_ELASTICSEARCH_USERNAME"),
        (
            has_user && secrets.elasticsearch_api_key.is_some(),
            "AISLE_ELASTICSEARCH_API_KEY",
            "must not be set together with AISLE_ELASTICSEARCH_USERNAME",
        ),
        (
            http.trusted_hosts.contains(&TrustedHostPattern::Any) && http.trusted_hosts.len() > 1,
            "AISLE_TRUSTED_HOSTS",
            "must not name further hosts beside *",
        ),
        (
            http.cors_origins.contains(&OriginPattern::Any) && http.cors_origins.len() > 1,
            "AISLE_CORS_ORIGINS",
            "must not name further origins beside *",
        ),
        (
            http.rate_limit_burst.is_some() && http.rate_limit_per_second.is_none(),
            "AISLE_RATE_LIMIT_BURST",
            "needs AISLE_RATE_LIMIT_PER_SECOND",
        ),
        (documents.lacks_manifest(), "AISLE_TRUSTED_DOCUMENTS_MODE", "needs AISLE_TRUSTED_DOCUMENTS"),
    ];
    rules.into_iter().filter(|(is_broken, ..)| *is_broken).map(|(_, name, rule)| broken(name, rule, given)).collect()
}

fn broken(setting: &str, rule: &str, given: &Given) -> SettingProblem {
    let (value, origin) = given.get(setting).cloned().unwrap_or_else(|| ("default".to_owned(), Origin::Default));
    SettingProblem::Invalid {
        setting: setting.to_owned(),
        value: secret::shown(setting, &value),
        origin,
        rule: rule.to_owned(),
    }
}
