//! Every environment variable muster reads, declared once. Nothing else reads the environment.

/// A variable.
pub(crate) struct Var {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does, one sentence.
    pub(crate) doc: &'static str,
}

macro_rules! variables {
    (muster { $($constant:ident $name:literal $doc:literal;)* } libraries { $($theirs:literal $their_doc:literal;)* }) => {
        $(
            #[doc = $doc]
            #[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "the table of variables is the same in every build"))]
            pub(crate) const $constant: &str = $name;
        )*
        /// All of them: muster's own, then those its libraries read.
        pub(crate) const TABLE: &[Var] = &[$(Var { name: $name, doc: $doc },)* $(Var { name: $theirs, doc: $their_doc }),*];
    };
}

variables! {
    muster {
        FLEET "MUSTER_FLEET" "The fleet file, when `--fleet` is not given.";
        CI "CI" "When set, `--locked` is the default if fleet.lock exists.";
        REGION "AWS_REGION" "Region of a fleet whose file names none.";
        DEFAULT_REGION "AWS_DEFAULT_REGION" "The same, when `AWS_REGION` is not set.";
        COLUMNS "COLUMNS" "Width of the output where it cannot be asked from a terminal; 60 to 200.";
        LC_ALL "LC_ALL" "Locale; one that is not UTF-8 makes the output plain ASCII.";
        LC_CTYPE "LC_CTYPE" "The same, when `LC_ALL` is not set.";
        LANG "LANG" "The same, when neither is set.";
        PATH "PATH" "Where commands of `exec` notices are looked for; with `HOME` all they see of the environment.";
        HOME "HOME" "Handed to commands of `exec` notices; `~/.cache` is the cache folder when `XDG_CACHE_HOME` is not set.";
        CACHE_HOME "XDG_CACHE_HOME" "Cache folder of the user, an absolute path, `~/.cache` when not set; compiled rules are kept in `muster/cwasm` below it.";
        TZ "TZ" "Zone that `init --from-account` writes when `--timezone` is not given.";
        USER "USER" "Name written into the tag of `start` and `stop --for`, so that others see who asked.";
        GITHUB_SERVER_URL "GITHUB_SERVER_URL" "With the next two: lines in `plan --format markdown` become links; a GitHub Action sets them.";
        GITHUB_REPOSITORY "GITHUB_REPOSITORY" "The repository of those links.";
        GITHUB_SHA "GITHUB_SHA" "The commit of those links.";
        GITHUB_WORKSPACE "GITHUB_WORKSPACE" "Top of the checkout, from which the paths of those links count.";
        GITHUB_BASE_REF "GITHUB_BASE_REF" "Branch that a pull request goes to: a plan says what of `cloud`, `notify` and packs differs from it.";
    }
    libraries {
        "AWS_PROFILE" "Profile of the AWS configuration files; as all other AWS variables for credentials, as the AWS CLI reads them.";
        "AWS_ENDPOINT_URL" "Another endpoint than AWS itself, such as a local server for tests.";
        "TMPDIR" "Where `rule build` makes the folder that compilers write into meanwhile, `/tmp` when it is not set; it goes with them.";
        "NO_COLOR" "When set to anything, no colour (https://no-color.org); `CLICOLOR`, `CLICOLOR_FORCE` and `TERM` count too.";
    }
}

/// The value of a variable that is set and not empty.
pub(crate) fn get(name: &str) -> Option<String> {
    debug_assert!(TABLE.iter().any(|var| var.name == name), "{name} is not declared");
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The value of a variable that fleet.yaml names: the URL of a webhook. It is a secret.
pub(crate) fn named(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The first of several that is set.
pub(crate) fn first(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| get(name))
}
