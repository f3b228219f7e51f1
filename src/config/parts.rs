//! The settings as each part wants them: parts never see the whole.

use super::{Configuration, CostMode, Environment, LogFormat, Origin};
use crate::{
    engine::{elastic::ElasticSettings, embedded::EmbeddedSettings},
    graphql::{self, ApiSettings, DocumentLimits, Introspection},
    http::{HttpSettings, JsonLimits},
    search::SearchLimits,
    telemetry::{self, TelemetrySettings},
};

impl Configuration {
    /// What the log wants; a command that serves nobody logs warnings only, unless somebody asks for more.
    pub fn telemetry(&self, usual_levels: &str) -> TelemetrySettings {
        let log = &self.settings.log;
        let is_default =
            self.in_force.iter().any(|setting| setting.variable == "AISLE_LOG" && setting.origin == Origin::Default);
        TelemetrySettings {
            levels: if is_default { usual_levels.to_owned() } else { log.log.clone() },
            format: log.log_format.map(|format| match format {
                LogFormat::Pretty => telemetry::LogFormat::Pretty,
                LogFormat::Json => telemetry::LogFormat::Json,
            }),
        }
    }

    /// What a search may ask for.
    pub fn searches(&self) -> SearchLimits {
        let relax_below = self.settings.relevance.search_relax_below;
        SearchLimits { relax_below, ..self.settings.limits.search() }
    }

    /// What the embedded engine wants.
    pub fn embedded(&self) -> EmbeddedSettings {
        let embedded = &self.settings.embedded;
        EmbeddedSettings {
            data_dir: self.settings.service.data_dir.clone(),
            cache_bytes: embedded.embedded_cache_bytes,
            writer_memory_bytes: embedded.embedded_writer_memory_bytes,
            search_threads: embedded.embedded_search_threads.unwrap_or(EmbeddedSettings::default().search_threads),
            pending_products: embedded.embedded_pending_products,
            queued_writes: embedded.embedded_queued_writes,
            refresh_ms: self.settings.elasticsearch.index_refresh_ms,
            visibility_timeout_ms: embedded.embedded_visibility_timeout_ms,
            names: self.settings.service.names(),
        }
    }

    /// What the Elasticsearch engine wants.
    pub fn elastic(&self) -> ElasticSettings {
        let elasticsearch = &self.settings.elasticsearch;
        ElasticSettings {
            urls: elasticsearch.elasticsearch_url.clone(),
            username: elasticsearch.elasticsearch_username.clone(),
            password: self.secrets.elasticsearch_password.clone(),
            api_key: self.secrets.elasticsearch_api_key.clone(),
            ca_file: elasticsearch.elasticsearch_ca_file.clone(),
            index_prefix: elasticsearch.index_prefix.clone(),
            shards: elasticsearch.index_shards,
            replicas: elasticsearch.index_replicas,
            refresh_ms: elasticsearch.index_refresh_ms,
            attempt_timeout_ms: elasticsearch.elasticsearch_attempt_timeout_ms,
            probe_interval_ms: elasticsearch.elasticsearch_probe_interval_ms,
            answer_bytes: elasticsearch.elasticsearch_answer_bytes,
            bulk_bytes: elasticsearch.elasticsearch_bulk_bytes,
            bulk_timeout_ms: elasticsearch.elasticsearch_bulk_timeout_ms,
            concurrent_writes: elasticsearch.elasticsearch_concurrent_writes,
            pending_changes: elasticsearch.elasticsearch_pending_changes,
            write_timeout_ms: elasticsearch.elasticsearch_write_timeout_ms,
            names: self.settings.service.names(),
        }
    }

    /// What the API wants.
    pub fn api(&self) -> ApiSettings {
        let Self { settings, .. } = self;
        ApiSettings {
            currency: settings.service.currency.clone(),
            document: DocumentLimits {
                bytes: settings.limits.limit_document_bytes,
                tokens: settings.limits.limit_document_tokens,
                recursion: settings.limits.limit_document_recursion,
                depth: settings.limits.limit_depth,
                aliases: settings.limits.limit_aliases,
                root_fields: settings.limits.limit_root_fields,
                directives: settings.limits.limit_directives,
                fields: settings.limits.limit_fields,
                errors: settings.limits.limit_document_errors,
                values: settings.limits.limit_query_values,
                cost: settings.limits.limit_cost,
            },
            documents: settings.documents.api(),
            cost_mode: match settings.limits.cost_mode {
                CostMode::Enforce => graphql::CostMode::Enforce,
                CostMode::Measure => graphql::CostMode::Measure,
            },
            cache_max_age_seconds: settings.limits.cache_max_age_seconds,
            prepared_bytes: settings.limits.limit_prepared_document_bytes,
            operation_timeout_ms: settings.times.operation_timeout_ms,
            slow_operation_ms: settings.times.slow_operation_ms,
            introspection: match settings.service.environment {
                Environment::Development => Introspection::Allowed,
                Environment::Production => Introspection::Refused,
            },
        }
    }

    /// What the HTTP server wants.
    pub fn http(&self) -> HttpSettings {
        let Self { settings, .. } = self;
        HttpSettings {
            body_bytes: settings.limits.limit_body_bytes,
            json: JsonLimits {
                nesting: settings.limits.limit_json_nesting,
                items: settings.limits.limit_json_items,
                values: settings.limits.limit_json_values,
            },
            header_timeout_ms: settings.times.http_header_timeout_ms,
            body_timeout_ms: settings.times.http_body_timeout_ms,
            write_timeout_ms: settings.connections.http_write_timeout_ms,
            linger_ms: settings.connections.http_linger_ms,
            linger_bytes: settings.connections.limit_linger_bytes,
            held_body_bytes: settings.connections.limit_held_body_bytes,
            held_answer_bytes: settings.connections.limit_held_answer_bytes,
            connections: settings.limits.limit_connections,
            shutdown_grace_ms: settings.times.shutdown_grace_ms,
            head: settings.http.head(),
            trusted_proxies: settings.http.trusted_proxies.clone(),
            trusted_hosts: settings.http.hosts(),
            cors_origins: settings.http.origins(settings.service.environment),
            rate_limit: settings.http.rate_limit(),
        }
    }
}
