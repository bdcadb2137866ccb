//! VPCs.

use muster_rule::ec2::{FlowLog, Vpc};
use muster_rule::prelude::*;

use crate::common::is;

pub const FLOW_LOGS: Rule = Rule {
    id: "vpc-flow-logs",
    title: "VPC has no flow log",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.vpc", facets: &["flow-logs"] }],
    params: &[Param::text("traffic", "reject", "What a flow log must hold at least").words(&["reject", "all"])],
    risk: "After an incident nobody can say who talked to whom.",
    remediation: Remediation {
        text: "Make a flow log to a bucket or a log group.",
        command: "aws ec2 create-flow-logs --resource-type VPC --resource-ids {resource} --traffic-type ALL --log-destination-type s3 --log-destination BUCKET_ARN --region {region}",
    },
    controls: &["CIS 4.7", "FSBP EC2.6"],
    help: "A flow log counts that is active, delivers, and holds `ALL`, or `REJECT` where the parameter does not ask for more.",
    check: Check::each(|ask, doc| {
        let (logs, shown) = (|| Vpc(doc.body).flow_logs(), doc.body.list("FlowLogs"));
        if logs().next().is_none() {
            return fail("no flow log").with("FlowLogs", 0);
        }
        let all = ask.params.text("traffic") == "all";
        let holds = |log: FlowLog<'_>| is(log.traffic_type(), "ALL") || (!all && is(log.traffic_type(), "REJECT"));
        let works = |log: FlowLog<'_>| is(log.flow_log_status(), "ACTIVE") && !is(log.deliver_logs_status(), "FAILED");
        match (logs().any(works), logs().any(|log| works(log) && holds(log))) {
            (_, true) => pass(),
            (true, false) => {
                fail(format!("its flow logs hold too little, {} wanted", if all { "ALL" } else { "REJECT or ALL" })).with("FlowLogs", shown)
            }
            (false, false) => fail("its flow logs do not deliver").with("FlowLogs", shown),
        }
    }),
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_flow_log_works_and_holds_enough() {
        let log = |traffic: &str, status: &str| {
            format!(r#"{{"FlowLogs":[{{"FlowLogStatus":"ACTIVE","TrafficType":"{traffic}","DeliverLogsStatus":"{status}"}}]}}"#)
        };
        let case = Case::of(&FLOW_LOGS)
            .given("all", &log("ALL", "SUCCESS"))
            .given("reject", &log("REJECT", "SUCCESS"))
            .given("accept", &log("ACCEPT", "SUCCESS"))
            .given("broken", &log("ALL", "FAILED"))
            .given("none", r#"{"FlowLogs": []}"#);
        let found = case.run();
        assert_eq!((found.of("all"), found.of("reject")), ("pass", "pass"));
        assert_eq!(found.of("none"), r#"fail: no flow log {"FlowLogs":0}"#);
        assert!(found.of("accept").starts_with("fail: its flow logs hold too little, REJECT or ALL wanted {"));
        assert!(found.of("broken").starts_with("fail: its flow logs do not deliver {"));
        let found = case.params(r#"{"traffic": "all"}"#).run();
        assert_eq!(found.of("all"), "pass");
        assert!(found.of("reject").starts_with("fail: its flow logs hold too little, ALL wanted {"));
    }
}
