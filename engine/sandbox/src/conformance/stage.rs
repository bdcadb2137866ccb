//! What a case has at hand.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{
    AlarmSpec, Change, Clock, Cloud, CloudError, Database, DbSpec, ErrorKind, IdRef, Image, ImageQuery, IngressRule, Instance,
    InstanceSpec, InstanceState, KeyMaterial, Need, Needs, Place, PlaceView, Receipt, SecurityGroup,
};
use muster_core::tags::Tags;

use super::Held;

/// How long a case waits for what may come late.
const PATIENCE: SignedDuration = SignedDuration::from_mins(20);
/// How long an id that was just made may be unknown.
const SPREADING: SignedDuration = SignedDuration::from_secs(60);
/// Time between two looks.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// A cloud, a clock, a place, and names that no other case uses.
pub(super) struct Stage<'a, C, K> {
    cloud: &'a C,
    clock: &'a K,
    pub(super) place: &'a Place,
    prefix: String,
}

impl<'a, C: Cloud, K: Clock> Stage<'a, C, K> {
    pub(super) fn new(cloud: &'a C, clock: &'a K, place: &'a Place, run: &str, number: usize) -> Self {
        Self { cloud, clock, place, prefix: format!("conf-{run}-{number}") }
    }

    /// A name of this case.
    pub(super) fn name(&self, part: &str) -> String {
        format!("{}-{part}", self.prefix)
    }

    /// Start of every name of this case.
    pub(super) fn prefix(&self) -> String {
        format!("{}-", self.prefix)
    }

    pub(super) async fn perform(&self, change: &Change) -> Result<Receipt, CloudError> {
        self.cloud.perform(self.place, change).await
    }

    /// Performs what must succeed; an id that is not known yet is waited for.
    pub(super) async fn done(&self, change: Change) -> Result<Receipt, String> {
        let until = self.later(SPREADING);
        loop {
            match self.perform(&change).await {
                Err(error) if error.kind == ErrorKind::NotFound && self.clock.now() < until => self.clock.sleep(PAUSE).await,
                Err(error) => return Err(format!("{} must succeed: {error}", change.action())),
                Ok(receipt) => return Ok(receipt),
            }
        }
    }

    /// Performs what must succeed and answers the id it made.
    pub(super) async fn made(&self, change: Change) -> Result<String, String> {
        let action = change.action();
        self.done(change).await?.id.ok_or_else(|| format!("{action} must answer an id"))
    }

    /// Performs what must be refused in one way; an id that is not known yet is waited for.
    pub(super) async fn refused(&self, change: Change, kinds: &[ErrorKind]) -> Held {
        let until = self.later(SPREADING);
        loop {
            match self.perform(&change).await {
                Ok(_) => return Err(format!("{} must be refused as {kinds:?}", change.action())),
                Err(error) if kinds.contains(&error.kind) => return Ok(()),
                Err(error) if error.kind == ErrorKind::NotFound && self.clock.now() < until => self.clock.sleep(PAUSE).await,
                Err(error) => return Err(format!("{} must be refused as {kinds:?}, not as {:?}: {error}", change.action(), error.kind)),
            }
        }
    }

    /// Reads one need, which must leave no gap.
    pub(super) async fn view(&self, need: Need) -> Result<PlaceView, String> {
        let mut needs = Needs::default();
        needs.add(self.place, need.clone());
        let mut snapshot = self.cloud.observe(&needs).await.map_err(|error| format!("{need:?} must be read: {error}"))?;
        match snapshot.gaps.first() {
            Some(gap) => Err(format!("{need:?} must leave no gap: {} {}", gap.action, gap.error)),
            None => Ok(snapshot.places.remove(self.place).unwrap_or_default()),
        }
    }

    /// Reads `need` until `find` finds what it looks for.
    pub(super) async fn until<T>(&self, what: &str, need: Need, find: impl Fn(&PlaceView) -> Option<T>) -> Result<T, String> {
        let until = self.later(PATIENCE);
        loop {
            if let Some(found) = find(&self.view(need.clone()).await?) {
                return Ok(found);
            }
            if self.clock.now() >= until {
                return Err(format!("{what} must come about; it did not in {} min", PATIENCE.as_mins()));
            }
            self.clock.sleep(PAUSE).await;
        }
    }

    fn later(&self, duration: SignedDuration) -> Timestamp {
        let now = self.clock.now();
        now.saturating_add(duration).unwrap_or(now)
    }

    pub(super) async fn read_secret(&self, parameter: &str) -> Result<String, CloudError> {
        self.cloud.read_secret(self.place, &muster_core::cloud::SecretRef { parameter: parameter.to_owned() }).await
    }

    /// The default VPC.
    pub(super) async fn vpc(&self) -> Result<String, String> {
        let view = self.view(Need::Vpcs).await?;
        let default = view.vpcs.seen().iter().find(|vpc| vpc.is_default);
        default.map(|vpc| vpc.id.clone()).ok_or_else(|| "there must be a default VPC".to_owned())
    }

    /// The image a query stands for.
    pub(super) async fn image(&self, query: ImageQuery) -> Result<Option<Image>, String> {
        self.view(Need::Image(query.clone())).await?.images.remove(&query).ok_or_else(|| format!("{query:?} must be answered"))
    }

    /// Ubuntu for x86_64.
    pub(super) async fn ubuntu(&self) -> Result<Image, String> {
        let found = self.image(ImageQuery::Ubuntu2404 { architecture: "x86_64".to_owned() }).await?;
        found.ok_or_else(|| "there must be an Ubuntu 24.04".to_owned())
    }

    /// A new security group.
    pub(super) async fn group(&self, part: &str) -> Result<String, String> {
        self.made(self.create_group(part, &self.vpc().await?)).await
    }

    pub(super) fn create_group(&self, part: &str, vpc: &str) -> Change {
        Change::CreateSecurityGroup {
            name: self.name(part),
            description: "made by the conformance suite".to_owned(),
            vpc: vpc.to_owned(),
            tags: self.tags(part),
        }
    }

    /// The group as it is read, as soon as `find` is content with it.
    pub(super) async fn read_group(&self, what: &str, id: &str, content: impl Fn(&SecurityGroup) -> bool) -> Result<SecurityGroup, String> {
        let find = |view: &PlaceView| view.groups.seen().iter().find(|group| group.id == id && content(group)).cloned();
        self.until(what, Need::SecurityGroups, find).await
    }

    pub(super) fn tags(&self, part: &str) -> Tags {
        Tags::from([("conformance".to_owned(), self.name(part))])
    }

    /// A new key pair's name.
    pub(super) async fn key(&self, part: &str) -> Result<String, String> {
        let name = self.name(part);
        let key = KeyMaterial::Public(public_key(1)?);
        self.done(Change::ImportKeyPair { name: name.clone(), key, tags: self.tags(part) }).await?;
        Ok(name)
    }

    /// What a launch is asked for, with a group and a key pair of its own.
    pub(super) async fn spec(&self) -> Result<InstanceSpec, String> {
        let image = self.ubuntu().await?;
        Ok(InstanceSpec {
            image: image.id,
            root_device: image.root_device,
            instance_type: "t3.small".to_owned(),
            subnet: None,
            groups: vec![IdRef::Id(self.group("sg").await?)],
            key_name: self.key("key").await?,
            disk_gib: 30,
            disk_type: "gp3".to_owned(),
            encrypted: true,
            kms_key: None,
            imds_required: true,
            public_ip: true,
            tags: self.tags("instance"),
            volume_tags: self.tags("volume"),
        })
    }

    /// A running instance and what it was asked for.
    pub(super) async fn running(&self) -> Result<(Instance, InstanceSpec), String> {
        let spec = self.spec().await?;
        let id = self.made(Change::RunInstance { token: self.name("token"), spec: Box::new(spec.clone()) }).await?;
        Ok((self.reach(&id, InstanceState::Running).await?, spec))
    }

    /// Waits until an instance has a state.
    pub(super) async fn reach(&self, id: &str, state: InstanceState) -> Result<Instance, String> {
        self.until_instance(&format!("{id} {}", state.as_str()), id, |instance| instance.state == state).await
    }

    /// Waits until an instance is as it must be.
    pub(super) async fn until_instance(&self, what: &str, id: &str, content: impl Fn(&Instance) -> bool) -> Result<Instance, String> {
        let need = Need::InstancesById(BTreeSet::from([id.to_owned()]));
        self.until(what, need, |view| view.instances.seen().iter().find(|instance| instance.id == id && content(instance)).cloned()).await
    }

    /// A running instance that is not needed any more.
    pub(super) async fn end(&self, id: &str) -> Held {
        self.done(Change::TerminateInstance { id: id.to_owned() }).await.map(|_| ())
    }

    /// A small database.
    pub(super) fn database(&self, part: &str) -> DbSpec {
        DbSpec {
            name: self.name(part),
            engine: "mysql".to_owned(),
            version: "8.0".to_owned(),
            class: "db.t4g.micro".to_owned(),
            storage_gib: 20,
            storage_type: "gp3".to_owned(),
            encrypted: true,
            kms_key: None,
            master_user: "admin".to_owned(),
            database_name: Some("app".to_owned()),
            port: Some(3307),
            parameter_group: None,
            groups: Vec::new(),
            subnet_group: None,
            backup_retention_days: 7,
            backup_window: Some("18:00-18:30".to_owned()),
            maintenance_window: Some("sun:19:00-sun:19:30".to_owned()),
            multi_az: false,
            public: false,
            iam_authentication: false,
            performance_insights: false,
            deletion_protection: false,
            tags: self.tags(part),
        }
    }

    /// A database that is ready.
    pub(super) async fn available(&self, spec: DbSpec) -> Result<Database, String> {
        let name = spec.name.clone();
        self.done(Change::CreateDatabase { spec: Box::new(spec) }).await?;
        self.until_database("an available database", &name, |database| database.state.is_available()).await
    }

    /// Waits until a database is as it must be.
    pub(super) async fn until_database(&self, what: &str, name: &str, content: impl Fn(&Database) -> bool) -> Result<Database, String> {
        let find = |view: &PlaceView| view.databases.seen().iter().find(|database| database.name == name && content(database)).cloned();
        self.until(what, Need::DatabaseByName(name.to_owned()), find).await
    }

    /// A database that is not needed any more.
    pub(super) async fn drop_database(&self, name: &str) -> Held {
        self.done(Change::DeleteDatabase { name: name.to_owned() }).await.map(|_| ())
    }

    /// An alarm that stops an idle instance.
    pub(super) fn alarm(&self, instance: &str) -> AlarmSpec {
        AlarmSpec {
            instance: IdRef::Id(instance.to_owned()),
            namespace: "AWS/EC2".to_owned(),
            metric: "CPUUtilization".to_owned(),
            statistic: "Average".to_owned(),
            comparison: "LessThanThreshold".to_owned(),
            threshold: 5.0,
            period_seconds: 300,
            periods: 6,
            missing_data: "notBreaching".to_owned(),
            actions: vec![format!("arn:{}:automate:{}:ec2:stop", muster_core::arn::partition(&self.place.region), self.place.region)],
            actions_enabled: true,
        }
    }
}

/// A public key; another one for each number.
pub(super) fn public_key(number: u8) -> Result<String, String> {
    muster_core::keys::generate([number; 32]).map(|pair| pair.public).map_err(|why| why.to_string())
}

/// Port 22 from a source.
pub(super) fn ssh_from(source: &str) -> IngressRule {
    IngressRule { protocol: "tcp".to_owned(), from_port: 22, to_port: 22, source: source.to_owned(), rule_id: None }
}

/// Both sides must be equal.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: T, wanted: T) -> Held {
    if got == wanted { Ok(()) } else { Err(format!("{what} must be {wanted:?}, it is {got:?}")) }
}
