"""The evaluator alone: IAM's rules, one by one."""

import unittest

from iam_eval import Check, PolicyError, check_policy, judge

OURS = {"muster:fleet": "class-50"}


def policy(**statement):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]}


def allowed(document, action="ec2:StopInstances", resource="arn:aws:ec2:r:1:instance/i-1", **kw):
    return judge([document], Check(action, resource, **kw)).allowed


class Language(unittest.TestCase):
    def test_nothing_is_allowed_by_default(self):
        self.assertFalse(judge([], Check("ec2:StopInstances", "*")).allowed)

    def test_actions_match_without_regard_to_case_and_with_wildcards(self):
        self.assertTrue(allowed(policy(Action="EC2:stop*")))
        self.assertTrue(allowed(policy(Action=["ec2:StartInstances", "ec2:StopInstance?"])))
        self.assertFalse(allowed(policy(Action="ec2:Stop")))
        self.assertFalse(allowed(policy(NotAction="ec2:Stop*")))

    def test_resources_are_patterns_and_their_case_counts(self):
        self.assertTrue(allowed(policy(Action="*", Resource="arn:aws:ec2:*:1:instance/*")))
        self.assertFalse(allowed(policy(Action="*", Resource="arn:aws:ec2:*:1:volume/*")))
        self.assertFalse(allowed(policy(Action="*", Resource="arn:aws:ec2:*:1:Instance/*")))
        self.assertFalse(allowed(policy(Action="*", Resource="arn:aws:ec2:*:1:instance/i+1")))

    def test_a_deny_wins(self):
        deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "ec2:Stop*", "Resource": "*"}}
        self.assertFalse(judge([policy(Action="*"), deny], Check("ec2:StopInstances", "*")).allowed)


class Conditions(unittest.TestCase):
    def holds(self, operator, key, value, **kw):
        return allowed(policy(Action="*", Condition={operator: {key: value}}), **kw)

    def test_a_tag_of_the_resource(self):
        for key in ("aws:ResourceTag/muster:fleet", "ec2:ResourceTag/muster:fleet", "AWS:resourcetag/muster:fleet"):
            self.assertTrue(self.holds("StringEquals", key, "class-50", resource_tags=OURS))
            self.assertFalse(self.holds("StringEquals", key, "class-50", resource_tags={"muster:fleet": "other"}))
            self.assertFalse(self.holds("StringEquals", key, "class-50"), "a missing key meets no positive operator")

    def test_if_exists_lets_a_missing_key_pass(self):
        self.assertTrue(self.holds("StringEqualsIfExists", "aws:ResourceTag/muster:fleet", "class-50"))
        self.assertFalse(self.holds("StringEqualsIfExists", "aws:ResourceTag/muster:fleet", "class-50", resource_tags={"muster:fleet": "x"}))

    def test_like_and_not(self):
        self.assertTrue(self.holds("StringLike", "aws:RequestTag/muster:address", "user/*", request_tags={"muster:address": "user/a/instance"}))
        self.assertFalse(self.holds("StringNotEquals", "aws:ResourceTag/a", ["1", "2"], resource_tags={"a": "2"}))
        self.assertTrue(self.holds("StringNotEquals", "aws:ResourceTag/a", ["1", "2"], resource_tags={"a": "3"}))
        self.assertTrue(self.holds("StringNotEquals", "aws:ResourceTag/a", "1"))

    def test_tag_keys(self):
        keys = ["muster:override", "muster:resume-*"]
        quantified = "ForAllValues:StringLike"
        self.assertTrue(self.holds(quantified, "aws:TagKeys", keys, request_tags={"muster:override": "", "muster:resume-size": ""}))
        self.assertFalse(self.holds(quantified, "aws:TagKeys", keys, request_tags={"muster:override": "", "muster:fleet": ""}))
        self.assertTrue(self.holds("ForAllValues:StringEquals", "aws:TagKeys", keys), "of nothing, all are in")
        self.assertTrue(self.holds("ForAnyValue:StringEquals", "aws:TagKeys", keys, request_tags={"muster:override": "", "x": ""}))

    def test_null_bool_and_create_action(self):
        self.assertTrue(self.holds("Null", "aws:ResourceTag/muster:fleet", "true"))
        self.assertFalse(self.holds("Null", "aws:ResourceTag/muster:fleet", "true", resource_tags=OURS))
        self.assertTrue(self.holds("Null", "aws:ResourceTag/muster:fleet", False, resource_tags=OURS))
        self.assertTrue(self.holds("Bool", "aws:SecureTransport", True, keys={"aws:SecureTransport": "true"}))
        self.assertTrue(self.holds("StringEquals", "ec2:CreateAction", ["RunInstances"], keys={"ec2:CreateAction": "RunInstances"}))
        self.assertFalse(self.holds("StringEquals", "ec2:CreateAction", ["RunInstances"]))

    def test_all_conditions_must_hold(self):
        both = {"StringEquals": {"aws:ResourceTag/a": "1", "aws:ResourceTag/b": "2"}}
        self.assertFalse(allowed(policy(Action="*", Condition=both), resource_tags={"a": "1"}))
        self.assertTrue(allowed(policy(Action="*", Condition=both), resource_tags={"a": "1", "b": "2"}))


class Refused(unittest.TestCase):
    def refuses(self, **statement):
        with self.assertRaises(PolicyError):
            check_policy(policy(**statement))

    def test_what_aws_would_refuse(self):
        self.refuses(Action="StopInstances")
        self.refuses(Action="ec2:*", Resource="instance/*")
        self.refuses(Action="ec2:*", Sid="with blank")
        self.refuses(Action="ec2:*", Conditions={})
        self.refuses(Resource="*")
        self.refuses(Action="ec2:*", Condition={"StringMatches": {"a": "b"}})
        self.refuses(Action=[f"ec2:Action{n}" for n in range(500)])
        with self.assertRaises(PolicyError):
            check_policy({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})

    def test_a_good_one_passes(self):
        check_policy(policy(Action="ec2:Describe*", Sid="Read1", Condition={"StringEqualsIfExists": {"aws:RequestedRegion": "r"}}))


if __name__ == "__main__":
    unittest.main()
