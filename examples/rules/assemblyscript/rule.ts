// Operations a second cost extra from a point on; a small volume rarely needs many.
import { Findings, Str, describeOne, documents } from "./muster";
export { cabi_realloc } from "./muster";

export function describe(): usize {
  return describeOne("iops-for-size", `{
    "title": "Volume has many more operations a second than its size suggests",
    "category": "cost",
    "severity": "low",
    "needs": [{"kind": "ec2.volume"}],
    "params": {"type": "object", "additionalProperties": false, "properties": {
      "per-gib": {"type": "integer", "minimum": 1, "default": 50, "description": "Operations a second for each GiB that are still fine"},
      "free": {"type": "integer", "minimum": 0, "default": 3000, "description": "Operations a second that cost nothing extra"}}},
    "risk": "Provisioned operations are paid by the hour, used or not.",
    "remediation": {"text": "Look at the volume's metrics and lower them.", "command": "aws ec2 modify-volume --volume-id {resource} --iops 3000 --region {region}"}
  }`);
}

export function evaluate(
  rule: usize, ruleLength: u32, params: usize, paramsLength: u32, now: u64, text: usize, textLength: u32, ends: usize, count: u32,
): usize {
  const asked = new Str(params, paramsLength), found = new Findings();
  const perGib = asked.integer("per-gib", 0), free = asked.integer("free", 0);
  const all = documents(text, ends, count);
  for (let i = 0; i < all.length; i++) {
    const volume = all[i], iops = volume.body.integer("Iops", -1), size = volume.body.integer("Size", 0);
    if (iops < 0) continue; // a type without
    const most = max(size * perGib, free), evidence = `{"Iops":${iops},"Size":${size}}`;
    if (iops <= most) found.push(volume, "pass", "", evidence);
    else found.push(volume, "fail", `${iops} operations a second on ${size} GiB, at most ${most} wanted`, evidence);
  }
  return found.done();
}
