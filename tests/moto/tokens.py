"""Client tokens of RunInstances: the same token is the same instance, also after that one was terminated."""

import moto.ec2.models.instances as instances
from moto.ec2.exceptions import EC2ClientError

# What moto puts where the caller gave no token.
NO_TOKEN = "ABCDE"


class Mismatch(EC2ClientError):
    """The token was used with other parameters."""

    def __init__(self):
        super().__init__(
            "IdempotentParameterMismatch",
            "The client token you have provided is associated with a different set of parameters",
        )


def install():
    """Makes RunInstances remember its tokens."""
    plain = instances.InstanceBackend.run_instances

    def run_instances(self, image_id, count, user_data, security_group_names, **kw):
        token = kw.get("client_token")
        wanted = repr((image_id, count, user_data, security_group_names, sorted(kw.items(), key=lambda item: item[0])))
        known = _remembered(self)
        if token in known:
            was, reservation = known[token]
            if was != wanted:
                raise Mismatch()
            return reservation
        reservation = plain(self, image_id, count, user_data, security_group_names, **kw)
        if token and token != NO_TOKEN:
            known[token] = (wanted, reservation)
        return reservation

    instances.InstanceBackend.run_instances = run_instances


def _remembered(backend):
    known = backend.__dict__.setdefault("muster_tokens", {})
    gone = [token for token, (_, reservation) in known.items() if reservation.id not in backend.reservations]
    for token in gone:
        del known[token]
    return known
