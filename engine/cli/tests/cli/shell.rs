//! A folder and an environment that nothing outside shows through.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Where programs are looked for: the path of the test, and zig where `tests/languages/run.py` installs it.
pub fn search_path() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let cache = std::env::var_os("XDG_CACHE_HOME").map(std::path::PathBuf::from);
    let Some(cache) = cache.or_else(|| Some(std::env::home_dir()?.join(".cache"))) else { return path };
    let zig = cache.join("muster/toolchains/ziglang-0.17.0/bin");
    std::env::join_paths(std::env::split_paths(&path).chain([zig])).unwrap_or(path)
}

/// What the example in C is built to, for pages that need no compiler.
const PREBUILT: &[u8] = include_bytes!("../../../../examples/rules/c/example-c.wasm");

/// The same with a slip in the kind its rule needs.
fn slipped() -> Vec<u8> {
    let (word, slip) = (b"ec2.volume", b"ec2.volune");
    let mut bytes = PREBUILT.to_vec();
    for at in 0..bytes.len() - word.len() {
        if bytes[at..].starts_with(word) {
            bytes[at..at + word.len()].copy_from_slice(slip);
        }
    }
    bytes
}

/// A place to run muster in.
pub struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    /// A folder that holds two estates, a pack of rules, what compilers of rules may leave, and nothing else.
    pub fn new() -> Self {
        let shell = Self { folder: tempfile::tempdir().expect("temporary folder") };
        shell.write("estate.yaml", include_str!("estate.yaml"));
        shell.write("platform.yaml", include_str!("../../../../examples/estates/platform.yaml"));
        shell.write("packs/menagerie.wasm", include_bytes!("menagerie.wasm"));
        shell.write("prebuilt/c.wasm", PREBUILT);
        shell.write("prebuilt/slip.wasm", slipped());
        // A component of another world, a core module, and the latter cut short.
        shell.write("prebuilt/stranger.wasm", b"\0asm\x0d\0\x01\0");
        shell.write("prebuilt/core.wasm", b"\0asm\x01\0\0\0");
        shell.write("prebuilt/cut.wasm", &PREBUILT[..PREBUILT.len() / 2]);
        shell
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        std::fs::write(path, text).expect("file");
    }

    /// Runs muster.
    pub fn muster(&self, arguments: &[&str]) -> Output {
        self.muster_with(arguments, &[])
    }

    /// Runs muster with more variables than the fixed ones.
    pub fn muster_with(&self, arguments: &[&str], more: &[(&str, &str)]) -> Output {
        let path = search_path();
        Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs([("HOME", self.path().as_os_str()), ("PATH", path.as_os_str())])
            .envs([("COLUMNS", "100"), ("LANG", "C.UTF-8"), ("USER", "kim")])
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("muster can be started")
    }

    /// Runs muster with a text on its stdin, and gives back what it wrote to stdout.
    pub fn muster_fed(&self, arguments: &[&str], input: &[u8]) -> String {
        use std::io::Write as _;
        let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("muster can be started");
        let mut stdin = child.stdin.take().expect("its stdin");
        let input = input.to_vec();
        let feeder = std::thread::spawn(move || stdin.write_all(&input).expect("it reads all"));
        let output = child.wait_with_output().expect("muster ends");
        feeder.join().expect("all was written");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The AWS id at an address, asked of muster itself.
    pub fn id(&self, address: &str) -> String {
        let output = self.muster(&["status", "--everywhere", "--format", "json"]);
        let view: serde_json::Value = serde_json::from_slice(&output.stdout).expect("status in JSON");
        let empty = Vec::new();
        let lists = ["resources", "parts"].map(|list| view[list].as_array().unwrap_or(&empty).clone());
        let found = lists.iter().flatten().find(|item| item["address"] == address);
        found.unwrap_or_else(|| panic!("nothing at {address}"))["id"].as_str().expect("an id").to_owned()
    }
}
