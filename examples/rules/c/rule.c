// Volumes of an older generation cost more than gp3 for the same.
#include "muster.h"

const m_rule rules[] = { { M_LIT("old-type"), M_LIT("{"
  "\"title\": \"Volume is of an older generation\","
  "\"category\": \"cost\","
  "\"severity\": \"low\","
  "\"needs\": [{\"kind\": \"ec2.volume\"}],"
  "\"params\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"min-size\": {\"type\": \"integer\", \"minimum\": 0, \"default\": 1, \"description\": \"Volumes below this many GiB are not judged\"}}},"
  "\"risk\": \"gp3 costs a fifth less than gp2 and is as fast up to 3,000 operations a second.\","
  "\"remediation\": {\"text\": \"Change the type; the volume stays in use meanwhile.\","
    "\"command\": \"aws ec2 modify-volume --volume-id {resource} --volume-type gp3 --region {region}\"}"
"}") } };
const size_t rules_n = 1;

static bool is_old(m_str type) { return m_eq(type, M_S("gp2")) || m_eq(type, M_S("io1")) || m_eq(type, M_S("standard")); }

m_out evaluate(m_str rule, m_str params, uint64_t now, const m_doc *batch, size_t n) {
  (void)rule, (void)now;
  m_out out = { 0 };
  int64_t min = m_int(m_get(params, M_S("min-size")), 0);
  for (size_t i = 0; i < n; i++) {
    const m_doc *volume = &batch[i];
    if (m_int(m_get(volume->body, M_S("Size")), 0) < min) continue; // not judged
    m_str value = m_get(volume->body, M_S("VolumeType")), type = m_text(value);
    m_str evidence = M_JOIN(M_S("{\"VolumeType\":"), value, M_S("}"));
    if (is_old(type)) m_push(&out, (m_finding){ volume->key, M_S("fail"), M_JOIN(M_S("type "), type, M_S(", gp3 wanted")), evidence });
    else m_push(&out, (m_finding){ volume->key, M_S("pass"), M_S(""), evidence });
  }
  return out;
}
