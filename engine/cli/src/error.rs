//! The error of a command: what happened, why, and what to do next.

use std::error::Error;
use std::io;

use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::text::escaped_lines;

use crate::exit::Exit;

/// Why a command ends early. The chain of sources is printed once, then the hints.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// Which exit code.
    pub(crate) exit: Exit,
    /// What happened, one line; empty when it was said already.
    pub(crate) message: String,
    /// Why.
    pub(crate) source: Option<Box<dyn Error + Send + Sync>>,
    /// What to do, one line each.
    pub(crate) hints: Vec<String>,
}

impl CommandError {
    /// An error that ends with `exit`.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), source: None, hints: Vec::new() }
    }

    /// Wrong usage.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Something that failed.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// A file that is not valid.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Exit::Invalid, message)
    }

    /// Everything was said already; only the code is left.
    pub(crate) fn said(exit: Exit) -> Self {
        Self::new(exit, "")
    }

    /// Adds the cause.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Message and causes, each once: a cause whose text the line before it repeats is left out. Some of it may be others' words,
    /// of a file or of AWS: nothing in it moves the cursor.
    pub(crate) fn chain(&self) -> Vec<String> {
        let mut lines = vec![escaped_lines(plain(&self.message))];
        let mut next = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = next {
            let text = escaped_lines(plain(&error.to_string()));
            if !lines.iter().any(|line| line.contains(&text)) {
                lines.push(text);
            }
            next = error.source();
        }
        lines
    }
}

/// What the system said without its number, which says nothing to a person.
fn plain(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" (os error ") else { return text.to_owned() };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// A reader that went away (`muster plan | head`) is not an error.
impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::said(Exit::Done),
            _ => Self::failed("the output could not be written").because(error),
        }
    }
}

impl From<CloudError> for CommandError {
    fn from(error: CloudError) -> Self {
        let request = error.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
        let code = if error.code.is_empty() { String::new() } else { format!("{}: ", error.code) };
        let message = format!("{} was not answered as needed: {code}{}{request}", error.action, error.message);
        Self::new(exit_of(error.kind), message).hint(hint_of(&error))
    }
}

/// The exit code that an error of the account stands for.
pub(crate) const fn exit_of(kind: ErrorKind) -> Exit {
    match kind {
        ErrorKind::Denied | ErrorKind::Credentials | ErrorKind::WrongAccount => Exit::Denied,
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service => Exit::Unreachable,
        _ => Exit::Failed,
    }
}

fn hint_of(error: &CloudError) -> String {
    match error.kind {
        ErrorKind::Denied => format!("`muster iam` prints the policy that allows {}", error.action),
        ErrorKind::Credentials => "log in as for the AWS CLI (AWS_PROFILE, `aws sso login`), or try it with `--sandbox`".to_owned(),
        ErrorKind::WrongAccount => "choose the profile of the account that fleet.yaml declares, or mend `cloud.accounts`".to_owned(),
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service => {
            "try again; `muster doctor` looks at endpoint, network and clock".to_owned()
        }
        _ => "`muster plan` shows where things stand".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_pipe_is_no_error() {
        let error = CommandError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((error.exit, error.message.as_str()), (Exit::Done, ""));
    }

    #[test]
    fn each_cause_is_told_once() {
        let cause = io::Error::other("disk full");
        let error = CommandError::failed("fleet.lock could not be written: disk full").because(cause);
        assert_eq!(error.chain().len(), 1);
        let error = CommandError::failed("fleet.lock could not be written").because(io::Error::other("disk full"));
        assert_eq!(error.chain(), ["fleet.lock could not be written", "disk full"]);
    }

    #[test]
    fn nothing_in_an_error_moves_the_cursor() {
        let error = CommandError::failed("check@2\u{1b}[2J is asked").because("of a file\u{202e}\nwith two lines");
        assert_eq!(error.chain(), ["check@2\\u{1b}[2J is asked", "of a file\\u{202e}\nwith two lines"]);
    }

    #[test]
    fn the_number_of_a_system_error_is_left_out() {
        let error = CommandError::failed("cannot read x: Permission denied (os error 13); check the folder").because("again (os error 2)");
        assert_eq!(error.chain(), ["cannot read x: Permission denied; check the folder", "again"]);
    }

    #[test]
    fn a_refusal_names_the_policy_and_the_request() {
        let mut refused = CloudError::new(ErrorKind::Denied, "ec2:RunInstances", "UnauthorizedOperation", "not you");
        refused.request_id = Some("r-1".to_owned());
        let error = CommandError::from(refused);
        assert_eq!(error.exit, Exit::Denied);
        assert!(error.message.contains("request r-1") && error.hints[0].contains("muster iam"), "{error:?}");
    }
}
