//! Users: defaults merged, keys read, types understood.

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::{Either, Free, Section as _};
use crate::fleet::leaf::{AsWritten, zone_named};
use crate::fleet::leaf_aws::{CreateWord, Imds, InstanceType, NoneWord, SubnetWord, VpcWord};
use crate::fleet::raw::{RawDisk, RawIdleStop, RawImage, RawKeyFile, RawNetwork, RawTagged, RawUser, RawUserCommon, RawUsers};
use crate::fleet::{Create, Disk, IdleStop, ImageChoice, KeySource, NetworkChoice, User, VpcChoice};
use crate::keys;
use crate::name::Name;
use crate::span::{At, Span};

/// Type of an instance when nothing is written.
const TYPE: &str = "t3.small";
/// Root volume when nothing is written, in GiB.
const DISK_GIB: u32 = 30;
/// The idle alarm when nothing is written: under 5 % for 6 × 5 minutes.
const IDLE: IdleStop = IdleStop { cpu_below: 5.0, periods: 6, period: SignedDuration::from_mins(5) };
/// Longest time an alarm looks back: a day, or a week when its periods are an hour or more. Source: PutMetricAlarm, `EvaluationPeriods`.
const ALARM_LOOKS_BACK: (i64, i64) = (86_400, 604_800);

/// Users, and their names: references are checked against these even when an entry is wrong.
pub(super) struct Users {
    pub(super) users: IndexMap<Name, User>,
    pub(super) names: Vec<Name>,
}

/// An entry before it is resolved, from the file or the roster.
pub(super) struct Entry {
    pub(super) name: At<Name>,
    pub(super) raw: RawUser,
    pub(super) email: Option<String>,
}

impl Resolver<'_> {
    pub(super) fn users(&mut self, raw: RawUsers) -> Users {
        let mut entries: Vec<Entry> = raw.entries.0.into_iter().map(|(name, raw)| Entry { name, raw, email: None }).collect();
        if let Some(path) = raw.from {
            entries.extend(self.roster(&path));
        }
        self.unique("user", entries.iter().map(|entry| &entry.name));
        let names: Vec<Name> = entries.iter().map(|entry| entry.name.value.clone()).collect();
        let defaults = raw.defaults.map(|defaults| defaults.value).unwrap_or_default();
        self.open_to_nobody(&entries, &defaults);
        let users = entries.into_iter().filter_map(|entry| self.user(entry, &defaults, &names));
        let users = users.map(|user| (user.name.clone(), user)).collect();
        Users { users, names }
    }

    /// Defaults for nobody are what a truncated file leaves, and every user would be retired by it. In a file with errors somebody may
    /// be left out for one of them.
    pub(super) fn nobody(&mut self, raw: Option<&At<RawUsers>>) {
        let Some(users) = raw.map(|at| &at.value).filter(|users| users.entries.0.is_empty() && users.from.is_none()) else { return };
        let Some(defaults) = users.defaults.as_ref().filter(|_| self.cx.is_clean()) else { return };
        let problem = Diagnostic::warning("`users` has `defaults` and nobody in it", defaults.span.clone()).label("the defaults of nobody");
        self.error(
            problem.help(
                "a truncated file looks like this, and whoever a file no longer lists is removed; write `users: {}` if nobody is meant",
            ),
        );
    }

    /// `ssh-from` has no default; who lacks it is said once, not once a user.
    fn open_to_nobody(&mut self, entries: &[Entry], defaults: &RawUserCommon) {
        if defaults.ssh_from.is_some() || defaults.refused.contains(&"ssh-from") {
            return;
        }
        let mut lacking =
            entries.iter().filter(|entry| entry.raw.common.ssh_from.is_none() && !entry.raw.common.refused.contains(&"ssh-from"));
        let Some(first) = lacking.next() else { return };
        let more = lacking.count();
        let message = match more {
            0 => format!("`ssh-from` is missing in `{}`", first.name.value),
            1 => format!("`ssh-from` is missing in `{}` and 1 more user", first.name.value),
            n => format!("`ssh-from` is missing in `{}` and {n} more users", first.name.value),
        };
        let help = "who may reach port 22 has no default: write `ssh-from: [203.0.113.0/24]` under `users.defaults`";
        self.error(Diagnostic::error(message, first.name.span.clone()).help(help));
    }

    fn user(&mut self, entry: Entry, defaults: &RawUserCommon, names: &[Name]) -> Option<User> {
        let Entry { name, raw, email } = entry;
        let At { value: name, span } = name;
        let common = raw.common.laid_over(defaults.clone());
        let place = self.place(common.place.as_ref());
        let instance_type = common.instance_type.unwrap_or_else(|| At::new(InstanceType(TYPE.to_owned()), span.clone())).map(|word| word.0);
        let architecture = crate::fleet::architecture_of(&instance_type)?.to_owned();
        Some(User {
            place,
            was: self.was(raw.was, names),
            until_instant: raw.until.as_ref().and_then(|until| self.day_after(until)),
            until: raw.until,
            email,
            image: self.image(common.image, &span),
            architecture,
            instance_type,
            disk: self.disk(common.disk, DISK_GIB, &span),
            imds_required: common.imds.map_or_else(|| At::new(true, span.clone()), |imds| imds.map(|word| word == Imds::Required)),
            network: network(common.network, &span),
            public_ip: common.public_ip.is_none_or(|public| public.value),
            schedule: self.named_schedule(common.schedule),
            idle_stop: self.idle_stop(common.idle_stop, &span),
            tags: self.tags(common.tags, "user", name.as_str()),
            create: if common.create.is_some_and(|word| word.value == CreateWord::OnRequest) { Create::OnRequest } else { Create::Always },
            protect: common.protect.is_some_and(|protect| protect.value),
            // Last, so that everything else about the user has been checked when one of these is missing.
            key: self.key(common.key, &span)?,
            ssh_from: common.ssh_from?.map(|list| list.0.into_iter().map(|cidr| cidr.value.0).collect()),
            name,
            span,
        })
    }

    /// The first instant after a day, in the fleet's zone.
    fn day_after(&mut self, until: &At<jiff::civil::Date>) -> Option<Timestamp> {
        let Some(zone) = self.timezone.clone() else {
            if self.timezone_refused {
                return None;
            }
            let problem = Diagnostic::error("`until` is a day, and a day needs a zone", until.span.clone());
            self.error(problem.help("write `timezone: Asia/Seoul` (or yours) at the top of the file"));
            return None;
        };
        let next = until.value.tomorrow().ok()?;
        next.to_zoned(zone_named(&zone)?).ok().map(|start| start.timestamp())
    }

    fn image(&mut self, raw: Option<At<Either<ImageChoice, RawImage>>>, span: &Span) -> At<ImageChoice> {
        let Some(raw) = raw else { return At::new(ImageChoice::Ubuntu2404, span.clone()) };
        let choice = match raw.value {
            Either::Word(choice) => Some(choice),
            Either::Section(section) => match (section.ssm, section.owner, section.name) {
                (Some(path), None, None) => Some(ImageChoice::Ssm(path.value.0)),
                (None, Some(owner), Some(name)) => Some(ImageChoice::Newest { owner: owner.value.0, name: name.value.0 }),
                _ => {
                    if section.refused.is_empty() {
                        self.error(Diagnostic::error("`image` wants either `ssm`, or `owner` and `name`", raw.span.clone()));
                    }
                    None
                }
            },
        };
        At::new(choice.unwrap_or(ImageChoice::Ubuntu2404), raw.span)
    }

    pub(super) fn disk(&mut self, raw: Option<At<RawDisk>>, gib: u32, span: &Span) -> At<Disk> {
        let span = raw.as_ref().map_or_else(|| span.clone(), |disk| disk.span.clone());
        let raw = raw.map(|disk| disk.value).unwrap_or_default();
        let encrypted = raw.encrypted.is_none_or(|encrypted| encrypted.value);
        if let (Some(key), false) = (&raw.kms_key, encrypted) {
            self.error(
                Diagnostic::error("a KMS key for a volume that is not encrypted", key.span.clone())
                    .help("remove `kms-key`, or `encrypted: false`"),
            );
        }
        let disk = Disk {
            size_gib: raw.size.map_or(gib, |size| size.value.0),
            volume_type: raw.volume_type.map_or("gp3", |word| word.value.as_str()).to_owned(),
            encrypted,
            kms_key: raw.kms_key.map(|key| key.value.0),
        };
        At::new(disk, span)
    }

    fn key(&mut self, raw: Option<At<Either<KeySource, RawKeyFile>>>, span: &Span) -> Option<At<KeySource>> {
        let Some(raw) = raw else { return Some(At::new(KeySource::Generate, span.clone())) };
        let path = match raw.value {
            Either::Word(key) => return Some(At::new(key, raw.span)),
            Either::Section(section) => section.file?,
        };
        let bytes = self.file_bytes(&path)?;
        match std::str::from_utf8(&bytes).map_err(|_| keys::KeyError::NotPublic).and_then(keys::canonical_public) {
            Ok(key) => Some(At::new(KeySource::Public(key), path.span)),
            Err(why) => {
                self.error(Diagnostic::error(format!("`{}` cannot be used: {why}", path.value.0), path.span));
                None
            }
        }
    }

    fn idle_stop(&mut self, raw: Option<At<Either<NoneWord, RawIdleStop>>>, span: &Span) -> Option<At<IdleStop>> {
        let Some(At { value, span }) = raw else { return Some(At::new(IDLE, span.clone())) };
        let Either::Section(raw) = value else { return None };
        let idle = IdleStop {
            cpu_below: raw.cpu_below.map_or(IDLE.cpu_below, |percent| percent.value.0),
            periods: raw.periods.map_or(IDLE.periods, |periods| periods.value.unsigned()),
            period: raw.period.as_ref().map_or(IDLE.period, |period| period.value.0),
        };
        let place = raw.period.map_or_else(|| span.clone(), |period| period.span);
        self.alarm_fits(&idle, place);
        Some(At::new(idle, span))
    }

    fn alarm_fits(&mut self, idle: &IdleStop, place: Span) {
        let seconds = idle.period.as_secs();
        let longest = if seconds >= 3600 { ALARM_LOOKS_BACK.1 } else { ALARM_LOOKS_BACK.0 };
        if seconds == 0 || seconds % 60 != 0 {
            self.error(
                Diagnostic::error("`period` wants whole minutes", place).help("CloudWatch counts in minutes; EC2 sends a point every 5"),
            );
        } else if seconds * i64::from(idle.periods) > longest {
            self.error(
                Diagnostic::error("the alarm looks back too far", place)
                    .help("periods × period is at most a day, or a week when a period is an hour or more"),
            );
        }
    }
}

fn network(raw: Option<At<RawNetwork>>, span: &Span) -> NetworkChoice {
    let span = raw.as_ref().map_or_else(|| span.clone(), |network| network.span.clone());
    let raw = raw.map(|network| network.value).unwrap_or_default();
    NetworkChoice { vpc: vpc(raw.vpc, &span), subnet: subnet(raw.subnet, &span) }
}

pub(super) fn vpc(raw: Option<At<Either<VpcWord, RawTagged>>>, span: &Span) -> At<VpcChoice> {
    let Some(raw) = raw else { return At::new(VpcChoice::Default, span.clone()) };
    raw.map(|choice| match choice {
        Either::Word(word) => word.0,
        Either::Section(section) => tagged(section.tags),
    })
}

fn subnet(raw: Option<At<Either<SubnetWord, RawTagged>>>, span: &Span) -> At<VpcChoice> {
    let Some(raw) = raw else { return At::new(VpcChoice::Default, span.clone()) };
    raw.map(|choice| match choice {
        Either::Word(word) => word.0,
        Either::Section(section) => tagged(section.tags),
    })
}

fn tagged(tags: Option<At<Free<AsWritten>>>) -> VpcChoice {
    let tags = tags.map(|tags| tags.value.0).unwrap_or_default();
    VpcChoice::Tags(tags.into_iter().map(|(key, value)| (key.value, value.value.0)).collect())
}
