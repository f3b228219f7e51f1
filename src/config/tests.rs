//! What settings give, refuse and print.

use std::fs;

use super::*;

fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Surroundings { variables, directory: std::env::temp_dir().join("aisle-no-such-folder") }
}

fn problems(variables: &[(&str, &str)]) -> Vec<String> {
    match load(&Flags::new(), &surroundings(variables)) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn needs_no_setting() {
    let configuration = load(&Flags::new(), &surroundings(&[])).unwrap();
    assert_eq!(configuration.settings.service.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(configuration.settings.limits.search(), crate::search::SearchLimits::default());
    assert!(configuration.in_force.iter().all(|setting| setting.origin == Origin::Default));
}

#[test]
fn a_bad_value_is_named_with_its_rule() {
    for (variable, value, rule) in [
        ("AISLE_ENVIRONMENT", "staging", "must be one of development, production"),
        ("AISLE_LISTEN", "localhost:8080", "must be an IP address and a port"),
        ("AISLE_LISTEN", "0.0.0.0:8080", "must be a loopback address"),
        ("AISLE_LISTEN", "[::]:8080", "must be a loopback address"),
        ("AISLE_CURRENCY", "usd", "must be three capital letters"),
        ("AISLE_CURRENCY", "USDT", "must be three capital letters"),
        ("AISLE_CURRENCY", "JPY", "must be a currency of two decimals"),
        ("AISLE_CURRENCY", "KWD", "must be a currency of two decimals"),
        ("AISLE_REQUIRE_ENGINE", "soon", "invalid digit"),
        ("AISLE_REQUIRE_ENGINE", "0", "0 is not in 1..=3600"),
        ("AISLE_LOG", "aisle=loudest", "must be levels like"),
        ("AISLE_LOG_FORMAT", "xml", "must be one of pretty, json"),
        ("AISLE_ELASTICSEARCH_URL", "http://one:9200,two:9200", "must be http:// or https:// addresses"),
        ("AISLE_INDEX_PREFIX", "Aisle", "must be 1 to 100 of a-z"),
        ("AISLE_INDEX_PREFIX", "-aisle", "beginning with a letter or digit"),
        ("AISLE_INDEX_SHARDS", "-1", "invalid digit"),
        ("AISLE_LIMIT_PAGE_SIZE", "99999999999999999999", "number too large"),
        ("AISLE_DEFAULT_PAGE_SIZE", "101", "must not exceed AISLE_LIMIT_PAGE_SIZE"),
        ("AISLE_LIMIT_HELD_BODY_BYTES", "1024", "must not be less than AISLE_LIMIT_BODY_BYTES"),
        ("AISLE_TRUSTED_DOCUMENTS_MODE", "on", "must be one of off, log, enforce"),
        ("AISLE_TRUSTED_DOCUMENTS_MODE", "log", "needs AISLE_TRUSTED_DOCUMENTS"),
        ("AISLE_TRUSTED_DOCUMENTS_MODE", "enforce", "needs AISLE_TRUSTED_DOCUMENTS"),
        ("AISLE_ELASTICSEARCH_USERNAME", "elastic", "needs AISLE_ELASTICSEARCH_PASSWORD"),
        ("AISLE_ELASTICSEARCH_PASSWORD_FILE", "nowhere", "cannot be read"),
        ("AISLE_TRUSTED_PROXIES", "10.0.0.1,proxy", "must be addresses or networks"),
        ("AISLE_TRUSTED_HOSTS", "https://shop.example.com", "must be hosts like"),
        ("AISLE_TRUSTED_HOSTS", "*,shop.example.com", "must not name further hosts beside *"),
        ("AISLE_CORS_ORIGINS", "shop.example.com", "must be * or origins like"),
        ("AISLE_CORS_ORIGINS", "*,https://shop.example.com", "must not name further origins beside *"),
        ("AISLE_RATE_LIMIT_BURST", "5", "needs AISLE_RATE_LIMIT_PER_SECOND"),
    ] {
        let found = problems(&[(variable, value)]);
        assert_eq!(found.len(), 1, "{variable}={value}: {found:?}");
        assert!(found[0].starts_with(&format!("{variable} = '{value}' (environment): ")), "{found:?}");
        assert!(found[0].contains(rule), "{found:?} does not say {rule}");
    }
}

#[test]
fn what_was_refused_is_repeated_without_its_password() {
    for (value, shown) in [
        ("http://me:secret@one:9200", "http://(hidden)@one:9200"),
        ("https://one:9200,https://me:secret@two:9200", "https://(hidden)@two:9200"),
        ("http://me:sec://@ret@one:9200", "http://(hidden)@one:9200"),
        ("me:secret@one:9200", "(hidden)@one:9200"),
    ] {
        let found = problems(&[("AISLE_ELASTICSEARCH_URL", value)]);
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        assert!(found[0].starts_with(&format!("AISLE_ELASTICSEARCH_URL = '{shown}' (environment): ")), "{found:?}");
        assert!(found[0].contains("must be http:// or https:// addresses without user, password"), "{found:?}");
    }
}

#[test]
fn a_bad_line_of_the_dot_env_file_is_told_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let text = "AISLE_CURRENCY=EUR\n\nAISLE_ELASTICSEARCH_PASSWORD=hush 'hush\n";
    fs::write(folder.path().join(".env"), text).unwrap();
    let mut surroundings = surroundings(&[]);
    surroundings.directory = folder.path().to_owned();
    let problems = load(&Flags::new(), &surroundings).unwrap_err();
    assert_eq!(problems.to_string(), "bad settings:\n  .env: line 3 cannot be read");
}

#[test]
fn everything_wrong_is_reported_together() {
    let found = problems(&[
        ("AISLE_CURRENCY", "dollar"),
        ("AISLE_DATADIR", "/data"),
        ("AISLE_INDEX_SHARDS", "0"),
        ("AISLE_LISTEN", "0.0.0.0:8080"),
        ("AISLE_ELASTICSEARCH_API_KEY_FILE", "nowhere"),
    ]);
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn every_range_holds_at_both_ends() {
    for setting in Setting::all() {
        let Some((least, most)) = setting.value.split_once("..") else { continue };
        let Ok(least) = least.parse::<u64>() else { continue };
        let most: u64 = most.parse().unwrap();
        let is_refused = |value: u64| {
            let value = value.to_string();
            problems(&[(&setting.variable, &value)]).iter().any(|problem| problem.contains("is not in"))
        };
        assert!(!is_refused(least) && !is_refused(most), "{} refuses an end of its range", setting.variable);
        assert!(is_refused(most + 1), "{} takes {}", setting.variable, most + 1);
        assert!(least == 0 || is_refused(least - 1), "{} takes {}", setting.variable, least - 1);
    }
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), "AISLE_CURRENCY=EUR\nAISLE_INDEX_PREFIX=file\nAISLE_LOG=warn\nOTHER=x\n")
        .unwrap();
    let flags = Flags::from([("AISLE_LOG".to_owned(), "debug".to_owned())]);
    let mut surroundings = surroundings(&[("AISLE_INDEX_PREFIX", "variable"), ("AISLE_LOG", "error")]);
    surroundings.directory = folder.path().to_owned();
    let Configuration { settings, in_force, .. } = load(&flags, &surroundings).unwrap();
    assert_eq!(settings.service.currency, "EUR");
    assert_eq!(settings.elasticsearch.index_prefix, "variable");
    assert_eq!(settings.log.log, "debug");
    let origin = |variable: &str| in_force.iter().find(|setting| setting.variable == variable).unwrap().origin;
    assert_eq!(origin("AISLE_CURRENCY"), Origin::DotEnv);
    assert_eq!(origin("AISLE_INDEX_PREFIX"), Origin::Environment);
    assert_eq!(origin("AISLE_LOG"), Origin::Flag);
    surroundings.variables.push(("AISLE_ENVIRONMENT".into(), "production".into()));
    assert_eq!(load(&flags, &surroundings).unwrap().settings.service.currency, "USD", "production reads no .env");
}

#[test]
fn an_empty_variable_is_unset() {
    assert!(problems(&[("AISLE_ELASTICSEARCH_URL", ""), ("AISLE_CURRENCY", "")]).is_empty());
}

#[test]
fn secrets_come_from_variables_or_files_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), "hush-hush\n").unwrap();
    let mut surroundings = surroundings(&[("AISLE_ELASTICSEARCH_API_KEY_FILE", "key")]);
    surroundings.directory = folder.path().to_owned();
    let configuration = load(&Flags::new(), &surroundings).unwrap();
    assert_eq!(configuration.secrets.elasticsearch_api_key.as_deref(), Some("hush-hush"));
    assert!(!format!("{configuration:?}").contains("hush"));
    let both = [("AISLE_ELASTICSEARCH_API_KEY", "hush"), ("AISLE_ELASTICSEARCH_API_KEY_FILE", "key")];
    assert_eq!(
        problems(&both),
        ["AISLE_ELASTICSEARCH_API_KEY = '(hidden)' (environment): must not be set together with \
          AISLE_ELASTICSEARCH_API_KEY_FILE"]
    );
    assert!(arguments().iter().all(|argument| !argument.get_id().as_str().contains("PASSWORD")));
}

#[test]
fn the_list_of_settings_in_force_is_the_list_of_settings() {
    let all: Vec<String> = Setting::all().into_iter().map(|setting| setting.variable).collect();
    let shown = load(&Flags::new(), &surroundings(&[])).unwrap().in_force;
    assert_eq!(shown.into_iter().map(|setting| setting.variable).collect::<Vec<_>>(), all);
}

#[test]
fn who_may_ask_depends_on_the_environment_unless_it_is_set() {
    use crate::http::{AllowedOrigins, TrustedHosts};
    let http = |variables: &[(&str, &str)]| load(&Flags::new(), &surroundings(variables)).unwrap().http();
    let development = http(&[]);
    assert_eq!(development.trusted_hosts, TrustedHosts::Loopback);
    assert_eq!(development.cors_origins, AllowedOrigins::Loopback);
    assert_eq!(development.rate_limit, None);
    let production = http(&[("AISLE_ENVIRONMENT", "production")]);
    assert_eq!(production.trusted_hosts, TrustedHosts::Loopback, "it listens on loopback alone there too");
    assert_eq!(production.cors_origins, AllowedOrigins::None);
    for environment in ["development", "production"] {
        let set = http(&[
            ("AISLE_ENVIRONMENT", environment),
            ("AISLE_TRUSTED_HOSTS", "*.example.com,localhost:8080"),
            ("AISLE_CORS_ORIGINS", "*"),
            ("AISLE_TRUSTED_PROXIES", "10.0.0.7,2001:db8::/32"),
            ("AISLE_RATE_LIMIT_PER_SECOND", "20"),
        ]);
        assert!(matches!(set.trusted_hosts, TrustedHosts::Listed(hosts) if hosts.len() == 2));
        let any = http(&[("AISLE_ENVIRONMENT", environment), ("AISLE_TRUSTED_HOSTS", "*")]);
        assert_eq!(any.trusted_hosts, TrustedHosts::Any);
        assert_eq!((set.cors_origins, set.trusted_proxies.len()), (AllowedOrigins::Any, 2));
        assert_eq!(set.rate_limit.unwrap().burst.get(), 20);
    }
}
