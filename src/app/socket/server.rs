//! The side of the gateway that serves commands.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{
        Semaphore,
        mpsc::{Receiver, channel},
    },
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::SocketError;
use crate::{
    app::data::{DataBounds, DataCommand, DataEvent, Input, perform},
    catalog::Catalog,
};

/// What the name of a socket ends with while it is made.
pub(super) const NEW_SUFFIX: &str = ".new";

/// Longest first line: the longest command has some 50 bytes.
const COMMAND_BYTES: u64 = 256;

/// Events between a command and its listener.
const EVENTS: usize = 64;

/// Bounds of what commands may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketSettings {
    /// Most commands at once.
    pub commands: usize,
    /// Longest silence of a client, reading or writing.
    pub idle: Duration,
    /// Bounds of the input of each.
    pub input: DataBounds,
}

/// The socket of a data directory; its file goes away with the value.
pub struct SocketServer {
    listener: UnixListener,
    path: PathBuf,
    settings: SocketSettings,
    places: Semaphore,
}

impl SocketServer {
    /// Takes the place of whatever socket is left in `data_dir`: the caller holds the store, so it is nobody's.
    pub fn bind(data_dir: &Path, settings: SocketSettings) -> Result<Self, SocketError> {
        let path = super::path(data_dir)?;
        let listener = listen(&path).map_err(|error| SocketError::Refused(path.clone(), error))?;
        let places = Semaphore::new(settings.commands);
        Ok(Self { listener, path, settings, places })
    }

    /// Serves commands until `stop`, then waits for those under way to stop.
    pub async fn serve(self: Arc<Self>, catalog: Arc<Catalog>, stop: CancellationToken) {
        let commands = TaskTracker::new();
        while let Some(stream) = next(&self.listener, &stop).await {
            let work = Arc::clone(&self).command(stream, Arc::clone(&catalog));
            let stop = stop.clone();
            commands.spawn(async move {
                // Dropping the work is how a command stops; what it acknowledged is stored.
                if let Some(Err(error)) = stop.run_until_cancelled(work).await {
                    tracing::debug!(%error, "a command on the socket ended early");
                }
            });
        }
        commands.close();
        commands.wait().await;
    }

    /// Does what one client asks, or says that too many are at it.
    async fn command(self: Arc<Self>, stream: UnixStream, catalog: Arc<Catalog>) -> io::Result<()> {
        let settings = &self.settings;
        let (reader, writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        let (sender, receiver) = channel(EVENTS);
        let answers = answer(writer, receiver, settings.idle);
        let work = async {
            let refusal = match self.places.try_acquire() {
                Ok(_place) => match read_command(&mut reader, settings.idle).await {
                    Ok(asked) => {
                        tracing::info!(command = ?asked, "command on the socket");
                        let input = Input::impatient(reader, settings.idle);
                        return perform(&catalog, asked, input, settings.input, sender).await;
                    }
                    Err(error) => format!("cannot understand the command: {error}"),
                },
                Err(_) => format!("{} commands are under way already; try again", settings.commands),
            };
            let _ = sender.send(DataEvent::Failed { message: refusal }).await;
        };
        let ((), answered) = tokio::join!(work, answers);
        answered
    }
}

impl Drop for SocketServer {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// A socket appears under its name only when nobody else can open it any more.
fn listen(path: &Path) -> io::Result<UnixListener> {
    let mut new = path.as_os_str().to_owned();
    new.push(NEW_SUFFIX);
    let new = PathBuf::from(new);
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&new)?;
    fs::set_permissions(&new, Permissions::from_mode(0o600))?;
    fs::rename(&new, path)?;
    Ok(listener)
}

/// Time after a failed `accept`, so that a lack of file handles does not become a busy loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

async fn next(listener: &UnixListener, stop: &CancellationToken) -> Option<UnixStream> {
    loop {
        match stop.run_until_cancelled(listener.accept()).await? {
            Ok((stream, _)) => return Some(stream),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a command");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn read_command(reader: &mut BufReader<OwnedReadHalf>, idle: Duration) -> io::Result<DataCommand> {
    let mut line = Vec::new();
    timeout(idle, reader.take(COMMAND_BYTES).read_until(b'\n', &mut line)).await??;
    Ok(serde_json::from_slice(&line)?)
}

/// Writes each event; ends, and with it the command, when the client is gone or does not read.
async fn answer(mut writer: OwnedWriteHalf, mut events: Receiver<DataEvent>, idle: Duration) -> io::Result<()> {
    while let Some(event) = events.recv().await {
        let mut line = serde_json::to_vec(&event)?;
        line.push(b'\n');
        timeout(idle, writer.write_all(&line)).await??;
    }
    writer.shutdown().await
}
