//! A proxy in front of a node that remembers every request and can fail in every way a node can.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use url::Url;

/// How long the proxy waits before it looks again whether something changed.
const PAUSE: Duration = Duration::from_millis(5);

/// A request that came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub method: String,
    /// With parameters.
    pub path: String,
    pub body: String,
}

/// What the proxy does with requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conduct {
    /// Passes them on.
    Pass,
    /// Never answers.
    Hang,
    /// Answers with these bytes and hangs up.
    Answer(String),
    /// Accepts no connection and ends those that are open.
    Refuse,
}

#[derive(Debug)]
struct Shared {
    conduct: Mutex<Conduct>,
    requests: Mutex<Vec<Recorded>>,
    open: Mutex<Vec<TcpStream>>,
    upstream: SocketAddr,
}

/// The proxy; it stops when it is dropped.
#[derive(Debug)]
pub struct RecordingProxy {
    shared: Arc<Shared>,
    port: u16,
}

impl RecordingProxy {
    /// A proxy in front of the node at `upstream`.
    pub fn start(upstream: &Url) -> Self {
        let upstream = upstream.socket_addrs(|| None).unwrap()[0];
        let shared = Arc::new(Shared {
            conduct: Mutex::new(Conduct::Pass),
            requests: Mutex::default(),
            open: Mutex::default(),
            upstream,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let for_thread = Arc::downgrade(&shared);
        thread::spawn(move || {
            let mut listener = Some(listener);
            while let Some(shared) = for_thread.upgrade() {
                listener = listen(&shared, listener, port);
                thread::sleep(PAUSE);
            }
        });
        Self { shared, port }
    }

    /// Where the proxy listens.
    pub fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}/", self.port)).unwrap()
    }

    /// Changes what happens from now on.
    pub fn conduct(&self, conduct: Conduct) {
        let refuses = conduct == Conduct::Refuse;
        *self.shared.conduct.lock().unwrap() = conduct;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() == refuses {
            thread::sleep(PAUSE);
        }
        if refuses {
            for stream in self.shared.open.lock().unwrap().drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// The requests since the last time this was asked, without the looks at the node itself.
    pub fn take_requests(&self) -> Vec<Recorded> {
        let requests = std::mem::take(&mut *self.shared.requests.lock().unwrap());
        requests.into_iter().filter(|request| !request.path.starts_with("/?")).collect()
    }
}

impl Drop for RecordingProxy {
    fn drop(&mut self) {
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Takes the connections that wait; gives back the listener unless none are to be accepted.
fn listen(shared: &Arc<Shared>, listener: Option<TcpListener>, port: u16) -> Option<TcpListener> {
    if *shared.conduct.lock().unwrap() == Conduct::Refuse {
        return None;
    }
    let listener = listener.or_else(|| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())?;
    listener.set_nonblocking(true).unwrap();
    while let Ok((stream, _)) = listener.accept() {
        stream.set_nonblocking(false).unwrap();
        shared.open.lock().unwrap().push(stream.try_clone().unwrap());
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            let _ = serve(&shared, stream);
        });
    }
    Some(listener)
}

fn serve(shared: &Shared, mut client: TcpStream) -> std::io::Result<()> {
    let mut node = TcpStream::connect(shared.upstream)?;
    let (mut answers, mut back) = (node.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut requests = BufReader::new(client.try_clone()?);
    while let Some((recorded, bytes)) = read_request(&mut requests)? {
        shared.requests.lock().unwrap().push(recorded);
        let conduct = shared.conduct.lock().unwrap().clone();
        match conduct {
            Conduct::Pass => node.write_all(&bytes)?,
            Conduct::Hang => {}
            Conduct::Answer(answer) => {
                client.write_all(answer.as_bytes())?;
                break;
            }
            Conduct::Refuse => break,
        }
    }
    client.shutdown(Shutdown::Both)?;
    node.shutdown(Shutdown::Both)
}

/// One whole request and its bytes; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<(Recorded, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let mut length = 0;
    let mut first = String::new();
    loop {
        let start = bytes.len();
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&bytes[start..]).trim().to_owned();
        if line.is_empty() {
            break;
        }
        if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            length = value.trim().parse().unwrap();
        }
        if start == 0 {
            first = line;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let recorded = Recorded {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    bytes.extend(body);
    Ok(Some((recorded, bytes)))
}
