//! A proxy in front of a node that remembers every request and can fail in every way a node can.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use url::Url;

use super::node::Node;

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

/// What goes wrong with single requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The request never reaches the node, and no answer comes.
    LoseRequest,
    /// The node obeys, but its answer never comes.
    LoseAnswer,
    /// The request waits until [`RecordingProxy::release`].
    Hold,
    /// The node is too busy for the items of a bulk that hold this text, and does the others.
    RefuseItems(String),
}

/// The requests that a fault befalls: of those that hold the text, so many after so many.
#[derive(Debug)]
struct Rule {
    text: String,
    fault: Fault,
    after: usize,
    times: usize,
}

#[derive(Debug)]
struct Shared {
    conduct: Mutex<Conduct>,
    rules: Mutex<Vec<Rule>>,
    /// Requests that were held or lost so far.
    befallen: Mutex<usize>,
    is_released: Mutex<bool>,
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
            rules: Mutex::default(),
            befallen: Mutex::default(),
            is_released: Mutex::default(),
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

    /// Lets the fault befall the next request whose path holds `path`.
    pub fn spoil(&self, path: &str, fault: Fault) {
        self.spoil_after(0, path, fault);
    }

    /// The same after `after` such requests.
    pub fn spoil_after(&self, after: usize, path: &str, fault: Fault) {
        self.shared.rules.lock().unwrap().push(Rule { text: path.to_owned(), fault, after, times: 1 });
    }

    /// Lets the fault befall every such request until [`RecordingProxy::heal`].
    pub fn spoil_all(&self, path: &str, fault: Fault) {
        self.shared.rules.lock().unwrap().push(Rule { text: path.to_owned(), fault, after: 0, times: usize::MAX });
    }

    /// Ends all faults that have not befallen a request yet.
    pub fn heal(&self) {
        self.shared.rules.lock().unwrap().clear();
    }

    /// Waits until faults have befallen so many requests.
    pub async fn befallen(&self, count: usize) {
        while *self.shared.befallen.lock().unwrap() < count {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Lets go what is held, and is to be held.
    pub fn release(&self) {
        *self.shared.is_released.lock().unwrap() = true;
    }

    /// Holds what is to be held from now on.
    pub fn hold_again(&self) {
        *self.shared.is_released.lock().unwrap() = false;
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
        shared.requests.lock().unwrap().push(recorded.clone());
        let conduct = shared.conduct.lock().unwrap().clone();
        match conduct {
            Conduct::Pass => match shared.fault(&recorded) {
                None => node.write_all(&bytes)?,
                Some(fault) => {
                    if shared.befall(&fault, &recorded, &mut client)? {
                        node.write_all(&bytes)?;
                    }
                }
            },
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

impl Shared {
    /// The fault that befalls this request.
    fn fault(&self, request: &Recorded) -> Option<Fault> {
        let mut rules = self.rules.lock().unwrap();
        let rule = rules.iter_mut().find(|rule| rule.times > 0 && request.path.contains(&rule.text))?;
        if rule.after > 0 {
            rule.after -= 1;
            return None;
        }
        rule.times -= 1;
        Some(rule.fault.clone())
    }

    /// Does what the fault says; true when the request is to be passed on after all.
    fn befall(&self, fault: &Fault, request: &Recorded, client: &mut TcpStream) -> std::io::Result<bool> {
        if *fault == Fault::LoseAnswer {
            self.ask(request, &request.body);
        }
        *self.befallen.lock().unwrap() += 1;
        match fault {
            Fault::LoseRequest | Fault::LoseAnswer => Ok(false),
            Fault::Hold => {
                while !*self.is_released.lock().unwrap() {
                    thread::sleep(PAUSE);
                }
                Ok(true)
            }
            Fault::RefuseItems(text) => {
                let answer = self.refuse(text, request);
                let length = answer.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
                client.write_all(format!("{head}{answer}").as_bytes())?;
                Ok(false)
            }
        }
    }

    /// The answer of the node to the request with another body.
    fn ask(&self, request: &Recorded, body: &str) -> String {
        let node = Node { flavour: String::new(), url: Url::parse(&format!("http://{}/", self.upstream)).unwrap() };
        node.ask(&request.method, &request.path, body).1
    }

    /// The answer to a bulk of creations of which the node does not take those that hold the text.
    fn refuse(&self, text: &str, request: &Recorded) -> String {
        let lines: Vec<&str> = request.body.lines().collect();
        let items: Vec<String> = lines.chunks(2).map(|item| item.join("\n") + "\n").collect();
        let taken: String = items.iter().filter(|item| !item.contains(text)).map(String::as_str).collect();
        let mut results = Vec::new().into_iter();
        if !taken.is_empty() {
            let answer: Value = serde_json::from_str(&self.ask(request, &taken)).unwrap();
            results = answer["items"].as_array().unwrap().clone().into_iter();
        }
        let refusal = json!({"create": {"status": 429, "error": {"type": "es_rejected_execution_exception"}}});
        let result = |item: &String| if item.contains(text) { refusal.clone() } else { results.next().unwrap() };
        json!({"items": items.iter().map(result).collect::<Vec<_>>()}).to_string()
    }
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
