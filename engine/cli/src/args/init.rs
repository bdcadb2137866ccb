use clap::Args;

/// Write a fleet.yaml to begin with, its lock file and a line of .gitignore
///
/// With `--from-account` the account of your credentials is read and nothing in it is changed: tags in use with what a schedule
/// on each would stop and save, instances that idle, schedules of EventBridge and tags of other tools. What is written does
/// nothing until you take the `#` away from what you choose. Nothing that exists is overwritten.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Look an account over, and write what was found as proposals
    #[arg(long)]
    pub(crate) from_account: bool,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// How an account is looked over.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// Regions to look at, with commas or several times; without it AWS_REGION, of a sandbox all of them
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',', requires = "from_account")]
    pub(crate) regions: Vec<String>,
    /// Look at every region that is switched on for the account
    #[arg(long, requires = "from_account", conflicts_with = "regions")]
    pub(crate) all_regions: bool,
    /// IANA zone of the schedules and of every time; without it that of TZ or of this machine
    #[arg(long, value_name = "ZONE", requires = "from_account")]
    pub(crate) timezone: Option<String>,
    /// The window that tags are judged by [default: mon-fri 09:00-19:00]
    #[arg(long, value_name = "WINDOW", requires = "from_account")]
    pub(crate) run: Option<String>,
    /// Percent of CPU: an instance that never exceeds it idles [default: 5]
    #[arg(long, value_name = "PERCENT", requires = "from_account")]
    pub(crate) idle: Option<f64>,
    /// Ask the AWS Price List API what an hour costs, so that hours become money
    #[arg(long, requires = "from_account")]
    pub(crate) prices: bool,
    /// Print the file and write nothing
    #[arg(long, requires = "from_account")]
    pub(crate) print: bool,
}
