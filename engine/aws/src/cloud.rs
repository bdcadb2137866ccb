//! The live account behind muster's traits.

use muster_core::cloud::{Change, Cloud, CloudError, Needs, Place, Reader, Receipt, SecretRef, Snapshot};

use crate::count::Counts;
use crate::live::Live;
use crate::region::Scope;
use crate::{observe, perform, ssm};

impl Reader for Live {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        observe::observe(self, needs).await
    }
}

impl Cloud for Live {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        let counts = Counts::default();
        self.verified(&place.account, &counts).await?;
        let region = self.region(place)?;
        perform::perform(Scope::new(&region, &counts), change).await
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        let counts = Counts::default();
        self.verified(&place.account, &counts).await?;
        let region = self.region(place)?;
        ssm::read_secret(Scope::new(&region, &counts), secret).await
    }
}
