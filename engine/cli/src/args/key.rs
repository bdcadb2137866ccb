use clap::Args;

/// Print the private half of a user's generated key, to whoever IAM lets read it
///
/// `muster key alice > alice.pem && chmod 600 alice.pem`
#[derive(Debug, Args)]
pub(crate) struct Key {
    /// Name of the user
    pub(crate) user: String,
    /// Make a new pair instead and bring it to the machine where that can be done
    #[arg(long)]
    pub(crate) rotate: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}
