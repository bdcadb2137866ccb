"""Writes the fleet of a class: `python examples/class-50/make.py 500 > class-500.yaml`.

The variants differ in the number of students only. Keys are made up: nobody has their private halves.
"""

import base64
import hashlib
import struct
import sys

HEAD = """\
# A class of {count} students, each with one development instance, and the three databases they work with.
# Written by make.py; `python make.py 10` and `python make.py 500` write the same class in other sizes.
fleet: class-{count}
timezone: Asia/Seoul

cloud:
  provider: aws
  regions: [ap-northeast-2]         # the account is the one the credentials belong to

schedules:
  class:                            # weekdays, and Saturday morning
    run: ['mon-fri 09:00-19:00', 'sat 10:00-13:00']
  evening:                          # for those who work by day
    run: ['mon-thu 18:30-22:30']
  db-office:                        # up before the students, down after them
    run: ['mon-fri 08:30-22:45', 'sat 09:30-13:30']
  always-on:                        # a stop by hand is put back at the next pass
    run: ['daily 00:00-24:00']
    manual: enforce

parameter-groups:
  mysql-seoul: {{family: mysql8.0, timezone: Asia/Seoul, max-connections: 200}}

databases:
  defaults:
    engine: mysql
    version: '8.0'
    class: db.t4g.micro
    storage: {{size: 20GiB, type: gp3, encrypted: true}}
    master-user: admin
    parameter-group: mysql-seoul
    backup: {{retention: 7d, window: '18:00-18:30'}}
    schedule: db-office
    tags: {{Project: LMS}}
  app: {{database-name: lms, allow: [{{user: student-001}}, {{user: student-002}}]}}
  grades: {{schedule: always-on, allow: [{{cidr: 10.0.0.0/16}}]}}
  reports: {{allow: [{{user: student-003}}]}}

users:
  defaults:
    ssh-from: [203.0.113.0/24]
    schedule: class
    tags: {{Name: '{{fleet}}-{{user}}', Project: LMS, UserId: '{{user}}', ManagedBy: muster}}
"""
# Of ten students, in turn.
GENERATED, EVENING, ALWAYS_ON = {9, 0}, {7, 8}, {9, 0}


def public_key(student):
    """A public key in OpenSSH's form, the same at every run."""
    kind, point = b"ssh-ed25519", hashlib.sha256(student.encode()).digest()
    blob = struct.pack(">I", len(kind)) + kind + struct.pack(">I", len(point)) + point
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


def entry(number):
    """One line of `users`."""
    name, place = f"student-{number:03}", number % 10
    key = "generate" if place in GENERATED else f"'{public_key(name)}'"
    schedule = "always-on" if place in ALWAYS_ON else "evening" if place in EVENING else None
    return f"  {name}: {{{f'schedule: {schedule}, ' if schedule else ''}key: {key}}}\n"


def render(count):
    """The whole file."""
    return HEAD.format(count=count) + "".join(entry(number) for number in range(1, count + 1))


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 3 <= int(sys.argv[1]) <= 999:
        sys.exit("usage: make.py N   (students, 3 to 999; the databases name the first three)")
    sys.stdout.write(render(int(sys.argv[1])))
