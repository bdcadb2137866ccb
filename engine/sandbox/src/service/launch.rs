//! ec2: RunInstances.

use muster_core::cloud::{CloudError, ErrorKind, Instance, InstanceSpec, InstanceState, QuotaKind, Receipt, Subnet, Volume};
use muster_core::digest::digest;

use super::{Call, made};
use crate::estate::{PublicImage, default_key, key_arn};
use crate::world::{Disk, LINUX, Machine, TokenUse, types};

/// Longest client token.
const TOKEN_MAX: usize = 64;

/// What a launch resolved its parameters to.
struct Choice {
    architecture: &'static str,
    subnet: Subnet,
    groups: Vec<String>,
}

impl Call<'_> {
    pub(super) fn run_instance(mut self, token: &str, spec: &InstanceSpec) -> Result<Receipt, CloudError> {
        if token.is_empty() || token.len() > TOKEN_MAX || !token.is_ascii() {
            return Err(self.invalid(format!("Invalid client token '{token}': 1 to {TOKEN_MAX} ASCII characters")));
        }
        let digest = digest(spec);
        if let Some(earlier) = self.region.tokens.get(token) {
            return self.answer_again(&earlier.digest, &earlier.instance, &digest);
        }
        let choice = self.choose(spec)?;
        let id = self.launch(token, spec, choice);
        self.region.tokens.insert(token.to_owned(), TokenUse { digest, instance: id.clone() });
        Ok(made(id))
    }

    /// A token that was used before: the same answer again, whatever became of the instance.
    fn answer_again(&self, earlier: &str, instance: &str, asked: &str) -> Result<Receipt, CloudError> {
        if earlier != asked {
            let message = "The client token you have provided is associated with a resource of other parameters";
            return Err(self.refuse(ErrorKind::TokenMismatch, "IdempotentParameterMismatch", message));
        }
        if self.region.machines.get(instance).is_none() {
            let message = format!("The client token was used for {instance}, which has been terminated");
            return Err(self.refuse(ErrorKind::TokenMismatch, "IdempotentInstanceTerminated", message));
        }
        Ok(made(instance))
    }

    /// Checks every parameter and fills in the defaults.
    fn choose(&self, spec: &InstanceSpec) -> Result<Choice, CloudError> {
        self.check_tags(&spec.tags)?;
        self.check_tags(&spec.volume_tags)?;
        let image = self.estate.images.iter().find(|image| image.id == spec.image).ok_or_else(|| {
            self.refuse(ErrorKind::NotFound, "InvalidAMIID.NotFound", format!("The image id '[{}]' does not exist", spec.image))
        })?;
        let (architecture, vcpus) = types::describe(&spec.instance_type)
            .ok_or_else(|| self.invalid(format!("Invalid value '{}' for InstanceType.", spec.instance_type)))?;
        self.check_image(spec, image, architecture)?;
        if self.region.keys.get(&spec.key_name).is_none() || !self.region.keys.is_known(&spec.key_name, self.now) {
            let message = format!("The key pair '{}' does not exist", spec.key_name);
            return Err(self.refuse(ErrorKind::NotFound, "InvalidKeyPair.NotFound", message));
        }
        let subnet = self.choose_subnet(spec.subnet.as_deref())?;
        let groups = self.choose_groups(spec, &subnet)?;
        self.check_vcpus(vcpus)?;
        self.check_capacity(&spec.instance_type, &subnet.zone)?;
        Ok(Choice { architecture, subnet, groups })
    }

    fn check_image(&self, spec: &InstanceSpec, image: &PublicImage, architecture: &str) -> Result<(), CloudError> {
        if image.architecture != architecture {
            return Err(self.invalid(format!(
                "The architecture '{architecture}' of the specified instance type does not match the architecture '{}' of the specified AMI",
                image.architecture
            )));
        }
        if spec.root_device != image.root_device {
            let message = format!("Invalid device name {}: the root device of {} is {}", spec.root_device, image.id, image.root_device);
            return Err(self.refuse(ErrorKind::Invalid, "InvalidBlockDeviceMapping", message));
        }
        if spec.disk_gib < image.min_size {
            let message = format!("Volume of size {}GB is smaller than snapshot, expect size >= {}GB", spec.disk_gib, image.min_size);
            return Err(self.refuse(ErrorKind::Invalid, "InvalidBlockDeviceMapping", message));
        }
        Ok(())
    }

    fn choose_subnet(&self, wanted: Option<&str>) -> Result<Subnet, CloudError> {
        let subnets = &self.region.subnets;
        match wanted {
            Some(id) => subnets.get(id).cloned().ok_or_else(|| {
                self.refuse(ErrorKind::NotFound, "InvalidSubnetID.NotFound", format!("The subnet ID '{id}' does not exist"))
            }),
            None => {
                self.region.default_subnet().and_then(|id| subnets.get(id)).cloned().ok_or_else(|| {
                    self.refuse(ErrorKind::Invalid, "MissingInput", "No subnets found for the default VPC. Specify a subnet.")
                })
            }
        }
    }

    fn choose_groups(&self, spec: &InstanceSpec, subnet: &Subnet) -> Result<Vec<String>, CloudError> {
        let mut groups = self.id_list(&spec.groups)?;
        if groups.is_empty() {
            let default = |group: &&muster_core::cloud::SecurityGroup| group.name == "default" && group.vpc.as_ref() == Some(&subnet.vpc);
            groups.extend(self.region.groups.values().find(default).map(|group| group.id.clone()));
        }
        groups.sort();
        groups.dedup();
        self.check_groups(&groups, &subnet.vpc)?;
        Ok(groups)
    }

    /// Groups must exist and stand in the VPC of what uses them.
    pub(super) fn check_groups(&self, groups: &[String], vpc: &str) -> Result<(), CloudError> {
        for id in groups {
            if self.known_group(id)?.vpc.as_deref() != Some(vpc) {
                let message = format!("Security group {id} and the network of the instance belong to different VPCs");
                return Err(self.refuse(ErrorKind::Invalid, "InvalidParameter", message));
            }
        }
        Ok(())
    }

    /// Refuses when running `wanted` more vCPUs would go over the account's limit.
    pub(super) fn check_vcpus(&self, wanted: u32) -> Result<(), CloudError> {
        let up = self.region.machines.values().filter(|machine| machine.view.state.is_up());
        let used: u32 = up.filter_map(|machine| types::describe(&machine.view.instance_type)).map(|(_, vcpus)| vcpus).sum();
        let limit = self.estate.quotas.limit(QuotaKind::StandardVcpus);
        if f64::from(used + wanted) <= limit {
            return Ok(());
        }
        let message = format!(
            "You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the instance bucket that the \
             specified instance type belongs to: {used} in use, {wanted} asked for"
        );
        Err(self.refuse(ErrorKind::Quota, "VcpuLimitExceeded", message))
    }

    /// Refuses a type of which there is no machine to give.
    pub(super) fn check_capacity(&self, instance_type: &str, zone: &str) -> Result<(), CloudError> {
        if !self.no_capacity.contains(instance_type) {
            return Ok(());
        }
        let message = format!(
            "We currently do not have sufficient {instance_type} capacity in the Availability Zone you requested ({zone}). Our system will \
             be working on provisioning additional capacity."
        );
        Err(self.refuse(ErrorKind::Capacity, "InsufficientInstanceCapacity", message))
    }

    fn launch(&mut self, token: &str, spec: &InstanceSpec, choice: Choice) -> String {
        let id = self.ids.id("i");
        let volume = self.attach_root(&id, spec);
        let view = Instance {
            id: id.clone(),
            image: spec.image.clone(),
            instance_type: spec.instance_type.clone(),
            architecture: choice.architecture.to_owned(),
            state: InstanceState::Pending,
            state_reason: None,
            transition_reason: String::new(),
            launch_time: self.now,
            root_attached: Some(self.now),
            client_token: Some(token.to_owned()),
            key_name: Some(spec.key_name.clone()),
            vpc: Some(choice.subnet.vpc),
            subnet: Some(choice.subnet.id),
            groups: choice.groups,
            public_ip: spec.public_ip.then(|| self.ids.public_ip()),
            private_ip: Some(self.ids.private_ip()),
            imds_required: spec.imds_required,
            root_volume: Some(volume),
            ebs_root: true,
            spot: false,
            hibernation: false,
            tags: spec.tags.clone(),
            platform: LINUX.to_owned(),
            dedicated: false,
        };
        let mut machine = Machine::new(view, spec.public_ip);
        machine.enter(InstanceState::Pending, self.now);
        self.region.machines.insert(&id, machine, self.lag);
        id
    }

    fn attach_root(&mut self, instance: &str, spec: &InstanceSpec) -> String {
        let id = self.ids.id("vol");
        let kms_key = self.key_of(spec.kms_key.as_deref());
        let view = Volume {
            id: id.clone(),
            size_gib: spec.disk_gib,
            volume_type: spec.disk_type.clone(),
            encrypted: spec.encrypted,
            kms_key: spec.encrypted.then_some(kms_key),
            instance: Some(instance.to_owned()),
            tags: spec.volume_tags.clone(),
        };
        self.region.disks.insert(&id, Disk { view, modified: None }, self.lag);
        id
    }

    /// The ARN that EC2 shows of a key, however it was named when the volume was made.
    fn key_of(&self, named: Option<&str>) -> String {
        match named {
            None => default_key(self.region_name, &self.account_id, "ebs"),
            Some(arn) if arn.starts_with("arn:") && arn.contains(":key/") => arn.to_owned(),
            Some(alias) if alias.contains("alias/") => default_key(self.region_name, &self.account_id, alias),
            Some(id) => key_arn(self.region_name, &self.account_id, id),
        }
    }
}
