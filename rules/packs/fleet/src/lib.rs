//! Rules about what fleet.yaml says beside what stands.

muster_rule::pack![];
