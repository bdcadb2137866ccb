"""Every action that muster asks for is one that AWS has, and what is published of reading is whole."""

import json
import unittest

from reads import BUILT, KINDS, ACTION, OPERATIONS, gaps, kinds, needed, unknown

# Those about fleet.yaml are read from the file.
NO_CALL = "fleet."


class Reads(unittest.TestCase):
    def test_every_published_action_exists(self):
        actions = set(ACTION.findall(KINDS.read_text()))
        self.assertGreater(len(actions), 40, "the page of kinds hardly names an action")
        self.assertFalse(unknown(actions))
        self.assertFalse(set(OPERATIONS) - actions, "exceptions for actions that nobody asks for")

    def test_what_aws_does_not_have_is_seen(self):
        wrong = ["ec2:DescribeVolume", "ec2:describeVolumes", "ec3:DescribeVolumes", "s3:ListBuckets2", "s3:GetBucketEncryptions", "s3"]
        self.assertEqual(unknown([*wrong, "ec2:DescribeVolumes", "s3:ListAllMyBuckets"]), sorted(wrong))

    def test_every_need_of_a_rule_is_published(self):
        packs = [json.loads(path.read_text()) for path in BUILT.glob("*.json")]
        needs = [need for pack in packs for rule in pack["rules"] for need in rule["needs"] if not need["kind"].startswith(NO_CALL)]
        parts = {(need["kind"], facet) for need in needs for facet in [None, *need["facets"]]}
        self.assertFalse(parts - kinds().keys())

    def test_the_parts_of_the_page_are_read(self):
        self.assertEqual(kinds()["ec2.instance", None], ["ec2:DescribeInstances"])
        self.assertEqual(kinds()["ec2.instance", "imds"], ["ec2:DescribeInstances"])
        self.assertEqual(kinds()["ec2.instance", "cpu"], ["cloudwatch:GetMetricData"])
        self.assertEqual(gaps("strict", "ec2:DescribeInstances"), {("ec2.instance", None)})
        self.assertFalse([part for part, calls in kinds().items() if part[0].startswith(NO_CALL) and calls], "fleet.yaml is no call")
        self.assertIn(("ec2.instance", "cpu"), gaps("baseline", "cloudwatch:GetMetricData"))
        self.assertLess(needed("baseline").keys(), needed("strict").keys())


if __name__ == "__main__":
    unittest.main()
