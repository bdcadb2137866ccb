//! Our own pace in front of AWS's throttles.
//!
//! The SDK's adaptive mode stalls for half a minute after two throttles, so muster stays under the documented
//! rates by itself and leaves the rest to standard retries. Each account and region has a bucket per family
//! of calls that AWS throttles together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls that AWS throttles together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    /// ec2:RunInstances.
    Run,
    /// ec2:StartInstances and StopInstances.
    Power,
    /// Describe calls of EC2.
    Ec2Read,
    /// Every other change of EC2.
    Ec2Write,
    /// Everything of RDS.
    Rds,
    /// Describe calls of CloudWatch.
    AlarmRead,
    /// Changes of CloudWatch.
    AlarmWrite,
    /// Reads of Systems Manager.
    SsmRead,
    /// Changes of Systems Manager.
    SsmWrite,
    /// Everything of Auto Scaling.
    Scaling,
    /// Reads of ECS.
    EcsRead,
    /// Changes of ECS.
    EcsWrite,
    /// Reads of EventBridge Scheduler.
    EdgeRead,
    /// Changes of EventBridge Scheduler.
    EdgeWrite,
    /// Changes of IAM.
    IamWrite,
    /// The rest: STS, reads of IAM, SQS, Service Quotas, Instance Connect.
    Other,
    /// Settings of buckets.
    S3,
    /// Reads of Lambda.
    LambdaRead,
}

impl Family {
    fn of(action: &str) -> Self {
        let (service, operation) = action.split_once(':').unwrap_or((action, ""));
        let reads = ["Describe", "Get", "List"].iter().any(|verb| operation.starts_with(verb));
        match (service, operation, reads) {
            ("ec2", "RunInstances", _) => Self::Run,
            ("ec2", "StartInstances" | "StopInstances", _) => Self::Power,
            ("ec2", _, true) => Self::Ec2Read,
            ("ec2", _, false) => Self::Ec2Write,
            ("rds", _, _) => Self::Rds,
            ("cloudwatch", _, true) => Self::AlarmRead,
            ("cloudwatch", _, false) => Self::AlarmWrite,
            ("ssm", _, true) => Self::SsmRead,
            ("ssm", _, false) => Self::SsmWrite,
            ("autoscaling", _, _) => Self::Scaling,
            ("ecs", _, true) => Self::EcsRead,
            ("ecs", _, false) => Self::EcsWrite,
            ("scheduler", _, true) => Self::EdgeRead,
            ("scheduler", _, false) => Self::EdgeWrite,
            ("iam", operation, false) if !operation.starts_with("Simulate") => Self::IamWrite,
            ("s3", _, _) => Self::S3,
            ("lambda", _, true) => Self::LambdaRead,
            _ => Self::Other,
        }
    }

    /// Burst and rate: EC2's and CloudWatch's from their guides on throttling, SSM's from its quotas, ECS's at or under what
    /// "Amazon ECS service quotas" lists (K), EventBridge Scheduler's at what its quotas gave the smallest regions (K: 50 of each call a
    /// second; the large ones have 1,000 and more), Lambda's what its quotas give GetPolicy (K: 15 a second), S3's far under what it serves
    /// each bucket, RDS, Auto Scaling, IAM and the rest, which publish none, kept low.
    const fn limits(self) -> (f64, f64) {
        match self {
            Self::Run => (5.0, 2.0),
            Self::Power => (5.0, 2.0),
            Self::Ec2Read => (100.0, 20.0),
            Self::Ec2Write => (50.0, 5.0),
            Self::Rds => (20.0, 5.0),
            Self::AlarmRead => (9.0, 9.0),
            Self::AlarmWrite => (3.0, 3.0),
            Self::SsmRead => (40.0, 40.0),
            Self::SsmWrite => (3.0, 3.0),
            Self::Scaling => (20.0, 5.0),
            Self::EcsRead => (50.0, 20.0),
            Self::EcsWrite => (20.0, 5.0),
            Self::EdgeRead => (40.0, 40.0),
            Self::EdgeWrite => (50.0, 50.0),
            Self::IamWrite => (10.0, 5.0),
            Self::Other => (10.0, 10.0),
            Self::S3 => (200.0, 100.0),
            Self::LambdaRead => (15.0, 15.0),
        }
    }
}

/// A token bucket over a clock that the caller reads. Tokens may be owed, so callers are served in turn.
#[derive(Debug)]
struct Bucket {
    burst: f64,
    per_second: f64,
    tokens: f64,
    at: Duration,
}

impl Bucket {
    /// A full bucket.
    const fn new(burst: f64, per_second: f64) -> Self {
        Self { burst, per_second, tokens: burst, at: Duration::ZERO }
    }

    /// Takes a token at `now`; answers how long to wait for it.
    fn take(&mut self, now: Duration) -> Duration {
        let refill = now.saturating_sub(self.at).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + refill).min(self.burst) - 1.0;
        self.at = self.at.max(now);
        Duration::from_secs_f64((-self.tokens).max(0.0) / self.per_second)
    }
}

/// The buckets of one account and region.
#[derive(Debug)]
pub(crate) struct Pacer {
    /// Nothing for an endpoint that is nobody's AWS account.
    buckets: Option<Mutex<HashMap<Family, Bucket>>>,
    start: Instant,
}

impl Pacer {
    /// Full buckets, or none at all.
    pub(crate) fn new(on: bool) -> Self {
        Self { buckets: on.then(Mutex::default), start: Instant::now() }
    }

    /// Waits for the turn of a call.
    pub(crate) async fn wait(&self, action: &str) {
        let wait = self.reserve(action, self.start.elapsed());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    fn reserve(&self, action: &str, now: Duration) -> Duration {
        let Some(buckets) = &self.buckets else { return Duration::ZERO };
        let family = Family::of(action);
        let (burst, per_second) = family.limits();
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.entry(family).or_insert_with(|| Bucket::new(burst, per_second)).take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Instants at which `n` calls go out when each asks as soon as the one before it went.
    fn departures(n: usize, burst: f64, per_second: f64) -> Vec<f64> {
        let (mut bucket, mut now) = (Bucket::new(burst, per_second), Duration::ZERO);
        let mut times = Vec::new();
        for _ in 0..n {
            now += bucket.take(now);
            times.push(now.as_secs_f64());
        }
        times
    }

    #[test]
    fn run_instances_bursts_five_and_then_goes_two_a_second() {
        let times = departures(500, 5.0, 2.0);
        assert!(times[..5].iter().all(|time| *time == 0.0));
        assert!((times[5] - 0.5).abs() < 1e-6 && (times[6] - 1.0).abs() < 1e-6);
        assert!((times[499] - 247.5).abs() < 1e-3, "{}", times[499]);
    }

    #[test]
    fn calls_at_once_are_spread_as_calls_in_turn_are() {
        let mut bucket = Bucket::new(5.0, 2.0);
        let waits: Vec<f64> = (0..9).map(|_| bucket.take(Duration::ZERO).as_secs_f64()).collect();
        assert_eq!(waits, [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.5, 2.0]);
    }

    #[test]
    fn rest_fills_the_bucket_but_not_over_its_brim() {
        let mut bucket = Bucket::new(2.0, 1.0);
        assert_eq!(bucket.take(Duration::ZERO), Duration::ZERO);
        let hour = Duration::from_secs(3600);
        assert_eq!((bucket.take(hour), bucket.take(hour), bucket.take(hour)), (Duration::ZERO, Duration::ZERO, Duration::from_secs(1)));
    }

    #[test]
    fn families_do_not_hinder_each_other_and_loopback_is_not_paced() {
        let pacer = Pacer::new(true);
        let now = Duration::ZERO;
        for _ in 0..5 {
            assert_eq!(pacer.reserve("ec2:RunInstances", now), Duration::ZERO);
        }
        assert!(pacer.reserve("ec2:RunInstances", now) > Duration::ZERO);
        assert_eq!(pacer.reserve("ec2:DescribeInstances", now), Duration::ZERO);
        assert!((0..100).all(|_| Pacer::new(false).reserve("ec2:RunInstances", now).is_zero()));
    }

    #[test]
    fn families_of_actions() {
        assert_eq!(Family::of("ec2:CreateTags"), Family::Ec2Write);
        assert_eq!(Family::of("ssm:GetParameter"), Family::SsmRead);
        assert_eq!(Family::of("cloudwatch:PutMetricAlarm"), Family::AlarmWrite);
        assert_eq!(Family::of("sts:GetCallerIdentity"), Family::Other);
        assert_eq!([Family::of("scheduler:ListSchedules"), Family::of("scheduler:DeleteSchedule")], [Family::EdgeRead, Family::EdgeWrite]);
        assert_eq!([Family::of("iam:CreateRole"), Family::of("iam:GetRolePolicy")], [Family::IamWrite, Family::Other]);
        assert_eq!(Family::of("iam:SimulatePrincipalPolicy"), Family::Other);
        assert_eq!([Family::of("s3:ListAllMyBuckets"), Family::of("lambda:GetPolicy")], [Family::S3, Family::LambdaRead]);
    }
}
