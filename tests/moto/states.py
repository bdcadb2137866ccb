"""States that take time: moto changes them at once, AWS takes seconds to minutes.

`ec2_delay` and `rds_delay` say for how many seconds; 0 is at once.
"""

import time

import moto.ec2.models.instances as instances
import moto.rds.models as rds

DELAYS = {"ec2_delay": 0.0, "rds_delay": 0.0}
EC2_ON_THE_WAY = {"running": ("pending", 0), "stopped": ("stopping", 64), "terminated": ("shutting-down", 32)}
RDS_ON_THE_WAY = {
    (None, "available"): "creating",
    ("available", "stopped"): "stopping",
    ("stopped", "available"): "starting",
}


class SlowState(instances.InstanceState):
    """An instance's state that shows the state between for a while."""

    def __init__(self, name, code):
        self._until = 0.0
        self._name = "none"
        self.name = name
        self._code = code

    def _between(self):
        return EC2_ON_THE_WAY.get(self._name) if time.time() < self._until else None

    @property
    def name(self):
        between = self._between()
        return between[0] if between else self._name

    @name.setter
    def name(self, value):
        if value != self._name:
            self._until = time.time() + DELAYS["ec2_delay"]
        self._name = value

    @property
    def code(self):
        between = self._between()
        return between[1] if between else self._code

    @code.setter
    def code(self, value):
        self._code = value


def _get_status(self):
    if "muster_status" not in self.__dict__ and self.__dict__.get("_status") == "creating":
        # moto ends the creation of a cluster when somebody looks.
        _set_status(self, "available")
    if time.time() < self.__dict__.get("muster_until", 0.0):
        return self.__dict__["muster_between"]
    return self.__dict__.get("muster_status", "creating")


def _set_status(self, value):
    value = "available" if value == "started" else value
    between = RDS_ON_THE_WAY.get((self.__dict__.get("muster_status"), value))
    if between and DELAYS["rds_delay"]:
        self.__dict__.update(muster_between=between, muster_until=time.time() + DELAYS["rds_delay"])
    self.__dict__["muster_status"] = value


def install():
    """Puts the slow states in place of moto's."""
    instances.InstanceState = SlowState
    for kind in (rds.DBInstance, rds.DBCluster):
        kind.status = property(_get_status, _set_status)
