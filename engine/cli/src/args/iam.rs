use clap::Args;

/// Print the least-privilege IAM policies for exactly this fleet
///
/// Without a flag one JSON object with all of them. A document over IAM's 6,144 characters is split and
/// becomes an array.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Iam {
    /// What planning needs: reads only
    #[arg(long)]
    pub(crate) plan: bool,
    /// What applying needs; it contains the plan policy
    #[arg(long)]
    pub(crate) apply: bool,
    /// What `muster adopt` needs
    #[arg(long)]
    pub(crate) adopt: bool,
    /// What `muster advise` reads for the rules that the policies of this fleet choose
    #[arg(long)]
    pub(crate) advise: bool,
    /// What `muster status --everywhere` reads beyond the plan policy
    #[arg(long)]
    pub(crate) everywhere: bool,
    /// What `muster init --from-account` reads: needs no fleet file
    #[arg(long)]
    pub(crate) survey: bool,
    /// What lets one user, and nobody else, fetch their generated key
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    #[command(flatten)]
    #[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "as below"))]
    pub(crate) advice: IamAdvice,
}

/// Of which advice.
#[derive(Debug, Args)]
#[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "read where rules can be run; help and completions are the same everywhere"))]
pub(crate) struct IamAdvice {
    /// With `--advise`: of this policy instead of those of the fleet file, as `muster advise --policy` takes it; may be given
    /// several times, the later one wins
    #[arg(long, value_name = "POLICY", requires = "advise")]
    pub(crate) policy: Vec<String>,
    /// With `--advise`: of this rule (`ec2/open-ports`) or pack (`ec2/*`) only; may be given several times
    #[arg(long, value_name = "ID", requires = "advise")]
    pub(crate) rule: Vec<String>,
}
