"""IAM's details of everything beside moto: filter, pages, and what policies are called."""

import moto.iam.models as iam
import moto.iam.responses as answers

LISTS = {"User": "UserDetailList", "Group": "GroupDetailList", "Role": "RoleDetailList", "LocalManagedPolicy": "Policies"}
PAGE = 100


def install():
    """Puts filter and pages behind moto's own answer, which gives all of it at once and leaves out names and ids of policies."""
    iam.Policy.policy_name = property(lambda self: self.name)
    iam.Policy.policy_id = property(lambda self: self.id)
    plain = answers.IamResponse.get_account_authorization_details

    def get_account_authorization_details(self):
        answer = plain(self)
        kinds = self._get_param("Filter") or list(LISTS)
        size, start = int(self._get_param("MaxItems") or PAGE), int(self._get_param("Marker") or 0)
        named = [name for kind, name in LISTS.items() if kind in kinds or (name == "Policies" and "AWSManagedPolicy" in kinds)]
        # One row of things of all kinds, cut where the page ends.
        row = [(name, thing) for name in named for thing in answer.result.get(name) or []]
        page = row[start : start + size]
        answer.result.update({name: [thing for of, thing in page if of == name] for name in LISTS.values()})
        more = start + size < len(row)
        answer.result.update({"IsTruncated": more, "Marker": str(start + size) if more else None})
        return answer

    answers.IamResponse.get_account_authorization_details = get_account_authorization_details
