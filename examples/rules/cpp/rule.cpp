// A volume nobody meant to be that large.
#include "muster.h"

extern const m_rule rules[] = { { M_LIT("large-volume"), M_LIT(R"({
  "title": "Volume is larger than anybody should need",
  "category": "cost",
  "severity": "medium",
  "needs": [{"kind": "ec2.volume"}],
  "params": {"type": "object", "additionalProperties": false, "properties": {
    "max-size": {"type": "integer", "minimum": 1, "default": 500, "description": "GiB that a volume may have"}}},
  "risk": "A volume is paid by its size, however little lies on it.",
  "remediation": {"text": "Copy what lies on it to a smaller volume; a volume cannot shrink."}
})") } };
extern const size_t rules_n = 1;

m_out evaluate(m_str, m_str params, uint64_t, const m_doc *batch, size_t n) {
  m_out out{};
  const auto max = m_int(m_get(params, M_S("max-size")), 0);
  for (const m_doc *volume = batch; volume != batch + n; ++volume) {
    const auto size = m_int(m_get(volume->body, M_S("Size")), 0);
    const auto evidence = M_JOIN(M_S("{\"Size\":"), m_number(size), M_S("}"));
    if (size <= max) {
      m_push(&out, { volume->key, M_S("pass"), M_S(""), evidence });
      continue;
    }
    const auto message = M_JOIN(M_S("size "), m_number(size), M_S(" GiB, at most "), m_number(max), M_S(" wanted"));
    m_push(&out, { volume->key, M_S("fail"), message, evidence });
  }
  return out;
}
