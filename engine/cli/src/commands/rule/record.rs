//! `muster rule test --record`.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use muster_core::facet::{self, Collector as _, Fact, Gap, Wanted};
use muster_core::finding::{Grouping, Rule};
use muster_core::fleet::did_you_mean;
use muster_host::author::{Outcome, blessed, recorded, try_case};

use super::pack::{CASES, Folder, Ready};
use super::test;
use crate::advisor::place;
use crate::app::App;
use crate::args::RuleTest;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;
use crate::render::count;
use crate::session::Session;
use crate::world::Access;

/// Most documents of each kind in a recorded case: more than that nobody reads.
const MOST: usize = 50;

/// Makes a case of what the account holds.
pub(super) async fn run(app: &App, args: &RuleTest) -> Result<Exit, CommandError> {
    let folder = Folder::open(&args.pack.pack)?;
    let host = place::host(app)?;
    let _ticks = host.ticker()?;
    let ready = folder.ready(app, &host)?;
    let kind = kind(args.kind.as_deref().unwrap_or_default())?;
    let rule = rule(&ready, kind, args.rule.as_deref())?;
    let path = folder.path.join(CASES).join(format!("recorded-{}.yaml", kind.replace('.', "-")));
    if path.exists() {
        return Err(CommandError::usage(format!("{} is there already; nothing was recorded", path.display())).hint("rename or delete it"));
    }
    let session = Session::open(app, false, Access::Read).await?;
    let (mut wanted, places) = (Wanted::default(), session.project.fleet.cloud.places());
    rule.needs.iter().for_each(|need| wanted.add(&places, &need.kind, need.facets.iter().map(String::as_str)));
    let mut facts = session.world.collect(&wanted, &|_| ()).await?;
    facts.gaps.iter().for_each(|gap| app.terminal.warn(&format!("{}: {}", gap.action, gap.error)));
    let unread = whole(rule, &mut facts.facts);
    complete(rule, &facts.gaps, facts.facts.iter().any(|fact| fact.kind == kind))?;
    if unread > 0 {
        app.terminal.warn(&format!("{} left out: what rule `{}` reads of them could not be read", count(unread, "document"), rule.id));
    }
    let all = facts.facts.len();
    cut(&mut facts.facts);
    let empty = recorded(rule, &facts.facts, facts.at);
    let case = test::read(app, &path, empty.as_bytes(), &ready.rules)?;
    let tried = try_case(&host, &ready.pack, &ready.rules, &case)
        .map_err(|error| CommandError::failed("the case cannot be tried").because(error))?;
    came_to_an_end(rule, &tried.outcome)?;
    let text = blessed(&empty, &tried.found);
    write_new(&path, &text)
        .map_err(|error| CommandError::failed(format!("{} could not be written: {}", path.display(), reason(&error))))?;
    let of = if all > case.given.len() { format!(" of {all}") } else { String::new() };
    let (documents, findings) = (count(case.given.len(), "document"), count(tried.found.len(), "finding"));
    app.terminal.say(&format!("{}: {documents}{of}, {findings} of rule `{}`; look at it before you commit it", path.display(), rule.id));
    Ok(Exit::Done)
}

/// Writes a file that is not there yet, and its folder.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Leaves out things of which a facet that the rule reads is unread: it would judge them as if there were nothing. How many those were.
fn whole(rule: &Rule, facts: &mut Vec<Fact>) -> usize {
    let all = facts.len();
    facts.retain(|fact| !fact.unread.iter().any(|facet| reads(rule, fact.kind, Some(facet))));
    all - facts.len()
}

/// True when the rule reads the kind and, if one is named, the facet of it.
fn reads(rule: &Rule, kind: &str, facet: Option<&str>) -> bool {
    rule.needs.iter().any(|need| need.kind == kind && facet.is_none_or(|facet| need.facets.iter().any(|own| own == facet)))
}

/// Refuses a case of half an account: when a list is unknown; when a facet is and the rule joins things, since one that is left out
/// changes what it says of others; and when nothing is left to judge.
fn complete(rule: &Rule, gaps: &[Gap], left: bool) -> Result<(), CommandError> {
    let breaks = |gap: &&Gap| gap.facet.is_none() || rule.grouping != Grouping::Each || !left;
    let felt: Vec<&Gap> = gaps.iter().filter(|gap| reads(rule, gap.kind, gap.facet)).filter(breaks).collect();
    let Some(first) = felt.first() else { return Ok(()) };
    let exit = if felt.iter().all(|gap| gap.unreachable) { Exit::Unreachable } else { Exit::Denied };
    let message = format!("rule `{}` reads {}, which could not be read whole; nothing was recorded", rule.id, first.kind);
    let hint =
        if exit == Exit::Denied { format!("allow {}; `muster iam` prints the policy", first.action) } else { "try again".to_owned() };
    Err(CommandError::new(exit, message).hint(hint))
}

/// Keeps the first of each kind.
fn cut(facts: &mut Vec<Fact>) {
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    facts.retain(|fact| {
        let seen = seen.entry(fact.kind).or_default();
        *seen += 1;
        *seen <= MOST
    });
}

/// What a rule says that fails, or says something else each time, is nothing to expect of it.
fn came_to_an_end(rule: &Rule, outcome: &Outcome) -> Result<(), CommandError> {
    let why = match outcome {
        Outcome::Passed | Outcome::Differs { .. } => return Ok(()),
        Outcome::Unstable(why) => (*why).to_owned(),
        Outcome::Errored(causes) => causes.join("; "),
    };
    Err(CommandError::failed(format!("rule `{}` does not judge what the account holds; nothing was recorded: {why}", rule.id)))
}

fn kind(word: &str) -> Result<&'static str, CommandError> {
    let near = || did_you_mean(word, facet::kinds().map(|kind| kind.word));
    facet::kind(word).map(|kind| kind.word).ok_or_else(|| {
        let error = CommandError::usage(format!("there is no kind `{word}`"));
        match near() {
            Some(near) => error.hint(near),
            None => error.hint(format!("kinds are {}", facet::kinds().map(|kind| kind.word).collect::<Vec<_>>().join(", "))),
        }
    })
}

fn rule<'a>(ready: &'a Ready, kind: &str, named: Option<&str>) -> Result<&'a Rule, CommandError> {
    let judges: Vec<&Rule> = ready.rules.iter().filter(|rule| rule.subject() == kind && named.is_none_or(|id| rule.id == id)).collect();
    match &judges[..] {
        [rule] => Ok(rule),
        [] => {
            let all: Vec<String> = ready.rules.iter().map(|rule| format!("{} judges {}", rule.id, rule.subject())).collect();
            Err(CommandError::usage(format!("no such rule of the pack judges {kind}")).hint(all.join(", ")))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|rule| rule.id.as_str()).collect();
            Err(CommandError::usage(format!("{} rules judge {kind}", several.len()))
                .hint(format!("add `--rule` with one of {}", ids.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(grouping: &str) -> Rule {
        let needs = json!([{"kind": "ec2.volume", "facets": ["tags"]}]);
        let body = json!({"title": "T", "category": "cost", "severity": "low", "grouping": grouping, "needs": needs});
        Rule::read("t", &body.to_string()).expect("a rule")
    }

    fn fact(kind: &str, number: usize) -> Fact {
        let kind = facet::kind(kind).expect("a kind");
        let body = json!({kind.id: format!("x-{number}")}).as_object().expect("an object").clone();
        Fact::new(kind, ("123456789012", "us-east-1"), body)
    }

    fn gap(facet: Option<&'static str>, unreachable: bool) -> Gap {
        Gap {
            action: "ec2:DescribeVolumes".to_owned(),
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            kind: "ec2.volume",
            facet,
            resources: std::collections::BTreeSet::new(),
            error: "no".to_owned(),
            unreachable,
        }
    }

    #[test]
    fn each_kind_is_cut_by_itself() {
        let mut facts: Vec<Fact> = (0..60).map(|n| fact("ec2.instance", n)).chain((0..60).map(|n| fact("ec2.volume", n))).collect();
        cut(&mut facts);
        assert_eq!(facts.iter().filter(|fact| fact.kind == "ec2.volume").count(), MOST);
        assert_eq!(facts.len(), 2 * MOST);
    }

    #[test]
    fn what_is_half_read_is_left_out() {
        let mut facts = vec![fact("ec2.volume", 1), fact("ec2.volume", 2)];
        facts[0].unread.insert("tags");
        assert_eq!(whole(&rule("each"), &mut facts), 1);
        assert_eq!(facts[0].id, "x-2");
    }

    #[test]
    fn half_an_account_is_no_case() {
        let exit = |grouping: &str, gaps: &[Gap], left| complete(&rule(grouping), gaps, left).err().map(|error| error.exit);
        assert_eq!(exit("each", &[gap(None, false)], true), Some(Exit::Denied));
        assert_eq!(exit("each", &[gap(None, true)], true), Some(Exit::Unreachable));
        assert_eq!(exit("each", &[gap(Some("tags"), false)], true), None, "the thing itself is left out");
        assert_eq!(exit("each", &[gap(Some("tags"), false)], false), Some(Exit::Denied));
        assert_eq!(exit("fleet", &[gap(Some("tags"), false)], true), Some(Exit::Denied));
        assert_eq!(exit("each", &[Gap { kind: "s3.bucket", ..gap(None, false) }], true), None);
    }
}
