//! What can go wrong around packs. What goes wrong inside a call is a [`muster_core::finding::Fault`], not an error.

use std::io;
use std::path::PathBuf;

use muster_core::finding::{LimitHit, RuleError};

/// The host itself could not be made or kept running.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// wasmtime refused this machine or its settings.
    #[error("rules cannot run on this machine: {0}")]
    Engine(String),
    /// No thread could be started.
    #[error("no thread could be started for rules")]
    Thread(#[source] io::Error),
}

/// A pack could not be loaded. Nothing of it has run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The bytes are not WebAssembly, or broken.
    #[error("pack {pack} is no WebAssembly component: {why}")]
    Broken {
        /// Which pack.
        pack: String,
        /// What they are instead, or where they are damaged.
        why: String,
    },
    /// A core module, as compilers write it.
    #[error("pack {pack} is a core module, not a component; `muster rule build` makes one of it")]
    CoreModule {
        /// Which pack.
        pack: String,
    },
    /// A component of something else.
    #[error(
        "pack {pack} is not a muster pack: it does not export `muster:rule/check`, it exports {exports}; the glue file that `muster rule \
         new` writes exports it"
    )]
    NotAPack {
        /// Which pack.
        pack: String,
        /// What it exports instead.
        exports: String,
    },
    /// Made for a later muster.
    #[error("pack {pack} speaks interface {theirs}, this muster {ours}: upgrade muster")]
    UpgradeMuster {
        /// Which pack.
        pack: String,
        /// Version the pack was made for.
        theirs: String,
        /// Version of this muster.
        ours: &'static str,
    },
    /// Made for an earlier interface than any this muster speaks.
    #[error("pack {pack} speaks interface {theirs}, this muster {ours}: build the pack again with a newer SDK")]
    UpgradePack {
        /// Which pack.
        pack: String,
        /// Version the pack was made for.
        theirs: String,
        /// Version of this muster.
        ours: &'static str,
    },
    /// It asks for what no rule is given.
    #[error("pack {pack} imports `{import}`, which rules are not given; {hint}")]
    Import {
        /// Which pack.
        pack: String,
        /// What it asks for.
        import: String,
        /// What usually brings it in, or what to do.
        hint: &'static str,
    },
    /// It hands components or modules around, so that nobody could say how often each is instantiated.
    #[error("pack {pack} {what}, which no compiler of rules does; build it without composing it so")]
    Odd {
        /// Which pack.
        pack: String,
        /// What it does.
        what: &'static str,
    },
    /// Over a limit before anything was compiled.
    #[error("pack {pack} has {found} {}, at most {} are compiled (limit {})", limit.unit, limit.value, limit.name)]
    Size {
        /// Which pack.
        pack: String,
        /// How much it has.
        found: u64,
        /// Of how much.
        limit: LimitHit,
    },
    /// Compiling took too long and was given up.
    #[error("pack {pack} was not compiled in time (limit {limit})")]
    CompileTime {
        /// Which pack.
        pack: String,
        /// The limit.
        limit: LimitHit,
    },
    /// The compiler refused it.
    #[error("pack {pack} does not compile: {why}")]
    Compile {
        /// Which pack.
        pack: String,
        /// What the compiler said.
        why: String,
    },
    /// Names fit, types do not.
    #[error("pack {pack} does not fit interface {ours}: {why}")]
    Link {
        /// Which pack.
        pack: String,
        /// What the linker said.
        why: String,
        /// Version of this muster.
        ours: &'static str,
    },
    /// fleet.lock gives it less memory than every pack has, or more than any may.
    #[error("pack {pack} is given {bytes} bytes of memory; an entry of fleet.lock may say {least} to {most}")]
    Memory {
        /// Which pack.
        pack: String,
        /// What the entry says.
        bytes: u64,
        /// What every pack has.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The host could not work.
    #[error(transparent)]
    Host(#[from] HostError),
}

/// A pack could not say what its rules are.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    /// The call ended badly.
    #[error("pack {pack} did not describe its rules: {cause}{}", limited(limit.as_ref()))]
    Stopped {
        /// Which pack.
        pack: String,
        /// What happened.
        cause: String,
        /// The limit it ran into, if it was one.
        limit: Option<LimitHit>,
    },
    /// One description is not one.
    #[error("pack {pack}: {source}")]
    Rule {
        /// Which pack.
        pack: String,
        /// What is wrong with it.
        source: RuleError,
    },
    /// Two rules of one name.
    #[error("pack {pack} has two rules `{rule}`; ids are unique in a pack")]
    Twice {
        /// Which pack.
        pack: String,
        /// The id.
        rule: String,
    },
    /// The host could not work.
    #[error(transparent)]
    Host(#[from] HostError),
}

fn limited(limit: Option<&LimitHit>) -> String {
    limit.map(|limit| format!("; limit {limit}")).unwrap_or_default()
}

/// An evaluation gave no findings at all.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// Somebody asked for the end.
    #[error("the rules were cancelled")]
    Cancelled,
    /// Two documents of one job cannot be told apart.
    #[error("rule `{rule}` was given two documents with key {key}; a finding could not say which it means")]
    KeyTwice {
        /// For which rule.
        rule: String,
        /// The key.
        key: String,
    },
    /// The host could not work.
    #[error(transparent)]
    Host(#[from] HostError),
}

/// The folder of compiled packs cannot be used. Rules run without it, and compile each time.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// A link could lead anywhere.
    #[error("the cache of compiled rules is not used: {} is a symbolic link", .0.display())]
    Symlink(PathBuf),
    /// A file where a folder should be.
    #[error("the cache of compiled rules is not used: {} is no folder", .0.display())]
    NotAFolder(PathBuf),
    /// Somebody else could put files there.
    #[error("the cache of compiled rules is not used: {} belongs to user {owner}, not to you", path.display())]
    Owner {
        /// Which folder or file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// Others may write there.
    #[error("the cache of compiled rules is not used: others may write to {}; run: chmod 700 {}", .0.display(), .0.display())]
    Writable(PathBuf),
    /// The key file is not a key.
    #[error("the cache of compiled rules is not used: {} is no key of ours; delete it and it is made again", .0.display())]
    Key(PathBuf),
    /// The file system said no.
    #[error("the cache of compiled rules is not used: {}", path.display())]
    Io {
        /// Which folder or file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// No randomness for a key.
    #[error("the cache of compiled rules is not used: the system gave no random bytes for its key")]
    Random,
}

/// A replay file could not be read or run.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// Not written by muster.
    #[error("this is no replay file: {0}")]
    Format(String),
    /// Written by a later muster.
    #[error("this replay file has format {0}, this muster reads {ours}: upgrade muster", ours = crate::replay::FORMAT)]
    Newer(u32),
    /// What it holds is not what it says.
    #[error("this replay file is damaged: its component is not the one it names")]
    Digest,
    /// The pack in it does not load.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It could not be run.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
}
