//! What is the matter with the profile that `AWS_PROFILE` names. The SDK passes over one that is not there, asks every
//! other source, and in the end only says that none had credentials.

use aws_config::profile;
use aws_types::os_shim_internal::{Env, Fs};
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::fleet::{did_you_mean, listed};

/// Files that hold profiles: the variable that names another one, and where it lies otherwise.
const FILES: [(&str, &str); 2] = [("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")];

/// The error, with the missing profile as its reason when that is it.
pub(crate) async fn explained(error: CloudError) -> CloudError {
    if error.kind != ErrorKind::Credentials || !error.code.is_empty() {
        return error;
    }
    match missing(&Env::real(), &Fs::real()).await {
        Some(message) => CloudError { message, ..error },
        None => error,
    }
}

/// Says which profile is in none of which files, as the SDK reads them; nothing when it is there or none is named.
async fn missing(env: &Env, fs: &Fs) -> Option<String> {
    let wanted = env.get("AWS_PROFILE").ok().filter(|name| !name.is_empty())?;
    // The type of the files is not named: its name is deprecated here, and its home is a crate that nothing else needs.
    let there = profile::load(fs, env, &Default::default(), None).await.ok()?;
    if there.get_profile(&wanted).is_some() {
        return None;
    }
    let [config, credentials] = FILES.map(|(variable, usual)| env.get(variable).unwrap_or_else(|_| usual.to_owned()));
    let mut names: Vec<&str> = there.profiles().collect();
    names.sort_unstable();
    let near = did_you_mean(&wanted, names.iter().copied()).map(|near| format!("{near} ")).unwrap_or_default();
    let others = if names.is_empty() { "there are no profiles at all".to_owned() } else { format!("profiles there: {}", listed(names)) };
    Some(format!("AWS_PROFILE is `{wanted}`, and neither {config} nor {credentials} has a profile of that name; {near}{others}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "[default]\nregion = us-east-1\n[profile lms-dev]\nregion = us-east-1\n";

    async fn said(profile: &str, files: &[(&str, &str)]) -> Option<String> {
        let env = Env::from_slice(&[("HOME", "/home/kim"), ("AWS_PROFILE", profile)]);
        missing(&env, &Fs::from_slice(files)).await
    }

    #[tokio::test]
    async fn a_profile_that_is_not_there_is_named_with_the_files_and_those_that_are() {
        let files = [("/home/kim/.aws/config", CONFIG)];
        let message = said("lms-dv", &files).await.expect("a message");
        assert_eq!(
            message,
            "AWS_PROFILE is `lms-dv`, and neither ~/.aws/config nor ~/.aws/credentials has a profile of that name; \
             did you mean `lms-dev`? profiles there: default, lms-dev"
        );
        assert!(said("lms", &[]).await.is_some_and(|message| message.ends_with("there are no profiles at all")));
    }

    #[tokio::test]
    async fn a_profile_that_is_there_is_not_the_reason() {
        assert_eq!(said("lms-dev", &[("/home/kim/.aws/config", CONFIG)]).await, None);
        assert_eq!(said("", &[]).await, None);
    }

    #[tokio::test]
    async fn other_errors_are_left_as_they_are() {
        let error = CloudError::new(ErrorKind::Credentials, "sts:GetCallerIdentity", "ExpiredToken", "the token has ended");
        assert_eq!(explained(error.clone()).await, error);
    }
}
