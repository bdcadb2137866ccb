//! A command that is told: JSON on stdin, nothing of our environment but where programs and home are.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::env;
use crate::files::reason;

/// How long a command may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Between two looks whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How much of what it says on stderr is repeated, in characters.
const SAID_MAX_CHARS: usize = 200;

/// Runs a command in the folder of fleet.yaml; the error says why in words.
pub(super) async fn run(words: &[String], body: String, folder: &Path) -> Result<(), String> {
    let command = command(words, folder)?;
    let ran = tokio::task::spawn_blocking(move || carry_out(command, body, LIMIT)).await;
    ran.map_err(|_| "it could not be waited for".to_owned())?
}

/// A word with a `/` is a path from the folder of fleet.yaml, as every path in that file; one without is looked for in PATH.
fn command(words: &[String], folder: &Path) -> Result<Command, String> {
    let (program, arguments) = words.split_first().ok_or("no command is named")?;
    let folder = folder.canonicalize().map_err(|error| reason(&error))?;
    let program = if program.contains('/') { folder.join(program) } else { PathBuf::from(program) };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.envs([env::PATH, env::HOME].into_iter().filter_map(|name| Some((name, env::get(name)?))));
    Ok(command)
}

fn carry_out(mut command: Command, body: String, limit: Duration) -> Result<(), String> {
    let mut child = command.spawn().map_err(|error| format!("it could not be started: {}", reason(&error)))?;
    let stdin = child.stdin.take();
    // Written aside: a command that does not read would hold us for ever. One that closes early has read enough.
    std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(body.as_bytes())));
    let said = child.stderr.take().map(|stderr| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let _part = stderr.take(4096).read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        })
    });
    let status = wait(&mut child, limit)?;
    if status.success() {
        return Ok(());
    }
    let ended = status.code().map_or_else(|| "a signal ended it".to_owned(), |code| format!("it ended with {code}"));
    let words = said.and_then(|thread| thread.join().ok()).map(|text| repeatable(&text)).unwrap_or_default();
    Err(if words.is_empty() { ended } else { format!("{ended}: {words}") })
}

fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(LOOK_EVERY),
            Ok(None) => {
                // What cannot be killed has ended by itself.
                let _ended = child.kill().and_then(|()| child.wait());
                return Err(format!("it did not end within {} s and was killed", limit.as_secs()));
            }
            Err(error) => return Err(reason(&error)),
        }
    }
}

/// The first line, without the URLs that scripts like to complain about.
fn repeatable(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words = line.split_whitespace().map(|word| if word.contains("://") { "(a URL)" } else { word }).collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(SAID_MAX_CHARS).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<(), String> {
        let words = ["sh".to_owned(), "-c".to_owned(), script.to_owned()];
        carry_out(command(&words, Path::new(".")).expect("command"), "{}".repeat(100_000), limit)
    }

    #[test]
    fn a_command_is_told_and_watched() {
        assert_eq!(sh("cat >/dev/null", LIMIT), Ok(()));
        assert_eq!(sh("exit 0", LIMIT), Ok(()), "it need not read");
        assert_eq!(sh("echo 'no way to https://h/s3cret' >&2; exit 3", LIMIT), Err("it ended with 3: no way to (a URL)".to_owned()));
        assert_eq!(sh("exec sleep 60", Duration::from_secs(1)), Err("it did not end within 1 s and was killed".to_owned()));
    }

    #[test]
    fn it_sees_nothing_of_our_environment() {
        assert_eq!(sh("test -z \"$CARGO_MANIFEST_DIR$USER$AWS_PROFILE\"", LIMIT), Ok(()));
        assert_eq!(sh("test -n \"$PATH\"", LIMIT), Ok(()));
    }

    #[test]
    fn a_command_that_is_not_there_says_so() {
        let words = ["./no-such-command".to_owned()];
        let ran = carry_out(command(&words, Path::new(".")).expect("command"), String::new(), LIMIT);
        assert_eq!(ran, Err("it could not be started: there is no such file".to_owned()));
    }
}
