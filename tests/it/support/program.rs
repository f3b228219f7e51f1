//! The real binary, on a data directory of its own.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

/// What a command left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `aisle` with `arguments`, no setting but the data directory, in that directory.
pub(crate) fn command(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aisle"));
    command.args(arguments).current_dir(data_dir).env_clear().env("AISLE_DATA_DIR", data_dir);
    command
}

/// Runs `aisle` to its end.
pub(crate) fn run(data_dir: &Path, arguments: &[&str]) -> Ran {
    ran(command(data_dir, arguments).stdin(Stdio::null()).output().unwrap())
}

/// Runs `aisle` with `input` on its standard input.
pub(crate) fn run_with_input(data_dir: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = command(data_dir, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that stops early closes its input; that is for its exit code to judge.
    let writer = thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    ran(output)
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A serving gateway, ended with the value.
pub(crate) struct Gateway {
    child: Child,
    /// Address and port.
    pub(crate) address: String,
    /// What it printed until it was ready.
    pub(crate) greeting: String,
}

impl Gateway {
    /// Serves `data_dir` on a free port, with these settings too.
    pub(crate) fn serve(data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(command(data_dir, &["serve", "--listen", "127.0.0.1:0"]), settings)
    }

    /// Serves `data_dir` on a free port, with these settings too, and writes its log to a file.
    pub(crate) fn serve_with_log(data_dir: &Path, settings: &[(&str, &str)], log: &Path) -> Self {
        let mut command = command(data_dir, &["serve", "--listen", "127.0.0.1:0"]);
        command.stderr(File::create(log).unwrap());
        Self::start(command, settings)
    }

    /// Serves `data_dir` where no file may become larger than so many KiB: a disk that is full.
    pub(crate) fn serve_on_small_disk(data_dir: &Path, file_kib: u32, settings: &[(&str, &str)]) -> Self {
        let program = env!("CARGO_BIN_EXE_aisle");
        // Ignored, the signal becomes an error of the write.
        let script = format!("trap '' XFSZ; ulimit -S -f {file_kib}; exec {program} serve --listen 127.0.0.1:0");
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(data_dir).env_clear().env("AISLE_DATA_DIR", data_dir);
        Self::start(command, settings)
    }

    /// Ends the limit of a small disk.
    pub(crate) fn enlarge_disk(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("prlimit").args(["--fsize=unlimited", "--pid", &pid]).status().unwrap().success());
    }

    fn start(mut command: Command, settings: &[(&str, &str)]) -> Self {
        let mut child = command
            .env("AISLE_LOG", "warn")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = String::new();
        for line in lines.by_ref() {
            greeting.push_str(&line.unwrap());
            greeting.push('\n');
            if greeting.ends_with("Ctrl-C stops.\n") {
                break;
            }
        }
        let address = greeting
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once("/graphql"))
            .unwrap_or_else(|| panic!("no address in {greeting:?}"))
            .0
            .to_owned();
        Self { child, address, greeting }
    }

    /// Status and body of a GraphQL request.
    pub(crate) fn ask(&self, query: &str) -> serde_json::Value {
        let body = serde_json::json!({ "query": query }).to_string();
        let (status, body) = self.http("POST", "/graphql", &body);
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// What the gateway answers to these bytes, until it hangs up.
    pub(crate) fn talk(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Status and body of any request.
    pub(crate) fn http(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = self.talk(&format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             accept: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(!head.to_lowercase().contains("transfer-encoding: chunked"), "{head}");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    /// Kills the gateway as a power failure of its own would: nothing is finished.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the gateway to stop; its exit code.
    pub(crate) fn stop(mut self) -> i32 {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
