"""IAM's credential report beside moto: the row of root, when and where keys were used, and times of today.

A report is a picture: AWS makes a new one every four hours at most. Here it is made anew each time it is asked for.
"""

import datetime

import moto.iam.models as iam
import moto.iam.responses as answers

ROOT = "<root_account>"
# What root can log in with: none of it can be made by an API call. By account.
_root = {}
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,"
    "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


def root(account, password_used=None, mfa=True, keys=()):
    """Says what root has: the instant of its last login, MFA, and its access keys as `{active, rotated, used}`."""
    _root[account] = {"password_used": password_used, "mfa": mfa, "keys": list(keys)}


def install():
    """Puts the rules in front of moto's own methods."""
    iam.IAMBackend.get_credential_report = _report
    iam.User.to_csv = _row
    plain, summary = answers.IamResponse.get_credential_report, iam.AccountSummary.summary_map.fget

    def get_credential_report(self):
        answer = plain(self)
        answer.result["GeneratedTime"] = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        return answer

    def summary_map(self):
        # moto's numbers say nothing of root.
        had = _root.get(self._iam_backend.account_id)
        if had is None:
            return summary(self)
        present = {"AccountMFAEnabled": int(had["mfa"]), "AccountAccessKeysPresent": int(any(key["active"] for key in had["keys"]))}
        return {**summary(self), **present}

    answers.IamResponse.get_credential_report = get_credential_report
    iam.AccountSummary.summary_map = property(summary_map)


def _report(self):
    if not self.credential_report:
        raise iam.ReportNotPresentException("Credential report not present")
    return COLUMNS + "\n" + _root_row(self.account_id) + "".join(user.to_csv() for user in self.users.values())


def _root_row(account):
    had = _root.get(account, {"password_used": None, "mfa": True, "keys": []})
    made = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    start = [ROOT, f"arn:aws:iam::{account}:root", _time(made), "not_supported", _time(had["password_used"], "no_information")]
    keys = [_key(key["active"], key["rotated"], key["used"]) for key in had["keys"]]
    return _line(start + ["not_supported", "not_supported", _said(had["mfa"])], keys)


def _row(self):
    enabled = self.password is not None
    used = _time(self.password_last_used, "no_information") if enabled else "N/A"
    # moto knows no date of the password itself: `ages` may give one.
    changed = _time(getattr(self, "password_set", None) or self.create_date) if enabled else "N/A"
    start = [self.name, self.arn, _time(self.create_date), _said(enabled), used, changed, "N/A", _said(self.mfa_devices)]
    keys = [_key(key.status == "Active", key.create_date, key.last_used) for key in self.access_keys[:2]]
    return _line(start, keys)


def _line(start, keys):
    missing = [["false"] + ["N/A"] * 4] * (2 - len(keys))
    return ",".join(start + [cell for key in keys + missing for cell in key] + ["false", "N/A"] * 2) + "\n"


def _key(active, rotated, used):
    where = ["us-east-1", "s3"] if used else ["N/A", "N/A"]
    return [_said(active), _time(rotated), _time(used), *where]


def _said(value):
    return "true" if value else "false"


def _time(value, otherwise="N/A"):
    return value.strftime("%Y-%m-%dT%H:%M:%S+00:00") if value else otherwise
