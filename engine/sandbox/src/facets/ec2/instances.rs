//! Instances.

use jiff::Timestamp;
use muster_core::facet::ec2::{BlockDevice, EbsDevice, ImageInfo, Instance, MetadataOptions, Monitoring, TypeInfo};
use muster_core::facet::{DAYS, Day, Members, Metric};

use super::super::members;
use crate::world::{Machine, Region, World, types};

/// The device that every machine starts from.
pub(super) const ROOT: &str = "/dev/sda1";
/// Bytes that a machine sends, and receives, on a day in which it is busy by one percent.
const BYTES_PER_PERCENT: f64 = 1_048_576.0;
/// A machine's average load in an hour, as a part of its highest.
const AVERAGE_OF_PEAK: f64 = 0.5;

/// Every instance that is not terminated.
pub(super) fn all(region: &Region, world: &World) -> Vec<Members> {
    let seen = region.machines.seen(world.now).into_iter().filter(|machine| machine.holds_groups());
    seen.map(|machine| members(&instance(machine, region, world))).collect()
}

/// One that was launched without user data, without a role and without any protection.
fn instance(machine: &Machine, region: &Region, world: &World) -> Instance {
    let view = &machine.view;
    let reason = Some(view.transition_reason.clone()).filter(|reason| !reason.is_empty());
    let (cpu, traffic) = load(machine, world.now);
    Instance {
        instance_id: view.id.clone(),
        instance_type: view.instance_type.clone(),
        image_id: view.image.clone(),
        state: view.state.as_str().to_owned(),
        architecture: view.architecture.clone(),
        platform_details: view.platform.clone(),
        launch_time: view.launch_time.to_string(),
        state_transition_reason: reason,
        vpc_id: view.vpc.clone(),
        subnet_id: view.subnet.clone(),
        public_ip_address: view.public_ip.clone(),
        security_groups: view.groups.clone(),
        instance_lifecycle: view.spot.then(|| "spot".to_owned()),
        monitoring: Monitoring { state: "disabled".to_owned() },
        root_device_name: Some(ROOT.to_owned()),
        block_device_mappings: devices(machine, region, world.now),
        tags: Some(view.tags.clone()),
        client_token: Some(view.client_token.clone()),
        metadata_options: Some(metadata(view.imds_required)),
        disable_api_termination: Some(false),
        user_data: Some(None),
        cpu: Some(cpu),
        network_in: Some(traffic.clone()),
        network_out: Some(traffic),
        type_info: Some(type_info(&view.instance_type)),
        instance_information: Some(None),
        image: Some(image(&view.image, world)),
        ..Instance::default()
    }
}

fn devices(machine: &Machine, region: &Region, now: Timestamp) -> Vec<BlockDevice> {
    let mine = region.disks.seen(now).into_iter().filter(|disk| disk.view.instance.as_ref() == Some(&machine.view.id));
    let attached = machine.view.root_attached.map(|at| at.to_string());
    mine.map(|disk| BlockDevice {
        device_name: ROOT.to_owned(),
        ebs: EbsDevice { volume_id: disk.view.id.clone(), attach_time: attached.clone(), delete_on_termination: true },
    })
    .collect()
}

fn metadata(required: bool) -> MetadataOptions {
    MetadataOptions {
        http_tokens: Some(if required { "required" } else { "optional" }.to_owned()),
        http_endpoint: Some("enabled".to_owned()),
        http_put_response_hop_limit: Some(if required { 2 } else { 1 }),
    }
}

fn type_info(instance_type: &str) -> Option<TypeInfo> {
    let (architecture, vcpus) = types::describe(instance_type)?;
    Some(TypeInfo {
        current_generation: true,
        supported_architectures: vec![architecture.to_owned()],
        default_v_cpus: i64::from(vcpus),
        size_in_mi_b: types::memory_mib(instance_type)?,
    })
}

/// The image, where the estate knows it; AWS forgets images, and so may an estate.
fn image(id: &str, world: &World) -> Option<ImageInfo> {
    let image = world.estate.images.iter().find(|image| image.id == id)?;
    Some(ImageInfo {
        name: Some(image.name.clone()),
        owner_id: Some(image.owner.clone()),
        creation_date: Some(image.created.clone()),
        deprecation_time: None,
    })
}

/// CPU and traffic of the last whole days on which it ran.
fn load(machine: &Machine, now: Timestamp) -> (Metric, Metric) {
    let midnight = now.as_second().div_euclid(86_400) * 86_400;
    let starts = (1..=i64::from(DAYS)).rev().filter_map(|back| Timestamp::from_second(midnight - back * 86_400).ok());
    let days: Vec<(Day, Day)> = starts.filter_map(|start| day(machine, start, now)).collect();
    let (cpu, traffic) = days.into_iter().unzip();
    (Metric { days: cpu }, Metric { days: traffic })
}

/// Nothing on a day on which it did not run.
fn day(machine: &Machine, start: Timestamp, now: Timestamp) -> Option<(Day, Day)> {
    let peaks: Vec<f64> = machine.cpu_history(start, 24, now).peaks.into_iter().flatten().collect();
    let highest = peaks.iter().copied().reduce(f64::max)?;
    let hours = f64::from(u16::try_from(peaks.len()).unwrap_or(u16::MAX));
    let average = round(peaks.iter().sum::<f64>() / hours * AVERAGE_OF_PEAK);
    let day = start.strftime("%Y-%m-%d").to_string();
    let cpu = Day { day: day.clone(), average: Some(average), maximum: Some(highest), ..Day::default() };
    Some((cpu, Day { day, sum: Some((average * BYTES_PER_PERCENT).round()), ..Day::default() }))
}

fn round(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}
