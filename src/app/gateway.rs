//! The serving gateway, from its start to its stop.

use std::{fs, io, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::net::TcpListener;

use super::{
    background::Background,
    data::DataBounds,
    engine, sample,
    signals::Signals,
    socket::{self, SocketServer, SocketSettings},
    trusted_documents, tuning,
};
use crate::{
    catalog::Catalog,
    config::{Configuration, Environment},
    graphql::Api,
    http,
};

/// Where a gateway can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Address and port.
    pub listen: SocketAddr,
    /// Whether the schema can be asked for.
    pub shows_schema: bool,
}

/// Serves until SIGTERM or Ctrl-C; `announce` hears the addresses as soon as they answer.
pub async fn serve(configuration: &Configuration, announce: impl FnOnce(Addresses)) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let background = Background::default();
    let run = run(configuration, &background, announce);
    tokio::pin!(run);
    tokio::select! {
        result = &mut run => return result,
        () = signals.next() => tracing::info!("stopping"),
    }
    background.stop().cancel();
    tokio::select! {
        result = run => result?,
        () = signals.next() => tracing::warn!("stopped at once by a second signal"),
    }
    tracing::info!("stopped");
    Ok(())
}

async fn run(
    configuration: &Configuration,
    background: &Background,
    announce: impl FnOnce(Addresses),
) -> anyhow::Result<()> {
    let ended = prepare_and_serve(configuration, background, announce).await;
    if !background.end().await {
        tracing::warn!("background tasks were cut off");
    }
    ended
}

async fn prepare_and_serve(
    configuration: &Configuration,
    background: &Background,
    announce: impl FnOnce(Addresses),
) -> anyhow::Result<()> {
    let service = &configuration.settings.service;
    let listener = listen(service.listen).await?;
    let stop = background.stop();
    // An open store, a batch and a probe may each be left at any time.
    let Some(prepared) = stop.run_until_cancelled(prepare(configuration, background)).await else { return Ok(()) };
    let catalog = prepared?;
    let api = Api::new(Arc::clone(&catalog), configuration.api()).context("cannot set up the API")?;
    let api = Arc::new(api);
    trusted_documents::follow(configuration, background, &api).await?;
    let address = listener.local_addr()?;
    announce(Addresses { listen: address, shows_schema: is_development(configuration) });
    tracing::info!(%address, engine = catalog.engine_name(), "serving");
    let settings = configuration.http();
    let router = http::router(api, settings.clone());
    http::serve(listener, router, settings, stop).await;
    Ok(())
}

/// The catalogue with its engine open, filled and waited for, as the settings ask.
async fn prepare(configuration: &Configuration, background: &Background) -> anyhow::Result<Arc<Catalog>> {
    let catalog = engine::open(configuration, background).await?;
    tuning::follow(configuration, background, &catalog).await?;
    if engine::is_embedded(configuration) {
        serve_commands(configuration, background, &catalog)?;
        if is_development(configuration) {
            sample::load_into_empty(&catalog, DataBounds::of(configuration)).await?;
        }
    } else if let Err(error) = serve_commands_beside_others(configuration, background, &catalog).await {
        // Commands can reach the nodes by themselves, given the settings of this gateway.
        tracing::warn!(cause = format!("{error:#}"), "commands cannot work through this gateway");
    }
    if let Some(seconds) = configuration.settings.service.require_engine {
        engine::wait(&catalog, seconds).await?;
    }
    Ok(catalog)
}

fn is_development(configuration: &Configuration) -> bool {
    configuration.settings.service.environment == Environment::Development
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = if error.kind() == io::ErrorKind::AddrInUse { "; is a gateway running already?" } else { "" };
        anyhow::anyhow!("cannot listen on AISLE_LISTEN {address}{hint}: {error}")
    })
}

/// Serves commands in a data directory that this gateway does not hold alone: the first one there serves them.
async fn serve_commands_beside_others(
    configuration: &Configuration,
    background: &Background,
    catalog: &Arc<Catalog>,
) -> anyhow::Result<()> {
    let data_dir = &configuration.settings.service.data_dir;
    fs::create_dir_all(data_dir).with_context(|| format!("cannot make {}", data_dir.display()))?;
    if socket::connect(data_dir).await?.is_some() {
        anyhow::bail!("another gateway serves the commands of {}", data_dir.display());
    }
    serve_commands(configuration, background, catalog)
}

fn serve_commands(
    configuration: &Configuration,
    background: &Background,
    catalog: &Arc<Catalog>,
) -> anyhow::Result<()> {
    let settings = &configuration.settings;
    let bounds = SocketSettings {
        commands: settings.limits.limit_socket_commands,
        idle: Duration::from_millis(settings.times.socket_idle_ms),
        input: DataBounds::of(configuration),
    };
    let socket = SocketServer::bind(&settings.service.data_dir, bounds).context("no socket for commands")?;
    let (socket, catalog, stop) = (Arc::new(socket), Arc::clone(catalog), background.stop());
    let serve = move || Arc::clone(&socket).serve(Arc::clone(&catalog), stop.clone());
    background.keep("socket for commands", serve);
    Ok(())
}
