use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};

/// Play the world: move the sandbox's clock, cause drift, refuse calls
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    #[command(subcommand)]
    pub(crate) hand: Hand,
}

/// How many machines of a type there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stock {
    /// None: every launch and start is refused.
    None,
    /// As many as anybody asks for.
    Ok,
}

/// What a hand can do to the sandbox.
#[derive(Debug, Subcommand)]
pub(crate) enum Hand {
    /// Begin anew from the estate file
    Reset,
    /// Let time pass (`8h`, `2d`)
    Advance {
        /// How much
        #[arg(value_parser = super::duration)]
        duration: SignedDuration,
    },
    /// Let time pass until T
    At {
        /// An instant (RFC 3339) that lies ahead
        time: Timestamp,
    },
    /// Stop a machine behind muster's back
    Stop {
        /// Instance id, name of a database or cluster
        id: String,
    },
    /// Start a machine behind muster's back
    Start {
        /// Instance id, name of a database or cluster
        id: String,
    },
    /// Scale a group or service behind muster's back
    Scale {
        /// Name of an Auto Scaling group, or `CLUSTER/SERVICE`
        id: String,
        /// `MIN/DESIRED/MAX` of a group, a number of tasks of a service
        numbers: String,
    },
    /// Write a tag behind muster's back
    SetTag {
        /// Resource id
        id: String,
        /// `KEY=VALUE`
        tag: String,
    },
    /// Delete an alarm behind muster's back
    DeleteAlarm {
        /// Its name
        name: String,
    },
    /// Refuse an IAM action from now on
    Deny {
        /// `ec2:DescribeVolumes`
        action: String,
    },
    /// Refuse an IAM action no longer
    Allow {
        /// `ec2:DescribeVolumes`
        action: String,
    },
    /// Throttle the next calls
    Throttle {
        /// How many
        calls: u32,
    },
    /// Run out of an instance type, or have it again
    Capacity {
        /// `c7i.4xlarge`
        instance_type: String,
        /// Whether there is any
        there: Stock,
    },
    /// Show the clock and everything in the account
    Show,
}
