"""What Auto Scaling refuses beside moto: numbers that do not go together, tags of a group that is not there."""

import moto.autoscaling.models as scaling
from moto.autoscaling.exceptions import ValidationError


def install():
    """Puts the rules in front of moto's own methods."""
    _numbers()
    _tags()


def _numbers():
    plain = scaling.AutoScalingBackend.update_auto_scaling_group

    def update_auto_scaling_group(self, name, *args, **kw):
        group = self.autoscaling_groups.get(name)
        if group is not None:
            low, high = _given(kw, "min_size", group.min_size), _given(kw, "max_size", group.max_size)
            wanted = _given(kw, "desired_capacity", min(max(group.desired_capacity, low), high))
            if low > high:
                raise ValidationError(f"Max bound, {high}, must be greater than or equal to min bound, {low}")
            if not low <= wanted <= high:
                raise ValidationError(f"Desired capacity:{wanted} must be between the specified min size:{low} and max size:{high}")
        return plain(self, name, *args, **kw)

    scaling.AutoScalingBackend.update_auto_scaling_group = update_auto_scaling_group


def _given(arguments, key, otherwise):
    return otherwise if arguments.get(key) is None else arguments[key]


def _tags():
    backend = scaling.AutoScalingBackend
    for name in ("create_or_update_tags", "delete_tags"):

        def change(self, tags, plain=getattr(backend, name)):
            for tag in tags:
                if tag["ResourceId"] not in self.autoscaling_groups:
                    raise ValidationError(f"AutoScalingGroup name not found - no such group: {tag['ResourceId']}")
            return plain(self, tags)

        setattr(backend, name, change)
