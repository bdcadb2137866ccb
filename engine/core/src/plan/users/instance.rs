//! The user's instance: exactly one.

use super::super::draft::{Draft, marked, tags_field};
use super::super::fields::{Fields, Mend};
use super::super::images::{self, Lookup, Resolved};
use super::super::ingress::retag;
use super::super::model::{Action, Await, FieldChange, Op, Risk, Step, StepNeed};
use super::super::network;
use super::super::run_state::{has_scheduled_type, while_stopped};
use super::super::site::{Found, Site};
use super::super::standing::{Standing, Wanted, standing};
use crate::address::{Address, Part};
use crate::aws_name::{aws_name, client_token};
use crate::cloud::{Change, IdRef, Instance, InstanceSpec, Kind, SecurityGroup, Volume};
use crate::fleet::{Disk, ImageChoice, User, VpcChoice};
use crate::name::FleetName;
use crate::tags::Tags;

/// The client tokens of an address, from link 0.
#[must_use]
pub fn token_chain(fleet: &FleetName, address: &Address, account: &str, region: &str) -> Vec<String> {
    (0..super::super::claim::CHAIN_LENGTH).map(|n| client_token(fleet, address, account, region, n)).collect()
}

pub(super) fn plan(draft: &mut Draft<'_>, user: &User) {
    let address = Address::user(&user.name, Part::Instance);
    let wanted = Wanted { address: &address, place: &user.place, kind: Kind::Instance, protect: Some(user.protect), span: &user.span };
    match standing(draft, &wanted, Site::instance) {
        Standing::Absent => create(draft, user, &address),
        Standing::Ours(owned) => update(draft, user, &address, owned.item, owned.mark.digest.as_deref()),
        Standing::Untouchable => {}
    }
}

/// Stands for a type that a schedule with `sizes` says.
const BY_SCHEDULE: &str = "by schedule";

/// What is compared; `live` with its root volume, where that could be read.
struct Live<'a> {
    instance: &'a Instance,
    volume: Option<&'a Volume>,
    group: Option<&'a SecurityGroup>,
    key_name: String,
}

fn on_off(on: bool) -> String {
    if on { "required" } else { "optional" }.to_owned()
}

fn yes_no(yes: bool) -> String {
    if yes { "true" } else { "false" }.to_owned()
}

/// The type is left out when a schedule says it; its place in the table stays.
fn compare(user: &User, live: Option<&Live<'_>>, scheduled: bool) -> Fields {
    let instance = live.map(|live| live.instance);
    let volume = live.and_then(|live| live.volume);
    let disk = &user.disk.value;
    let (wanted_tags, live_tags) = tags_field(&user.tags, instance.map_or(&user.tags, |instance| &instance.tags));
    let wanted_type = if scheduled { BY_SCHEDULE.to_owned() } else { user.instance_type.value.clone() };
    let mut fields = Fields::default();
    fields
        .exact("type", wanted_type, instance.filter(|_| !scheduled).map(|instance| instance.instance_type.clone()))
        .exact("imds", on_off(user.imds_required.value), instance.map(|instance| on_off(instance.imds_required)))
        .exact("security-group", "attached", live.and_then(attached))
        .exact("tags", wanted_tags, Some(live_tags))
        .add(
            "disk.size",
            format!("{} GiB", disk.size_gib),
            volume.map(|volume| format!("{} GiB", volume.size_gib)),
            Mend::InPlace,
            |wanted, live| gib(live) >= gib(wanted),
        )
        .exact("disk.type", disk.volume_type.clone(), volume.map(|volume| volume.volume_type.clone()))
        .add("disk.encrypted", yes_no(disk.encrypted), volume.map(|volume| yes_no(volume.encrypted)), Mend::Replace, |wanted, live| {
            // A volume that is encrypted although nobody asked is left alone.
            wanted == live || live == "true"
        })
        .fixed(
            "disk.kms-key",
            disk.kms_key.clone().unwrap_or_else(|| "default".to_owned()),
            volume.and_then(|volume| live_key(disk, volume)),
        )
        .fixed("architecture", user.architecture.clone(), instance.map(|instance| instance.architecture.clone()))
        .fixed("image", image_field(&user.image.value), instance.map(|instance| live_image(&user.image.value, instance)))
        .fixed("subnet", subnet_field(&user.network.subnet), instance.map(|instance| live_subnet(&user.network.subnet, instance)))
        .fixed("key-pair", "its own", live.map(|live| own_key(live)));
    fields
}

/// The key of a volume in the form in which the file names its own; nothing where the two cannot be compared.
fn live_key(disk: &Disk, volume: &Volume) -> Option<String> {
    // Without a key of its own a volume took what was the account's default that day, which may be another by now.
    let wanted = disk.kms_key.as_deref()?;
    // An alias points: which key it means only KMS can say, at the price of a call and a permission more for every plan,
    // and EBS followed it once, when the volume was made. Pointing it elsewhere is no change of this disk.
    if wanted.contains("alias/") {
        return None;
    }
    // Without encryption there is no key; that is told as a difference of its own.
    let live = volume.kms_key.as_deref()?;
    if wanted.starts_with("arn:") { Some(live.to_owned()) } else { live.rsplit_once(":key/").map(|(_, id)| id.to_owned()) }
}

fn gib(text: &str) -> u64 {
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Nothing while our group is unknown: it is being made, or could not be read.
fn attached(live: &Live<'_>) -> Option<String> {
    let group = live.group?;
    Some(if live.instance.groups.contains(&group.id) { "attached" } else { "not attached" }.to_owned())
}

/// Only a literal AMI id is compared with a living instance (semantics 6).
fn image_field(choice: &ImageChoice) -> String {
    match choice {
        ImageChoice::Id(id) => id.clone(),
        other => other.lock_name(),
    }
}

fn live_image(choice: &ImageChoice, instance: &Instance) -> String {
    match choice {
        ImageChoice::Id(_) => instance.image.clone(),
        other => other.lock_name(),
    }
}

fn subnet_field(choice: &VpcChoice) -> String {
    match choice {
        VpcChoice::Id(id) => id.clone(),
        VpcChoice::Default => "default".to_owned(),
        VpcChoice::Tags(_) => "by tags".to_owned(),
    }
}

fn live_subnet(choice: &VpcChoice, instance: &Instance) -> String {
    match choice {
        VpcChoice::Id(_) => instance.subnet.clone().unwrap_or_default(),
        other => subnet_field(other),
    }
}

fn own_key(live: &Live<'_>) -> String {
    match &live.instance.key_name {
        Some(name) if *name == live.key_name => "its own".to_owned(),
        Some(name) => name.clone(),
        None => "none".to_owned(),
    }
}

/// The name of the user's key pair: that of the living one (it keeps it through renames), else the derived one.
fn key_name(site: &Site<'_>, fleet: &FleetName, user: &User) -> String {
    let address = Address::user(&user.name, Part::Key);
    match site.key(&address) {
        Found::One(owned) => owned.item.name.clone(),
        Found::Absent | Found::Hold(_) => aws_name(fleet, &address),
    }
}

fn group_ref(site: &Site<'_>, user: &User) -> IdRef {
    let address = Address::user(&user.name, Part::SecurityGroup);
    match site.group(&address) {
        Found::One(owned) => IdRef::Id(owned.item.id.clone()),
        Found::Absent | Found::Hold(_) => IdRef::Of(address),
    }
}

fn create(draft: &mut Draft<'_>, user: &User, address: &Address) {
    if super::waits_for_request(draft, user) {
        let why = format!("made on request only: `muster apply --only user/{}`", user.name);
        return draft.hold(&user.place, address, why, Some(&user.span));
    }
    let Some(launch) = launch(draft, user, address) else { return };
    let (cause, reason) = super::missing(draft, user);
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::Instance, Action::Create, cause);
    step.reason = reason;
    step.fields = launch.fields;
    step.precondition.insert("subnet".to_owned(), launch.subnet);
    step.origin = Some(user.span.file_line());
    step.after = vec![Address::user(&user.name, Part::SecurityGroup), Address::user(&user.name, Part::Key)];
    step.ops = vec![launch.op, Op::Await(Await::Running(IdRef::Of(address.clone())))];
    draft.push(step);
}

struct Launch {
    op: Op,
    fields: Vec<FieldChange>,
    /// The subnet that was resolved; it is approved with the plan.
    subnet: String,
}

/// The op that makes the instance, or nothing after saying what holds it back.
fn launch(draft: &mut Draft<'_>, user: &User, address: &Address) -> Option<Launch> {
    match prepare(draft, user, address) {
        Ok(launch) => Some(launch),
        Err(why) => {
            draft.hold(&user.place, address, why, Some(&user.span));
            None
        }
    }
}

fn prepare(draft: &Draft<'_>, user: &User, address: &Address) -> Result<Launch, String> {
    let fleet = draft.input.fleet.name.as_ref().ok_or("the file has no `fleet:` name")?;
    let site = draft.sites.get(&user.place).ok_or("its place was not read")?;
    for part in [Part::SecurityGroup, Part::Key] {
        let needed = Address::user(&user.name, part);
        let there = site.groups.ours.contains_key(&needed) || site.keys.ours.contains_key(&needed) || draft.creates(&user.place, &needed);
        if !there {
            return Err(format!("it waits for {needed}, which is held back"));
        }
    }
    let vpc = network::vpc(draft, &user.place, &user.network.vpc)?;
    let subnet = network::subnet(draft, &user.place, &user.network.subnet, &vpc)?;
    let image = match images::lookup(&draft.input, &user.place, user) {
        Lookup::Known(image) => image,
        Lookup::Ask(_) => return Err(format!("the image `{}` was not looked up", user.image.value.lock_name())),
        Lookup::None(why) => return Err(why),
    };
    let scheduled = has_scheduled_type(draft, &user.place, address, &user.tags);
    let fields = compare(user, None, scheduled);
    let resolved = subnet.clone().unwrap_or_else(|| "default".to_owned());
    let spec = spec(draft, site, user, address, &image, subnet, &fields);
    let mut shown = fields.wanted();
    shown.iter_mut().filter(|field| field.field == "image").for_each(|field| field.to = Some(format!("{} ({})", image.id, image.name)));
    let tokens = token_chain(fleet, address, &site.account_id, &user.place.region);
    Ok(Launch { op: Op::Launch { tokens, spec: Box::new(spec) }, fields: shown, subnet: resolved })
}

fn spec(
    draft: &Draft<'_>,
    site: &Site<'_>,
    user: &User,
    address: &Address,
    image: &Resolved,
    subnet: Option<String>,
    fields: &Fields,
) -> InstanceSpec {
    let mut mark = super::mark(draft, address, fields.digest());
    mark.protect = user.protect;
    let fleet = draft.input.fleet.name.as_ref();
    InstanceSpec {
        image: image.id.clone(),
        root_device: image.root_device.clone(),
        instance_type: user.instance_type.value.clone(),
        subnet,
        groups: vec![group_ref(site, user)],
        key_name: fleet.map(|fleet| key_name(site, fleet, user)).unwrap_or_default(),
        disk_gib: user.disk.value.size_gib,
        disk_type: user.disk.value.volume_type.clone(),
        encrypted: user.disk.value.encrypted,
        kms_key: user.disk.value.kms_key.clone(),
        imds_required: user.imds_required.value,
        public_ip: user.public_ip,
        tags: marked(&user.tags, &mark),
        volume_tags: volume_tags(draft, user, address),
    }
}

/// A root volume belongs to its instance; it carries fleet and address so that a person can see whose it is.
fn volume_tags(draft: &Draft<'_>, user: &User, address: &Address) -> Tags {
    let mark = super::mark(draft, address, String::new());
    let mut tags = marked(&user.tags, &mark);
    tags.remove(crate::tags::DIGEST);
    tags
}

fn update(draft: &mut Draft<'_>, user: &User, address: &Address, live: &Instance, digest: Option<&str>) {
    let Some(fleet) = draft.input.fleet.name.clone() else { return };
    let Some(site) = draft.sites.get(&user.place) else { return };
    let group = match site.group(&Address::user(&user.name, Part::SecurityGroup)) {
        Found::One(owned) => Some(owned.item),
        Found::Absent | Found::Hold(_) => None,
    };
    let unread = site.root_volume(live).is_none() && live.ebs_root && !site.view.volumes.is_complete();
    let compared = Live { instance: live, volume: site.root_volume(live), group, key_name: key_name(site, &fleet, user) };
    let scheduled = has_scheduled_type(draft, &user.place, address, &live.tags);
    let fields = compare(user, Some(&compared), scheduled);
    if unread {
        draft.hold(&user.place, address, "its root volume could not be read, so its disk is not compared; see gaps", Some(&user.span));
    }
    if fields.needing_replacement().next().is_some() {
        return replace(draft, user, address, live, &fields, digest);
    }
    if fields.differing().next().is_none() {
        return;
    }
    let (cause, reason) = fields.cause(digest);
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::Instance, Action::Update, cause);
    step.id = Some(live.id.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(origin(user, &fields));
    let stops = fields.differs("type");
    if stops {
        step.needs.push(StepNeed::Stop);
        step.risk = Risk::Interrupts;
    }
    step.ops = mend(draft, user, &compared, &fields);
    step.ops.extend(retag(&fields, digest, Kind::Instance, &live.id, &user.tags));
    draft.push(step);
}

/// The line that decided the first differing field.
fn origin(user: &User, fields: &Fields) -> String {
    let span = match fields.differing().next().map(|field| field.name) {
        Some("type") => &user.instance_type.span,
        Some("imds") => &user.imds_required.span,
        Some("disk.size" | "disk.type") => &user.disk.span,
        _ => &user.span,
    };
    span.file_line()
}

fn mend(draft: &Draft<'_>, user: &User, live: &Live<'_>, fields: &Fields) -> Vec<Op> {
    let id = live.instance.id.clone();
    let mut ops = Vec::new();
    if fields.differs("imds") {
        ops.push(Op::Do(Change::ModifyInstanceMetadata { id: id.clone(), required: user.imds_required.value }));
    }
    if let (true, Some(group)) = (fields.differs("security-group"), live.group) {
        let groups = live.instance.groups.iter().chain([&group.id]).map(|id| IdRef::Id(id.clone())).collect();
        ops.push(Op::Do(Change::ModifyInstanceGroups { id: id.clone(), groups }));
    }
    if let Some(volume) = live.volume {
        ops.extend(mend_volume(user, volume, fields));
    }
    if fields.differs("type") {
        ops.extend(retype(draft, user, live.instance));
    }
    ops
}

fn mend_volume(user: &User, volume: &Volume, fields: &Fields) -> Option<Op> {
    let size_gib = fields.differs("disk.size").then_some(user.disk.value.size_gib);
    let volume_type = fields.differs("disk.type").then(|| user.disk.value.volume_type.clone());
    (size_gib.is_some() || volume_type.is_some()).then(|| Op::Do(Change::ModifyVolume { id: volume.id.clone(), size_gib, volume_type }))
}

/// Stop, modify, start again if it ran and is still wanted so.
fn retype(draft: &Draft<'_>, user: &User, instance: &Instance) -> Vec<Op> {
    let Some(site) = draft.sites.get(&user.place) else { return Vec::new() };
    let change = Change::ModifyInstanceType { id: instance.id.clone(), instance_type: user.instance_type.value.clone() };
    while_stopped(draft, site, instance, vec![Op::Do(change)])
}

fn replace(draft: &mut Draft<'_>, user: &User, address: &Address, live: &Instance, fields: &Fields, digest: Option<&str>) {
    let names = fields.replacement_words();
    let protected = user.protect || draft.sites.get(&user.place).is_some_and(|site| is_protected(site, address));
    if !draft.input.options.allow_destroy || protected {
        let way = if protected {
            "it is protected; take `protect` off first"
        } else {
            "`--allow-destroy` makes a new instance in its place, after a snapshot of its root volume"
        };
        return draft.hold(&user.place, address, format!("needs replacement: {names}; {way}"), Some(&user.span));
    }
    let (cause, reason) = fields.cause(digest);
    let Some(launch) = launch(draft, user, address) else { return };
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::Instance, Action::Replace, cause);
    step.id = Some(live.id.clone());
    step.reason = reason;
    step.fields = fields.replacements();
    step.precondition = fields.precondition();
    step.precondition.insert("subnet".to_owned(), launch.subnet);
    step.risk = Risk::Destroys;
    step.needs = vec![StepNeed::Snapshot];
    step.origin = Some(user.span.file_line());
    step.after = vec![Address::user(&user.name, Part::SecurityGroup), Address::user(&user.name, Part::Key)];
    step.ops = super::super::removal::snapshot_ops(address, live);
    step.ops.push(Op::Do(Change::TerminateInstance { id: live.id.clone() }));
    step.ops.push(Op::Await(Await::Terminated(live.id.clone())));
    step.ops.push(launch.op);
    step.ops.push(Op::Await(Await::Running(IdRef::Of(address.clone()))));
    draft.push(step);
}

fn is_protected(site: &Site<'_>, address: &Address) -> bool {
    site.instances.ours.get(address).is_some_and(|all| all.iter().any(|owned| owned.mark.protect))
}
