//! A survey as a fleet.yaml that does nothing yet.
//!
//! From `schedules:` on, a line with `#` in its first column is YAML; without the `#` it counts. What explains it is indented.

use std::collections::BTreeMap;

use serde_json::Value;

use super::effect::Effect;
use super::machine::Seen;
use super::propose::{Origin, Proposal};
use super::{Cloud, Input, OFFICE, Survey, WEEKS};
use crate::cloud::PriceAnswer;
use crate::fleet::Provider;
use crate::import;
use crate::plan::words;
use crate::schedule::Amount;

/// Columns of a line.
const WIDTH: usize = 120;
/// Things that are listed before the rest is counted.
const LISTED: usize = 6;
/// Machines whose CPU is shown one by one.
const MEASURED: usize = 20;

/// The file.
#[must_use]
pub fn text(input: &Input<'_>, survey: &Survey) -> String {
    let mut page = Page { out: String::new(), input, survey };
    page.head();
    page.gaps();
    page.settings();
    page.inventory();
    page.tags();
    page.cpu();
    page.schedules();
    page.out
}

struct Page<'a> {
    out: String,
    input: &'a Input<'a>,
    survey: &'a Survey,
}

impl Page<'_> {
    fn head(&mut self) {
        let accounts = self.survey.accounts.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let zone = self.input.options.zone.name();
        self.line("# yaml-language-server: $schema=.muster/fleet.schema.json");
        self.line("#");
        self.comment(
            "",
            &format!(
                "fleet.yaml of AWS account {accounts}, as it was on {}. It was read; nothing in it was changed.",
                words::instant(self.survey.at, zone)
            ),
        );
        self.comment(
            "",
            "As it stands this file does nothing. From `schedules:` on, a line with `#` in its first column is YAML that does not count \
             yet: take the `#` away from `schedules:` and from the lines of what you choose, `muster plan` shows what that would do, and \
             `muster apply` does it.",
        );
        self.comment("", "A machine that two schedules select is held back: choose one tag, or give one schedule a higher `priority`.");
    }

    /// What could not be read comes first: every number below lacks it.
    fn gaps(&mut self) {
        if self.survey.gaps.is_empty() {
            return;
        }
        self.line("#");
        self.comment("", "Not everything could be read, so what follows is less than there is:");
        let mut actions: BTreeMap<(&str, &str), (Vec<&str>, &str)> = BTreeMap::new();
        for gap in &self.survey.gaps {
            actions.entry((&gap.action, &gap.error)).or_insert_with(|| (Vec::new(), gap.kind.as_str())).0.push(&gap.region);
        }
        for ((action, error), (regions, kind)) in actions {
            self.comment("  ", &format!("{action} in {} ({kind}): {error}", regions.join(", ")));
        }
    }

    fn settings(&mut self) {
        let options = &self.input.options;
        self.line("");
        self.line(&format!("timezone: {}", options.zone.name()));
        self.line("cloud:");
        let Cloud { provider, regions, estate } = &options.cloud;
        self.line(if *provider == Provider::Sandbox { "  provider: sandbox" } else { "  provider: aws" });
        if let Some((name, identity)) = self.input.snapshot.identities.iter().next().filter(|_| *provider == Provider::Aws) {
            self.line(&format!("  accounts: {{{name}: {{id: '{}'}}}}   # other credentials are refused", identity.account_id));
        }
        self.line(&format!("  regions: {}", import::flow(&Value::from(regions.clone()))));
        if let Some(estate) = estate {
            self.line(&format!("  estate: {}", import::flow(&Value::from(estate.clone()))));
        }
        self.prices();
    }

    fn prices(&mut self) {
        let published: Vec<&str> = self.survey.published.iter().map(|at| at.get(..10).unwrap_or(at)).collect();
        match self.survey.machines.iter().find_map(|machine| machine.rate.as_ref().ok()) {
            Some(rate) => {
                let from = if published.is_empty() { String::new() } else { format!(", published {}", published.join(", ")) };
                self.line(&format!("prices: {{currency: {}, api: true}}   # amounts are of the AWS Price List{from}", rate.currency));
            }
            None => self.unpriced_account(),
        }
    }

    fn unpriced_account(&mut self) {
        self.line("# prices: {currency: USD, per-hour: {t3.medium: 0.052}}   # or `api: true`: hours become amounts");
        let mut answers = self.input.snapshot.places.values().flat_map(|view| view.prices.values()).peekable();
        if answers.peek().is_none() {
            return;
        }
        let refused = answers.find_map(|answer| if let PriceAnswer::Unread(why) = answer { Some(why.as_str()) } else { None });
        self.comment("", &format!("The price list was asked and gave no price: {}", refused.unwrap_or("it has none of these")));
    }

    fn inventory(&mut self) {
        self.line("");
        self.comment("", "What can be started and stopped there:");
        for place in &self.survey.places {
            let here: Vec<&Seen> = self.survey.machines.iter().filter(|machine| machine.place == *place).collect();
            let what = if here.is_empty() { "nothing".to_owned() } else { counted(&here) };
            self.comment("  ", &format!("{place}: {what}"));
        }
        if self.survey.owned > 0 {
            self.comment("  ", &format!("{} more belong to a fleet of muster's already and are left out here", self.survey.owned));
        }
    }

    fn tags(&mut self) {
        self.line("#");
        self.comment("", if self.survey.tags.is_empty() { "No tags are in use." } else { "Tags in use, and how many carry them:" });
        for tag in &self.survey.tags {
            let machines = |at: &[usize]| counted(&at.iter().map(|at| &self.survey.machines[*at]).collect::<Vec<_>>());
            let value = |(value, at): &(String, Vec<usize>)| format!("{} on {}", quoted(value), machines(at));
            let shown: Vec<String> = tag.values.iter().take(LISTED).map(value).collect();
            let text = if tag.values.len() > LISTED {
                format!("{} values on {}", tag.values.len(), plural(tag.machines(), "machine"))
            } else {
                shown.join("; ")
            };
            self.comment("  ", &format!("{}: {text}", tag.key));
        }
        let untagged: Vec<String> = self.survey.machines.iter().filter(|machine| machine.tags.is_empty()).map(Seen::words).collect();
        if !untagged.is_empty() {
            self.comment("  ", &format!("without a tag, which no schedule can select: {}", listed(&untagged)));
        }
    }

    fn cpu(&mut self) {
        let measured: Vec<&Seen> =
            self.survey.machines.iter().filter(|machine| machine.cpu.as_ref().is_some_and(|cpu| !cpu.hours.is_empty())).collect();
        if measured.is_empty() {
            return;
        }
        let limit = self.input.options.idle;
        self.line("#");
        self.comment("", &format!(
            "How busy instances were in the {WEEKS} weeks to {}: the highest CPUUtilization of each hour, from CloudWatch. Idle means not over {limit} %.",
            words::instant(self.survey.measured.to, self.input.options.zone.name())
        ));
        let (idle, used): (Vec<&Seen>, Vec<&Seen>) =
            measured.into_iter().partition(|machine| machine.cpu.as_ref().is_some_and(super::CpuUse::is_idle));
        for machine in idle.iter().take(MEASURED) {
            self.comment("  ", &format!("idle all the time: {}", self.idle(machine)));
        }
        for machine in used.iter().take(MEASURED) {
            self.comment("  ", &busy(machine, limit));
        }
        let more = idle.len().saturating_sub(MEASURED) + used.len().saturating_sub(MEASURED);
        if more > 0 {
            self.comment("  ", &format!("and {more} more"));
        }
    }

    fn idle(&self, machine: &Seen) -> String {
        let (hours, peak) = machine.cpu.as_ref().map_or((0, 0.0), |cpu| (cpu.hours.len(), cpu.peak.unwrap_or_default()));
        let running = machine.cpu.as_ref().map_or(0.0, super::CpuUse::running);
        let cost = machine.rate.as_ref().map(|rate| format!(", {:.2} {} a week", rate.hour * running, rate.currency)).unwrap_or_default();
        format!("{}, {}: never over {peak:.1} % in the {} it ran{cost}", machine.words(), machine.size, plural(hours, "hour"))
    }

    fn schedules(&mut self) {
        let run = &self.input.options.run;
        self.line("");
        if run == OFFICE {
            self.comment(
                "",
                &format!("Tags are judged by `{run}`; put in the hours that are yours, or `muster init --from-account --run`."),
            );
        }
        self.comment(
            "",
            "Hours a week are a mean of those measured. What is not measured (databases, groups, services) counts as running always \
             if it runs now; a cluster counts its members, a group its instances, a service its tasks.",
        );
        self.line("#schedules:");
        if self.survey.proposals.is_empty() {
            self.comment("  ", "nothing is tagged, so there is nothing that a schedule could select: tag machines, say with env=dev");
        }
        for proposal in &self.survey.proposals {
            self.line("");
            self.proposal(proposal);
        }
        self.other_edges();
    }

    fn proposal(&mut self, proposal: &Proposal) {
        let machines = proposal.effect.as_ref().map(|effect| self.machines(&effect.machines));
        let about = machines.map(|machines| format!(": {}", counted(&machines))).unwrap_or_default();
        self.comment("  ", &title(&proposal.origin, &about));
        if let Some(effect) = proposal.effect.as_ref().filter(|_| !matches!(proposal.origin, Origin::InstanceScheduler { .. })) {
            self.effect(proposal, effect);
        }
        for note in &proposal.notes {
            self.comment("  ", note);
        }
        if proposal.schedule.is_empty() {
            return;
        }
        let mut schedule = proposal.schedule.clone();
        if schedule.get("timezone").is_some_and(|zone| zone == self.input.options.zone.name()) {
            // `remove` alone would move the last key into its place.
            schedule.shift_remove("timezone");
        }
        for line in import::entry(&proposal.name, &schedule).lines() {
            self.line(&format!("#{line}"));
        }
    }

    fn effect(&mut self, proposal: &Proposal, effect: &Effect) {
        if effect.stoppable() > 0 {
            self.comment("  ", &format!("{}{}", saved(proposal, effect, &self.input.options.run), self.unpriced(effect)));
        }
        let words = |at: &[usize]| listed(&self.machines(at).into_iter().map(Seen::words).collect::<Vec<_>>());
        let (stops, starts, busy) = (words(&effect.stops), words(&effect.starts), words(&effect.busy));
        let refused: Vec<String> = effect.refused.iter().take(LISTED).map(|at| self.refused(*at)).collect();
        if !effect.stops.is_empty() && !proposal.schedule.is_empty() {
            self.comment("  ", &format!("it would stop now: {stops}"));
        }
        if !effect.starts.is_empty() && !proposal.schedule.is_empty() {
            self.comment("  ", &format!("stopped now, and it would start in its windows: {starts}"));
        }
        if !effect.busy.is_empty() {
            let limit = self.input.options.idle;
            self.comment("  ", &format!("busy outside of it, over {limit} % CPU for {} a week: {busy}", hours(effect.hours.busy)));
        }
        for refused in refused {
            self.comment("  ", &refused);
        }
        if effect.refused.len() > LISTED {
            self.comment("  ", &format!("and {} more that cannot be stopped", effect.refused.len() - LISTED));
        }
    }

    fn refused(&self, at: usize) -> String {
        let machine = &self.survey.machines[at];
        format!("not stopped: {}: {}", machine.words(), machine.refusal.as_deref().unwrap_or_default())
    }

    /// Why an amount is not of all machines.
    fn unpriced(&self, effect: &Effect) -> String {
        let machines = self.machines(&effect.machines);
        let mut why: Vec<String> = machines
            .iter()
            .filter(|machine| machine.refusal.is_none())
            .filter_map(|machine| machine.rate.as_ref().err().filter(|why| !why.is_empty()).map(|why| format!("{} ({why})", machine.id)))
            .collect();
        why.sort();
        let asked = self.survey.machines.iter().any(|machine| machine.rate.is_ok());
        if why.is_empty() || !asked { String::new() } else { format!("; no price of {}", listed(&why)) }
    }

    fn other_edges(&mut self) {
        let (others, ours) = &self.survey.other_edges;
        if !others.is_empty() {
            let names: Vec<String> = others
                .iter()
                .map(|(path, why)| format!("{path} ({})", why.split_once("`: ").map_or(why.as_str(), |(_, why)| why)))
                .collect();
            self.line("");
            self.comment("  ", &format!("not imported: {} of EventBridge: {}", plural(others.len(), "schedule"), listed(&names)));
        }
        if *ours > 0 {
            self.line("");
            self.comment("  ", &format!("left out: {} of EventBridge in groups of muster's own", plural(*ours, "schedule")));
        }
    }

    fn machines(&self, at: &[usize]) -> Vec<&Seen> {
        at.iter().map(|at| &self.survey.machines[*at]).collect()
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A comment, wrapped; what goes on is indented.
    fn comment(&mut self, indent: &str, text: &str) {
        // Tags and answers are not ours: a line end in them must not end the comment.
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let begin = if self.out.contains("\n#schedules:") { format!("{indent}# ") } else { format!("# {indent}") };
        let mut line = String::new();
        for word in words_of(&text) {
            if !line.is_empty() && begin.chars().count() + line.chars().count() + word.chars().count() >= WIDTH {
                self.line(&format!("{begin}{line}"));
                line = "  ".to_owned();
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        self.line(&format!("{begin}{line}"));
    }
}

/// Words; what stands in backquotes is to be copied and is one.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match words.last_mut().filter(|last| last.matches('`').count() % 2 == 1) {
            Some(open) => open.extend([" ", word]),
            None => words.push(word.to_owned()),
        }
    }
    words
}

fn title(origin: &Origin, about: &str) -> String {
    match origin {
        Origin::Tag { key, value, production: false } => format!("{key}={}{about}", quoted(value)),
        Origin::Tag { key, value, production: true } => {
            format!("{key}={}{about}; it looks like production, so no schedule is proposed", quoted(value))
        }
        Origin::Custodian { key, value } => {
            format!(
                "{key}={}{about}; a tag of Cloud Custodian's offhours, which goes on acting until its policy is taken away",
                quoted(value)
            )
        }
        Origin::InstanceScheduler { value } => format!(
            "Schedule={}{about}; most likely a tag of Instance Scheduler's. Its definition stands in that tool's table and not in the tag: \
             `muster schedule import --from instance-scheduler FILE` reads it, and `select: {{tags: {{Schedule: [{}]}}}}` selects the same.",
            quoted(value),
            quoted(value)
        ),
        Origin::EventBridge => {
            format!("stands in EventBridge Scheduler{about}; disable it there when this counts, else both act")
        }
    }
}

/// `354 of 504 running hours a week are outside of mon-fri 09:00-19:00: they cost 18.40 USD`.
fn saved(proposal: &Proposal, effect: &Effect, run: &str) -> String {
    let hours_of = effect.hours;
    let outside =
        if matches!(proposal.origin, Origin::Tag { .. }) { format!("outside of `{run}`") } else { "those in which it stops".to_owned() };
    let measured = match effect.measured {
        0 => ", not measured".to_owned(),
        all if all == effect.stoppable() => ", measured".to_owned(),
        some => format!(", {some} of {} machines measured", effect.stoppable()),
    };
    let money = effect.amount.as_ref().map(|amount| money(amount, effect.stoppable())).unwrap_or_default();
    format!("{} of {} running hours a week are {outside}{measured}{money}", number(hours_of.outside), number(hours_of.running))
}

fn money(amount: &Amount, machines: usize) -> String {
    let part = if amount.machines == machines { String::new() } else { format!(" ({} of {machines} have a price)", amount.machines) };
    format!(": {:.2} {} a week{part}", amount.value, amount.currency)
}

/// `3 EC2 (2 running), 1 RDS`.
fn counted(machines: &[&Seen]) -> String {
    let sorts = [("ec2", "EC2"), ("rds", "RDS"), ("asg", "Auto Scaling"), ("ecs", "ECS")];
    let of = |(service, word): &(&str, &str)| {
        let here: Vec<_> = machines.iter().filter(|machine| machine.service == *service).collect();
        let running = here.iter().filter(|machine| machine.running).count();
        let part = if running == here.len() { String::new() } else { format!(" ({running} running)") };
        (!here.is_empty()).then(|| format!("{} {word}{part}", here.len()))
    };
    sorts.iter().filter_map(of).collect::<Vec<_>>().join(", ")
}

fn busy(machine: &Seen, limit: f64) -> String {
    let Some(cpu) = &machine.cpu else { return String::new() };
    let when = match (cpu.week.count(), cpu.week.windows()) {
        (168, _) => "every hour of the week".to_owned(),
        (count, Some(windows)) => format!("{count} of the 168 hours of the week: {}", windows.join("; ")),
        (count, None) => format!("{count} of the 168 hours of the week, scattered"),
    };
    format!("{}, {}: over {limit} % in {when}", machine.words(), machine.size)
}

/// A value as it stands in a comment.
fn quoted(value: &str) -> String {
    if value.is_empty() { "''".to_owned() } else { value.to_owned() }
}

fn listed(all: &[String]) -> String {
    let shown = all.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > LISTED { format!("{shown} and {} more", all.len() - LISTED) } else { shown }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn hours(hours: f64) -> String {
    format!("{} h", number(hours))
}

/// Whole hours, or halves where a few decide.
fn number(hours: f64) -> String {
    if hours.fract().abs() < 0.05 || hours >= 20.0 { format!("{hours:.0}") } else { format!("{hours:.1}") }
}
