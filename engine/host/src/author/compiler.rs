//! A compiler at work. It ends with whoever waits for it, and so does whatever it started.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// How long a compiler that was asked to end may take to clean up behind it, each time it is asked.
const GRACE: Duration = Duration::from_secs(1);
/// Between two looks whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A compiler that runs. Dropped before it ended, it is asked to end, as by Ctrl-C, and is killed when it does not.
#[derive(Debug)]
pub struct Compiler {
    child: Child,
    ended: bool,
}

impl Compiler {
    /// Starts a command, with nothing to read and a process group of its own.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut command: Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self { child: command.stdin(Stdio::null()).spawn()?, ended: false })
    }

    /// How it ended, once it has.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        self.ended |= status.is_some();
        Ok(status)
    }

    /// Waits for a while; true when it ended.
    fn ends_within(&mut self, limit: Duration) -> bool {
        let looks = limit.as_millis() / LOOK_EVERY.as_millis();
        (0..looks).any(|_| {
            thread::sleep(LOOK_EVERY);
            // What cannot be asked after cannot be waited for.
            !matches!(self.ended(), Ok(None))
        })
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        for ask in signal::ASKS {
            if ask(&self.child) && self.ends_within(GRACE) {
                break;
            }
        }
        // What it started may have stayed behind. What cannot be killed has ended by itself.
        signal::kill(&mut self.child);
        let _status = self.child.wait();
    }
}

#[cfg(unix)]
mod signal {
    use std::process::Child;

    use rustix::process::{Pid, Signal, kill_process_group};

    /// Ways to ask the group of a child to end, the kindest first: Ctrl-C, upon which compilers remove what they have written so far,
    /// and what ends also those that were started where Ctrl-C is ignored, as in the background of a script.
    pub(super) const ASKS: [fn(&Child) -> bool; 2] = [|child| send(child, Signal::INT), |child| send(child, Signal::TERM)];

    pub(super) fn kill(child: &mut Child) {
        send(child, Signal::KILL);
    }

    /// False when there is nobody left to hear it.
    fn send(child: &Child, signal: Signal) -> bool {
        kill_process_group(Pid::from_child(child), signal).is_ok()
    }
}

#[cfg(not(unix))]
mod signal {
    use std::process::Child;

    /// There is no way to ask.
    pub(super) const ASKS: [fn(&Child) -> bool; 0] = [];

    pub(super) fn kill(child: &mut Child) {
        let _gone = child.kill();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::*;

    fn sh(script: &str, folder: &Path) -> Compiler {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(folder);
        Compiler::start(command).expect("sh")
    }

    fn appears(path: &Path) -> bool {
        (0..500).any(|_| {
            thread::sleep(LOOK_EVERY);
            path.exists()
        })
    }

    #[test]
    fn one_that_nobody_waits_for_cleans_up_and_ends() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let compiler = sh("trap 'touch cleaned; exit 1' INT TERM; touch begun; while true; do sleep 0.05; done", dir.path());
        assert!(appears(&dir.path().join("begun")));
        drop(compiler);
        assert!(dir.path().join("cleaned").exists());
    }

    #[test]
    fn one_that_does_not_want_to_end_is_killed_with_what_it_started() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let script = "trap '' INT TERM; (while true; do touch alive; sleep 0.05; done) & touch begun; wait";
        let compiler = sh(script, dir.path());
        let alive = dir.path().join("alive");
        assert!(appears(&dir.path().join("begun")) && appears(&alive));
        drop(compiler);
        std::fs::remove_file(&alive).expect("removed");
        thread::sleep(Duration::from_millis(300));
        assert!(!alive.exists(), "nobody writes it any more");
    }

    #[test]
    fn how_it_ended_is_told() {
        let mut compiler = sh("exit 3", Path::new("."));
        assert!(compiler.ends_within(Duration::from_secs(10)));
        assert_eq!(compiler.ended().expect("asked").and_then(|status| status.code()), Some(3));
    }
}
