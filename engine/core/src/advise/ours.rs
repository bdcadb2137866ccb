//! Which of the observed things are this fleet's own: tags and a proof, by the law that planning has (semantics 2). Tags alone can be
//! copied or forged, and who carries alice's would be excepted with her machine.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::address::Address;
use crate::aws_name::aws_name;
use crate::facet::{Fact, Facts};
use crate::fleet::Fleet;
use crate::name::FleetName;
use crate::plan::claim::{Claimable, claim, is_on_chain};
use crate::plan::mark::Mark;
use crate::tags::{ADDRESS, FLEET};

/// The kind that brings its root volume along.
pub(super) const INSTANCE: &str = "ec2.instance";
/// The kind of that.
pub(super) const VOLUME: &str = "ec2.volume";
/// Kinds that muster makes and of which facts hold tags and what proves them. Copies of them (snapshots, images) prove nothing.
const MADE: [&str; 3] = [INSTANCE, "ec2.security-group", "rds.instance"];

/// Addresses by kind and key. Two things that prove to be one address have none.
#[derive(Debug, Default)]
pub(super) struct Ours<'a>(HashMap<(&'a str, &'a str), Address>);

impl<'a> Ours<'a> {
    /// Those of a fleet among what was observed.
    pub(super) fn of(fleet: &Fleet, facts: &'a Facts) -> Self {
        let mut by_home: BTreeMap<(&str, &str, &str), Vec<Claimed<'a>>> = BTreeMap::new();
        for fact in facts.facts.iter().filter(|fact| MADE.contains(&fact.kind) && fact.body.contains_key("Tags")) {
            by_home.entry((fact.kind, &fact.account, &fact.region)).or_default().push(Claimed(fact));
        }
        let mut ours = Self::default();
        for ((_, account, region), items) in by_home {
            let claims = claim(fleet, account, region, &items);
            for item in &items {
                ours.0.extend(claims.address_of(fleet, item).map(|address| ((item.0.kind, item.0.key.as_str()), address)));
            }
        }
        ours.add_roots(facts);
        ours
    }

    /// A root volume belongs to its instance, when it carries the same marks: other volumes may hold anything.
    fn add_roots(&mut self, facts: &'a Facts) {
        let of_kind = |kind| facts.facts.iter().filter(move |fact| fact.kind == kind);
        let mut roots: HashMap<(&str, &str, &str), (&Fact, Address)> = HashMap::new();
        for fact in of_kind(INSTANCE) {
            if let (Some(root), Some(address)) = (root(fact), self.address(fact)) {
                roots.insert((root, &fact.account, &fact.region), (fact, address.clone()));
            }
        }
        for fact in of_kind(VOLUME) {
            let root = roots.get(&(fact.id.as_str(), fact.account.as_str(), fact.region.as_str()));
            let same =
                |instance: &Fact| [FLEET, ADDRESS].iter().all(|key| tag(fact, key).is_some() && tag(fact, key) == tag(instance, key));
            self.0.extend(root.filter(|(instance, _)| same(instance)).map(|(_, address)| ((VOLUME, fact.key.as_str()), address.clone())));
        }
    }

    /// The address of a thing, if it is this fleet's.
    pub(super) fn address<'s>(&'s self, fact: &'s Fact) -> Option<&'s Address> {
        self.0.get(&(fact.kind, fact.key.as_str()))
    }
}

/// A fact as what a proof is judged by.
struct Claimed<'a>(&'a Fact);

impl Claimable for Claimed<'_> {
    fn mark(&self) -> Mark {
        Mark::from_tags(&self.0.tags())
    }

    fn id(&self) -> &str {
        &self.0.id
    }

    fn proven(&self, fleet: &FleetName, address: &Address, account: &str, region: &str) -> bool {
        let is_named = |name: &str| name == aws_name(fleet, address);
        match self.0.kind {
            INSTANCE => text(self.0, "ClientToken").is_some_and(|token| is_on_chain(token, fleet, address, account, region)),
            "ec2.security-group" => text(self.0, "GroupName").is_some_and(is_named),
            _ => is_named(&self.0.id),
        }
    }

    fn alive(&self) -> bool {
        let state = text(self.0, "State").or_else(|| text(self.0, "DBInstanceStatus"));
        !matches!(state, Some("shutting-down" | "terminated" | "deleting"))
    }
}

fn text<'a>(fact: &'a Fact, member: &str) -> Option<&'a str> {
    fact.body.get(member)?.as_str()
}

fn tag<'a>(fact: &'a Fact, key: &str) -> Option<&'a str> {
    fact.body.get("Tags")?.get(key)?.as_str()
}

/// The volume that an instance starts from.
fn root(instance: &Fact) -> Option<&str> {
    let device = text(instance, "RootDeviceName")?;
    let devices = instance.body.get("BlockDeviceMappings")?.as_array()?;
    let root = devices.iter().find(|mapped| mapped.get("DeviceName").and_then(Value::as_str) == Some(device))?;
    root.get("Ebs")?.get("VolumeId")?.as_str()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::aws_name::client_token;
    use crate::facet::kind;
    use crate::fleet::{FileSource, LoadOptions, load};

    struct NoFiles;

    impl FileSource for NoFiles {
        fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
            Err(format!("{relative} is not read here"))
        }
    }

    fn fleet(head: &str, user: &str) -> Fleet {
        let text = format!(
            "{head}\ncloud: {{provider: aws, regions: [us-east-1]}}\nusers:\n  defaults: {{ssh-from: 10.0.0.0/8, key: generate}}\n  {user}\n"
        );
        load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions::default()).fleet.expect("a fleet")
    }

    fn fact(word: &str, body: &Value, tags: &[(&str, &str)]) -> Fact {
        let mut all = json!({FLEET: "lms", ADDRESS: "user/alice/instance"});
        tags.iter().for_each(|(key, value)| all[*key] = json!(value));
        let mut body = body.clone();
        body["Tags"] = all;
        Fact::new(kind(word).expect("a kind"), ("123456789012", "r"), body.as_object().expect("an object").clone())
    }

    fn token(address: &str) -> String {
        let name = FleetName::new("lms").expect("a name");
        client_token(&name, &Address::from_text(address), "123456789012", "r", 3)
    }

    fn machine(id: &str, token: &str) -> Value {
        json!({
            "InstanceId": id, "State": "running", "ClientToken": token, "RootDeviceName": "/dev/xvda",
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}, {"DeviceName": "/dev/sdf", "Ebs": {"VolumeId": "vol-2"}}],
        })
    }

    /// Addresses of things, in their order.
    fn addresses(fleet: &Fleet, all: Vec<Fact>) -> Vec<Option<String>> {
        let facts = Facts { facts: all, ..Facts::empty(Timestamp::UNIX_EPOCH) };
        let ours = Ours::of(fleet, &facts);
        facts.facts.iter().map(|fact| ours.address(fact).map(ToString::to_string)).collect()
    }

    fn address(all: Vec<Fact>) -> Option<String> {
        addresses(&fleet("fleet: lms", "alice: {}"), all).remove(0)
    }

    #[test]
    fn tags_alone_prove_nothing() {
        let alice = Some("user/alice/instance".to_owned());
        let own = token("user/alice/instance");
        assert_eq!(address(vec![fact(INSTANCE, &machine("i-1", &own), &[])]), alice);
        assert_eq!(address(vec![fact(INSTANCE, &machine("i-1", "of another"), &[])]), None);
        assert_eq!(address(vec![fact(INSTANCE, &machine("i-1", &token("user/bob/instance")), &[])]), None, "a token is of one address");
        assert_eq!(address(vec![fact(INSTANCE, &machine("i-1", ""), &[("muster:self", "i-1")])]), alice);
        assert_eq!(address(vec![fact(INSTANCE, &machine("i-2", ""), &[("muster:self", "i-1")])]), None, "a copied proof names another");
        assert_eq!(address(vec![fact(INSTANCE, &machine("i-1", &own), &[(FLEET, "other")])]), None);
        for copied in ["ec2.snapshot", "ec2.image", "ec2.volume", "rds.snapshot"] {
            let id = kind(copied).expect("a kind").id;
            assert_eq!(address(vec![fact(copied, &json!({id: "x"}), &[("muster:self", "x")])]), None, "{copied}");
        }
    }

    #[test]
    fn a_derived_name_is_a_proof() {
        let name = FleetName::new("lms").expect("a name");
        let derived = |address: &str| aws_name(&name, &Address::from_text(address));
        let group = |called: &str| {
            fact("ec2.security-group", &json!({"GroupId": "sg-1", "GroupName": called}), &[(ADDRESS, "user/alice/security-group")])
        };
        assert_eq!(address(vec![group(&derived("user/alice/security-group"))]).as_deref(), Some("user/alice/security-group"));
        assert_eq!(address(vec![group("web")]), None);
        let database = |called: &str, status: &str| {
            let body = json!({"DBInstanceIdentifier": called, "DBInstanceArn": "arn:x", "DBInstanceStatus": status});
            address(vec![fact("rds.instance", &body, &[(ADDRESS, "database/app/instance")])])
        };
        let own = derived("database/app/instance");
        assert_eq!(database(&own, "available").as_deref(), Some("database/app/instance"));
        assert_eq!((database("app", "available"), database(&own, "deleting")), (None, None));
    }

    #[test]
    fn two_with_proof_have_no_address() {
        let two = ["i-1", "i-2"].map(|id| fact(INSTANCE, &machine(id, &token("user/alice/instance")), &[]));
        assert_eq!(addresses(&fleet("fleet: lms", "alice: {}"), two.into()), [None, None]);
    }

    #[test]
    fn a_root_volume_belongs_to_its_instance_and_other_volumes_to_nobody() {
        let volume = |id: &str, tags: &[(&str, &str)]| fact(VOLUME, &json!({"VolumeId": id}), tags);
        let mine = fact(INSTANCE, &machine("i-1", &token("user/alice/instance")), &[]);
        let of = |machine: &Fact, volume: Fact| addresses(&fleet("fleet: lms", "alice: {}"), vec![machine.clone(), volume]).remove(1);
        assert_eq!(of(&mine, volume("vol-1", &[])).as_deref(), Some("user/alice/instance"));
        assert_eq!(of(&mine, volume("vol-2", &[])), None, "a data volume");
        assert_eq!(of(&mine, volume("vol-1", &[(ADDRESS, "user/bob/instance")])), None, "its tags say another");
        assert_eq!(of(&fact(INSTANCE, &machine("i-1", "of another"), &[]), volume("vol-1", &[])), None);
    }

    #[test]
    fn a_former_name_is_called_as_the_file_calls_it_now() {
        let all = || vec![fact(INSTANCE, &machine("i-1", &token("user/alice/instance")), &[])];
        assert_eq!(addresses(&fleet("fleet: lms", "ally: {was: alice}"), all()), [Some("user/ally/instance".to_owned())]);
        assert_eq!(addresses(&fleet("fleet: new\nwas: lms", "alice: {}"), all()), [Some("user/alice/instance".to_owned())]);
    }
}
