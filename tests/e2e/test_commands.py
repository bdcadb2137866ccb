"""Every command that a built-in rule prints can work, as far as the models of AWS's services say; and what policies say of rules is true."""

import json
import re
import unittest

from commands import Wrong, check
from lib import ROOT

BUILT = ROOT / "rules" / "packs" / "built"
POLICIES = ROOT / "policies"
# `  ec2/imdsv2: on   # 6.7`: what a policy says of a rule, and what stands behind.
CHOSEN = re.compile(r"  ([a-z0-9]+/[a-z0-9-]+):[^#]*# (.*)")
NUMBER = re.compile(r"\b\d+(?:\.\d+)+\b")
# What can be wrong with a command, one each.
BROKEN = {
    "aws ec2 modify-volumes --volume-id {resource} --region {region}": "no operation",
    "aws ec3 describe-volumes --region {region}": "no service",
    "aws s3 get-bucket-policy --bucket {resource} --region {region}": "no service",
    "aws ec2 modify-volume --volume {resource} --region {region}": "no such parameter",
    "aws ec2 modify-volume --volume-type gp3 --region {region}": "lacks ['VolumeId']",
    "aws ec2 modify-volume --volume-id {resource} --volume-type gp9 --region {region}": "takes one of",
    "aws ec2 modify-volume --volume-id {resource} --size big --region {region}": "takes a number",
    "aws ec2 modify-volume --volume-id --region {region}": "lacks its value",
    "aws ec2 modify-volume --volume-id {resource}": "says no region",
    "aws ec2 modify-volume --volume-id {volume} --region {region}": "nothing that muster puts in",
    "aws ec2 modify-volume --volume-id '{resource} --region {region}": "the shell cannot read it",
    "aws ec2 modify-volume --volume-id {resource} {account} --region {region}": "takes one value",
    "aws ec2 describe-volumes --filters Named=size,Values=1 --region {region}": "no member Named",
    "aws ec2 describe-volumes --query Volume.Size --region {region}": "finds nothing",
    "aws rds modify-db-instance --db-instance-identifier {resource} --multi-az true --region {region}": "takes no value",
    "aws rds modify-db-instance --db-instance-identifier {resource} --no-engine-version --region {region}": "is no flag",
    "aws lambda update-function-code --function-name {resource} --zip-file file://code.zip --region {region}": "does not take",
    "aws iam get-role --role-name \"$(aws iam list-role --query 'Roles[0].RoleName')\"": "no operation",
    "aws iam get-role --role-name {resource} > role.json && rm role.json": "no command of the AWS CLI",
    "aws ec2 describe-launch-template-versions --versions $Default --region {region}": "the shell's",
    "aws s3api get-bucket-lifecycle-configuration --bucket {resource} --region {region} > it.json && "
    "aws s3api put-bucket-lifecycle-configuration --bucket {resource} --region {region} --lifecycle-configuration file://it.json": "which file://it.json holds",
    "aws s3 mb --region {region}": "belongs to no option",
}
# `CIS 2.1.4`, `FSBP EC2.13`, `TA 1iG5NDGVre`: what the policies and the pages of rules call controls.
CONTROL = re.compile(r"CIS \d+(\.\d+)*|FSBP [A-Z][A-Za-z0-9]*\.\d+|TA [A-Za-z0-9]{10,}")


def rules():
    """Rules by full name, as the manifests of the built packs have them."""
    manifests = [json.loads(path.read_text()) for path in sorted(BUILT.glob("*.json"))]
    return {f"{pack['name']}/{rule['id']}": rule for pack in manifests for rule in pack["rules"]}


class Commands(unittest.TestCase):
    def test_every_command_can_work(self):
        wrong, tried = [], 0
        for name, rule in rules().items():
            if command := rule["remediation"].get("command"):
                tried += 1
                try:
                    check(command)
                except Wrong as why:
                    wrong.append(f"{name}: {why}: {command}")
        self.assertGreater(tried, 100, "the manifests hold hardly a command")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_what_cannot_work_is_refused(self):
        for command, why in BROKEN.items():
            with self.subTest(command), self.assertRaises(Wrong) as refused:
                check(command)
            self.assertIn(why, str(refused.exception), command)

    def test_controls_are_written_as_their_catalogues_do(self):
        strange = [f"{name}: {control}" for name, rule in rules().items() for control in rule.get("controls", []) if not CONTROL.fullmatch(control)]
        self.assertFalse(strange)

    def test_what_policies_say_of_rules_is_what_rules_say(self):
        """Comments are what people read: numbers of controls in cis.yaml, severity and title in baseline.yaml, the title in cost.yaml."""
        known, wrong, tried = rules(), [], 0
        for path in sorted(POLICIES.glob("*.yaml")):
            for rule, said in CHOSEN.findall(path.read_text()):
                tried += 1
                wanted, found = _of(known[rule], said, path.stem)
                if wanted != found:
                    wrong.append(f"{path.name}: {rule}: {found}, the rule has {wanted}")
        self.assertGreater(tried, 80, "the policies say hardly anything of their rules")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))


def _of(rule, said, policy):
    """What the rule has, and what is said of it."""
    if policy == "cis":
        return sorted(control.removeprefix("CIS ") for control in rule["controls"] if control.startswith("CIS ")), sorted(NUMBER.findall(said))
    severity = f"{rule['severity']}: " if policy == "baseline" else ""
    return f"{severity}{rule['title']}".lower(), said.lower()


if __name__ == "__main__":
    unittest.main()
