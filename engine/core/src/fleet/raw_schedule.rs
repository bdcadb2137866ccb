//! The keys of calendars and schedules.

use jiff::Timestamp;

use super::decode::{Either, Free, Kept, OneOrMany, section};
use super::leaf::{AsWritten, Days, Duration, EnvName, Flaw, Int, Leaf, RelPath, Text, Zone, text_of, words};
use super::leaf_aws::{InstanceType, PlaceText, PolicyArn, TopicArn};
use crate::name::Name;
use crate::notify::{BadUrl, HookUrl};
use crate::schedule::Window;
use crate::span::At;
use crate::yaml::Scalar;

section! {
    /// A set of days.
    RawCalendar {
        /// Files: ICS, or YAML lists of dates.
        files = "files": Vec<At<RelPath>>,
        /// Days and ranges of days.
        dates = "dates": Vec<At<Days>>,
    }
}

section! {
    /// When things run.
    RawSchedule {
        /// Zone of windows without their own; else the fleet's.
        timezone = "timezone": Zone,
        /// What it is for; without it, the users and databases that name it.
        select = "select": RawSelect,
        /// Windows in which things run.
        run = "run": OneOrMany<Window>,
        /// Windows in which they do not, whatever `run` says.
        stop = "stop": OneOrMany<Window>,
        /// Windows in which nothing is done.
        leave = "leave": OneOrMany<Window>,
        /// Outside all windows.
        otherwise = "otherwise": Otherwise,
        /// Days on which something else holds; the first match wins.
        except = "except": Vec<At<RawException>>,
        /// What `workday` counts.
        workdays = "workdays": RawWorkdays,
        /// Against people's starts and stops.
        manual = "manual": ManualWord,
        /// Where two schedules meet, the higher decides.
        priority = "priority": Int<-1000, 1000>,
        /// Hibernate what can.
        hibernate = "hibernate": bool,
        /// Longest run.
        limit = "limit": RawLimit,
        /// Who fires the edges.
        delivery = "delivery": Kept<Either<DeliveryWord, RawDelivery>>,
        /// A tag by which people ask for more time.
        snooze = "snooze": Kept<RawSnooze>,
        /// Who is told; replaces the fleet's.
        notify = "notify": Kept<RawNotify>,
        /// Types by window.
        sizes = "sizes": Kept<Vec<At<RawSize>>>,
        /// Numbers of a group by window.
        capacity = "capacity": Kept<Vec<At<RawCapacity>>>,
        /// What only databases have.
        rds = "rds": Kept<RawRds>,
        /// What has to run first.
        after = "after": Kept<Vec<At<RawAfter>>>,
    }
}

section! {
    /// What a schedule or override is for.
    RawSelect {
        /// Services; EC2 and RDS by default.
        services = "services": OneOrMany<Service>,
        /// All keys must match; a list is alternatives, `*` matches any value.
        tags = "tags": Free<OneOrMany<AsWritten>>,
        /// What is left out.
        except = "except": RawSelectExcept,
        /// Places it is narrowed to.
        places = "in": OneOrMany<PlaceText>,
    }
}

section! {
    /// What is left out.
    RawSelectExcept {
        /// One matching key is enough.
        tags = "tags" (required): Free<OneOrMany<AsWritten>>,
    }
}

section! {
    /// What a calendar's days mean.
    RawException {
        /// Which calendar.
        calendar = "calendar" (required): Name,
        /// What holds on its days.
        state = "state" (required): ExceptionState,
    }
}

section! {
    /// What `workday` counts.
    RawWorkdays {
        /// Weekdays: `mon-fri`.
        days = "days": Weekdays,
        /// A calendar whose days do not count.
        except = "except": Name,
    }
}

section! {
    /// Bounds of a run.
    RawLimit {
        /// Since the last start.
        max_runtime = "max-runtime" (required): Duration,
    }
}

section! {
    /// Who fires the edges, and how.
    RawDelivery {
        /// By whom.
        by = "by" (required): DeliveryWord,
        /// Targets as ids, or by tag when the edge fires.
        resolve = "resolve": Resolve,
        /// How far ahead edges are compiled.
        horizon = "horizon": Duration,
        /// Keep edges that could not be delivered.
        dead_letter = "dead-letter": bool,
        /// ARN of an IAM policy that bounds what the role of the edges may be allowed.
        boundary = "boundary": PolicyArn,
    }
}

section! {
    /// A tag by which people ask for more time.
    RawSnooze {
        /// Its key; the value is an instant.
        tag = "tag" (required): Text,
        /// Further off than this counts as this.
        max = "max": Duration,
    }
}

section! {
    /// Who is told, and when.
    RawNotify {
        /// At what.
        when = "when": OneOrMany<Occasion>,
        /// How long before a stop.
        before_stop = "before-stop": Duration,
        /// Whom.
        to = "to": Vec<At<RawTarget>>,
    }
}

section! {
    /// One receiver: a webhook, a command or a topic.
    RawTarget {
        /// A webhook; its URL is a secret and comes from the environment.
        webhook = "webhook": Either<WebhookUrl, RawWebhook>,
        /// A command and its arguments.
        exec = "exec": Vec<At<AsWritten>>,
        /// An SNS topic.
        sns = "sns": TopicArn,
        /// Form of the message.
        format = "format": Format,
    }
}

section! {
    /// Where the URL comes from.
    RawWebhook {
        /// Name of the variable.
        env = "env" (required): EnvName,
    }
}

section! {
    /// Types in a window, or outside of all.
    RawSize {
        /// The window.
        window = "in": Window,
        /// The first that can be had.
        types = "types": Vec<At<InstanceType>>,
        /// The type outside of all windows.
        otherwise = "else": InstanceType,
    }
}

section! {
    /// Numbers of a group in a window, or outside of all.
    RawCapacity {
        /// The window.
        window = "in": Window,
        /// Numbers outside of all windows.
        otherwise = "else": RawNumbers,
        ..numbers: RawNumbers,
    }
}

section! {
    /// Numbers of a group.
    RawNumbers {
        /// At least.
        min = "min": Int<0, 100_000>,
        /// Wanted.
        desired = "desired": Int<0, 100_000>,
        /// At most.
        max = "max": Int<0, 100_000>,
    }
}

section! {
    /// What only databases have.
    RawRds {
        /// Whether a maintenance window keeps a database running.
        maintenance = "maintenance": Maintenance,
        /// Snapshots.
        snapshot = "snapshot": RawRdsSnapshot,
        /// What follows RDS's own start after 7 days.
        auto_restart = "auto-restart": AutoRestart,
    }
}

section! {
    /// Snapshots of a database.
    RawRdsSnapshot {
        /// Take one before each stop.
        before_stop = "before-stop": bool,
        /// How many are kept.
        keep = "keep": Int<1, 100>,
    }
}

section! {
    /// What has to run first.
    RawAfter {
        /// Another schedule.
        schedule = "schedule" (required): Name,
        /// Wait until what it starts is ready.
        ready = "ready": bool,
    }
}

section! {
    /// An exception that ends.
    RawOverride {
        /// What it is for.
        select = "select": RawSelect,
        /// Addresses it is for.
        only = "only": OneOrMany<Text>,
        /// What holds.
        state = "state" (required): StateWord,
        /// From when.
        from = "from": Timestamp,
        /// Until when.
        until = "until" (required): Timestamp,
        /// Why.
        reason = "reason": AsWritten,
    }
}

words! {
    /// `services`.
    Service, "`ec2`, `rds`, `asg` or `ecs`" { Ec2 = "ec2", Rds = "rds", Asg = "asg", Ecs = "ecs", }
    /// `otherwise`.
    Otherwise, "`stopped`, `running` or `leave`" { Stopped = "stopped", Running = "running", Leave = "leave", }
    /// `state` of an exception.
    ExceptionState, "`stopped`, `running` or `ignore`" { Stopped = "stopped", Running = "running", Ignore = "ignore", }
    /// `state` of an override.
    StateWord, "`stopped` or `running`" { Stopped = "stopped", Running = "running", }
    /// `manual`.
    ManualWord, "`until-next-edge`, `hold` or `enforce`" { UntilNextEdge = "until-next-edge", Hold = "hold", Enforce = "enforce", }
    /// `delivery`.
    DeliveryWord, "`loop`, `eventbridge` or `both`" { Loop = "loop", Eventbridge = "eventbridge", Both = "both", }
    /// `resolve`.
    Resolve, "`ids` or `tags`" { Ids = "ids", Tags = "tags", }
    /// `when`.
    Occasion, "`before-stop` or `failure`" { BeforeStop = "before-stop", Failure = "failure", }
    /// `format`.
    Format, "`slack`, `teams`, `json` or, for a topic, `text`" { Slack = "slack", Teams = "teams", Json = "json", Text = "text", }
    /// `maintenance`.
    Maintenance, "`honour` or `ignore`" { Honour = "honour", Ignore = "ignore", }
    /// `auto-restart`.
    AutoRestart, "`re-stop` or `leave`" { ReStop = "re-stop", Leave = "leave", }
}

impl Service {
    /// The word of fleet.yaml.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Rds => "rds",
            Self::Asg => "asg",
            Self::Ecs => "ecs",
        }
    }
}

/// A webhook's URL, on this machine only.
#[derive(Debug, Clone)]
pub(super) struct WebhookUrl(pub(super) HookUrl);

impl Leaf for WebhookUrl {
    const WANTED: &'static str = "`{env: NAME}`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let secret = |message: String| Flaw { secret: true, ..Flaw::default().message(message) };
        let help = "write `webhook: {env: NAME}` and put the URL into that variable";
        match HookUrl::parse(text_of(scalar)?) {
            Ok(url) if url.is_loopback() => Ok(Self(url)),
            Ok(_) | Err(BadUrl::Plain | BadUrl::Login) => {
                Err(secret("a webhook's URL is a secret and does not stand in the file".to_owned()).help(help))
            }
            Err(why) => Err(secret(format!("`webhook` wants {}, and this is no URL: {why}", Self::WANTED)).help(help)),
        }
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string"})
    }
}

/// A set of weekdays: Monday is 1.
#[derive(Debug, Clone)]
pub(super) struct Weekdays(pub(super) std::collections::BTreeSet<i8>);

impl Leaf for Weekdays {
    const WANTED: &'static str = "weekdays such as `mon-fri` or `sun-thu`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        /// From Monday on.
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let day = |word: &str| NAMES.iter().zip(1_i8..).find(|(name, _)| word.trim().eq_ignore_ascii_case(name)).map(|(_, number)| number);
        let mut days = std::collections::BTreeSet::new();
        for part in text_of(scalar)?.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (Some(first), Some(last)) = (day(first), day(last)) else { return Err(Flaw::default()) };
            let length = (last - first).rem_euclid(7);
            days.extend((0..=length).map(|step| (first - 1 + step) % 7 + 1));
        }
        Ok(Self(days))
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_wrap() {
        let read = |text: &str| {
            Weekdays::read(&Scalar { text: text.to_owned(), quoted: false }).ok().map(|days| days.0.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(read("mon-fri"), Some(vec![1, 2, 3, 4, 5]));
        assert_eq!(read("Sun-Thu"), Some(vec![1, 2, 3, 4, 7]));
        assert_eq!(read("sat, mon"), Some(vec![1, 6]));
        assert_eq!(read("mon-fry"), None);
    }
}
