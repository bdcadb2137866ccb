//! Schedules that fire: the call each of them makes, with the rights of its role, until it is done or given up.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Change, CloudError, ErrorKind, Place, Receipt};

use super::authority::Authority;
use super::target::{Request, requests};
use crate::faults::Lateness;
use crate::service::Call;
use crate::world::{DELETED_AFTER, Delivery, Edge, Region, World};

/// Time between two tries. EventBridge waits longer each time and does not say how long; what counts is that a hindrance of some
/// minutes is outlived and one of a longer time than the maximum event age is not.
const RETRY: SignedDuration = SignedDuration::from_mins(1);

impl World {
    /// The first instant after which a schedule has something to do.
    pub(crate) fn next_firing(&self, late: Lateness) -> Option<Timestamp> {
        let regions = self.accounts.values().flat_map(|account| account.regions.values());
        regions.filter_map(|region| region.next_firing(late)).min()
    }

    /// Does what schedules have to do at an instant: calls that are due, and the end of those that have fired for the last time.
    pub(crate) fn fire(&mut self, at: Timestamp, late: Lateness) {
        for place in self.places() {
            let Some(region) = self.region_mut(&place) else { continue };
            region.edges.retain(|edge| edge.expires.is_none_or(|expires| expires > at));
            region.begin(at, late);
            let (due, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut region.deliveries).into_iter().partition(|delivery| delivery.due <= at);
            region.deliveries = rest;
            for delivery in due {
                self.try_delivery(&place, delivery, at);
            }
        }
    }

    fn places(&self) -> Vec<Place> {
        let of = |(account, content): (&String, &crate::world::Account)| {
            content.regions.keys().map(|region| Place { account: account.clone(), region: region.clone() }).collect::<Vec<_>>()
        };
        self.accounts.iter().flat_map(of).collect()
    }

    fn region_mut(&mut self, place: &Place) -> Option<&mut Region> {
        self.accounts.get_mut(&place.account)?.regions.get_mut(&place.region)
    }

    /// One try. What fails is tried again as long as its maximum event age allows, and goes to the queue then.
    fn try_delivery(&mut self, place: &Place, mut delivery: Delivery, at: Timestamp) {
        let done = self.request(place, &delivery.edge).is_ok();
        let again = at.checked_add(RETRY).unwrap_or(Timestamp::MAX);
        let given_up = delivery.edge.max_event_age < again.duration_since(delivery.fired).as_secs();
        if done || given_up {
            if !done {
                self.send_to_queue(place, &delivery.edge, at);
            }
            if let Some(region) = self.region_mut(place) {
                region.end_of(&delivery.edge, at);
            }
        } else if let Some(region) = self.region_mut(place) {
            delivery.due = again;
            region.deliveries.push(delivery);
        }
    }

    /// Makes the calls of a schedule with the rights of its role.
    fn request(&mut self, place: &Place, edge: &Edge) -> Result<(), CloudError> {
        let refused = |why: &str| CloudError::new(ErrorKind::Denied, "scheduler:CreateSchedule", "AccessDeniedException", why);
        let authority = Authority::of_edge(self, place, edge).ok_or_else(|| refused("the role cannot be assumed"))?;
        let region = self.accounts.get(&place.account).and_then(|account| account.regions.get(&place.region));
        let parsed = region.and_then(|region| requests(&edge.view.target, &edge.input, region));
        match parsed.ok_or_else(|| refused("there is no such call"))? {
            Request::Direct(change) => self.act(place, &authority, &change).map(|_| ()),
            Request::Automation { document, role, changes } => {
                if !authority.may_begin(&document, &role) {
                    return Err(refused("ssm:StartAutomationExecution"));
                }
                // From here on the call has succeeded: what becomes of each resource is the runbook's affair.
                if let Some(runbook) = Authority::of_runbook(self, place, &role) {
                    for change in changes.iter().filter(|change| runbook.may_find(change)) {
                        let _ = self.act(place, &runbook, change);
                    }
                }
                Ok(())
            }
        }
    }

    /// A call with the rights of a role.
    fn act(&mut self, place: &Place, authority: &Authority, change: &Change) -> Result<Receipt, CloudError> {
        let action = change.action();
        let Some(mut call) = Call::of(self, place, action, None) else {
            return Err(CloudError::new(ErrorKind::Service, action, "InternalError", "the region was not made"));
        };
        if !authority.may(&call, change) {
            return Err(super::super::denied(action, action, &authority.arn));
        }
        call.refuse_what_is_so(change)?;
        call.no_grant = !authority.may_grant(&call, change);
        call.dispatch(change)
    }

    /// The role must be allowed to send there too, or the message is lost.
    fn send_to_queue(&mut self, place: &Place, edge: &Edge, at: Timestamp) {
        let Some(arn) = &edge.dead_letter else { return };
        if !Authority::of_edge(self, place, edge).is_some_and(|authority| authority.may_send(arn)) {
            return;
        }
        let name = arn.rsplit(':').next().unwrap_or_default();
        if let Some(row) = self.region_mut(place).and_then(|region| region.queues.edit(name, None)).filter(|row| row.view.arn == *arn) {
            row.sent.push(at);
        }
    }
}

impl Region {
    fn next_firing(&self, late: Lateness) -> Option<Timestamp> {
        let edges = self.edges.values().flat_map(|edge| [edge.next.map(|next| late.of(&edge.key(), next)), edge.expires]).flatten();
        edges.chain(self.deliveries.iter().map(|delivery| delivery.due)).min()
    }

    /// Takes up the calls whose instant has come. One that is disabled lets its instant pass.
    fn begin(&mut self, at: Timestamp, late: Lateness) {
        let mut begun = Vec::new();
        for edge in self.edges.values_mut() {
            let Some(fired) = edge.next.filter(|next| late.of(&edge.key(), *next) <= at) else { continue };
            edge.next = edge.next_after(fired);
            if edge.view.enabled {
                begun.push(Delivery { edge: edge.clone(), fired, due: at });
            }
        }
        self.deliveries.append(&mut begun);
    }

    /// A call is done or given up: a schedule that was to fire no more begins to go.
    fn end_of(&mut self, fired: &Edge, at: Timestamp) {
        if let Some(edge) = self.edges.edit(&fired.key(), None).filter(|edge| edge.delete_after && edge.next.is_none()) {
            edge.expires = at.checked_add(DELETED_AFTER).ok();
        }
    }
}

impl Call<'_> {
    /// RDS refuses to start what runs and to stop what is stopped; a change of muster's own counts as done then.
    fn refuse_what_is_so(&self, change: &Change) -> Result<(), CloudError> {
        let state = match change {
            Change::StartDatabase { name } | Change::StopDatabase { name } => self.region.servers.get(name).map(|row| &row.view.state),
            Change::StartCluster { name } | Change::StopCluster { name } => self.region.clusters.get(name).map(|row| &row.view.state),
            _ => None,
        };
        let so = match change {
            Change::StartDatabase { .. } | Change::StartCluster { .. } => state.is_some_and(|state| state.0 != "stopped"),
            _ => state.is_some_and(|state| matches!(state.0.as_str(), "stopped" | "stopping")),
        };
        if so { Err(self.refuse(ErrorKind::WrongState, "InvalidDBInstanceState", "it is so already")) } else { Ok(()) }
    }
}
