//! ec2: what happens to an instance after its launch.

use muster_core::cloud::{CloudError, ErrorKind, IdRef, InstanceState, Receipt};

use super::{Call, made};
use crate::estate::default_key;
use crate::world::{Machine, types};

impl Call<'_> {
    pub(super) fn start_instances(self, ids: &[IdRef]) -> Result<Receipt, CloudError> {
        let ids = self.id_list(ids)?;
        let mut vcpus = 0;
        for id in &ids {
            let machine = self.known_machine(id)?;
            match machine.view.state {
                InstanceState::Running | InstanceState::Pending => {}
                InstanceState::Stopped => {
                    let zone = machine.view.subnet.as_deref().and_then(|id| self.region.subnets.get(id)).map_or("", |subnet| &subnet.zone);
                    self.check_capacity(&machine.view.instance_type, zone)?;
                    vcpus += types::describe(&machine.view.instance_type).map_or(0, |(_, n)| n);
                }
                _ => return Err(self.wrong_state(machine, "started")),
            }
        }
        self.check_vcpus(vcpus)?;
        for id in &ids {
            let public_ip = self.ids.public_ip();
            let falls_back = self.lacks_grant(id).then(|| "Client.InternalError".to_owned());
            let Some(machine) = self.region.machines.edit(id, self.lag).filter(|m| m.view.state == InstanceState::Stopped) else {
                continue;
            };
            machine.enter(InstanceState::Pending, self.now);
            machine.falls_back = falls_back;
            machine.view.launch_time = self.now;
            machine.view.state_reason = None;
            machine.view.transition_reason.clear();
            machine.view.public_ip = machine.wants_public_ip.then_some(public_ip);
        }
        Ok(Receipt::default())
    }

    pub(super) fn stop_instances(self, ids: &[IdRef], hibernate: bool) -> Result<Receipt, CloudError> {
        let ids = self.id_list(ids)?;
        for id in &ids {
            let machine = self.known_machine(id)?;
            self.check_stop(machine, hibernate)?;
        }
        for id in &ids {
            if let Some(machine) = self.region.machines.edit(id, self.lag).filter(|m| m.view.state == InstanceState::Running) {
                machine.leave(InstanceState::Stopping, self.now);
                if hibernate {
                    machine.view.state_reason = Some("Client.UserInitiatedHibernate".to_owned());
                }
            }
        }
        Ok(Receipt::default())
    }

    /// True when a volume of the instance is under a customer key for which no grant can be made: EC2 takes the start, and
    /// the machine falls back.
    fn lacks_grant(&self, id: &str) -> bool {
        let own = default_key(self.region_name, &self.account_id, "ebs");
        let customer = |key: &String| *key != own;
        self.no_grant
            && self
                .region
                .disks
                .values()
                .any(|disk| disk.view.instance.as_deref() == Some(id) && disk.view.kms_key.as_ref().is_some_and(customer))
    }

    fn check_stop(&self, machine: &Machine, hibernate: bool) -> Result<(), CloudError> {
        let id = &machine.view.id;
        if machine.view.spot {
            let message =
                format!("You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance request.");
            return Err(self.refuse(ErrorKind::Invalid, "UnsupportedOperation", message));
        }
        if !machine.view.ebs_root {
            let message = format!("The instance '{id}' does not have an 'ebs' root device type and cannot be stopped.");
            return Err(self.refuse(ErrorKind::Invalid, "UnsupportedOperation", message));
        }
        if machine.stop_protected && machine.view.state == InstanceState::Running {
            let message = format!("The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.");
            return Err(self.refuse(ErrorKind::WrongState, "OperationNotPermitted", message));
        }
        if hibernate && !machine.view.hibernation {
            let message = format!("The instance '{id}' is not configured for hibernation");
            return Err(self.refuse(ErrorKind::Invalid, "UnsupportedHibernationConfiguration", message));
        }
        match machine.view.state {
            InstanceState::Running | InstanceState::Stopping | InstanceState::Stopped => Ok(()),
            _ => Err(self.wrong_state(machine, "stopped")),
        }
    }

    pub(super) fn terminate(self, id: &str) -> Result<Receipt, CloudError> {
        if self.region.machines.get(id).is_none() {
            return Ok(made(id));
        }
        self.known_machine(id)?;
        if let Some(machine) = self.region.machines.edit(id, self.lag).filter(|machine| !machine.view.state.is_gone()) {
            machine.leave(InstanceState::ShuttingDown, self.now);
        }
        Ok(made(id))
    }

    pub(super) fn modify_type(self, id: &str, instance_type: &str) -> Result<Receipt, CloudError> {
        let machine = self.known_machine(id)?;
        let Some((architecture, _)) = types::describe(instance_type) else {
            return Err(self.invalid(format!("Invalid value '{instance_type}' for InstanceType.")));
        };
        if architecture != machine.view.architecture {
            let message = format!("The instance '{id}' is {}, the type '{instance_type}' is {architecture}", machine.view.architecture);
            return Err(self.refuse(ErrorKind::Invalid, "InvalidInstanceAttributeValue", message));
        }
        if machine.view.state != InstanceState::Stopped {
            return Err(self.wrong_state(machine, "changed in type; it must be 'stopped'"));
        }
        if let Some(machine) = self.region.machines.edit(id, self.lag) {
            instance_type.clone_into(&mut machine.view.instance_type);
        }
        Ok(made(id))
    }

    pub(super) fn modify_groups(self, id: &str, groups: &[IdRef]) -> Result<Receipt, CloudError> {
        let mut groups = self.id_list(groups)?;
        let machine = self.living_machine(id)?;
        if groups.is_empty() {
            return Err(self.invalid(format!("The instance '{id}' needs at least one security group")));
        }
        self.check_groups(&groups, machine.view.vpc.as_deref().unwrap_or_default())?;
        groups.sort();
        groups.dedup();
        if let Some(machine) = self.region.machines.edit(id, self.lag) {
            machine.view.groups = groups;
        }
        Ok(made(id))
    }

    pub(super) fn modify_metadata(self, id: &str, required: bool) -> Result<Receipt, CloudError> {
        self.living_machine(id)?;
        if let Some(machine) = self.region.machines.edit(id, self.lag) {
            machine.view.imds_required = required;
        }
        Ok(made(id))
    }

    /// An instance that a call may name.
    fn known_machine(&self, id: &str) -> Result<&Machine, CloudError> {
        let known = self.region.machines.get(id).filter(|_| self.region.machines.is_known(id, self.now));
        known
            .ok_or_else(|| self.refuse(ErrorKind::NotFound, "InvalidInstanceID.NotFound", format!("The instance ID '{id}' does not exist")))
    }

    /// One that is not ending either.
    fn living_machine(&self, id: &str) -> Result<&Machine, CloudError> {
        let machine = self.known_machine(id)?;
        if machine.view.state.is_gone() {
            return Err(self.wrong_state(machine, "modified"));
        }
        Ok(machine)
    }

    fn wrong_state(&self, machine: &Machine, participle: &str) -> CloudError {
        let message = format!(
            "The instance '{}' is '{}', a state from which it cannot be {participle}",
            machine.view.id,
            machine.view.state.as_str()
        );
        self.refuse(ErrorKind::WrongState, "IncorrectInstanceState", message)
    }
}
