// The rule every guest of this museum is: a volume of at least `min_size` GiB must be encrypted.
#include "muster.h"
const m_rule rules[] = { { M_LIT("ebs-unencrypted"), M_LIT("{\"title\":\"EBS volume is not encrypted\",\"category\":\"security\",\"severity\":\"high\",\"needs\":[{\"kind\":\"ec2.volume\"}]}") } };
const size_t rules_n = 1;

m_out evaluate(m_str rule, m_str params, uint64_t now, const m_doc *batch, size_t n) {
  m_out out = { 0 };
  int64_t min = m_int(m_get(params, M_S("min_size")));
  for (size_t i = 0; i < n; i++) {
    const m_doc *d = &batch[i];
    if (!m_eq(d->kind, M_S("ec2.volume"))) continue;
    int64_t size = m_int(m_get(d->body, M_S("Size")));
    if (m_true(m_get(d->body, M_S("Encrypted"))) || size < min)
      m_push(&out, (m_finding){ d->key, M_S("pass"), M_S(""), M_S("") });
    else
      m_push(&out, (m_finding){ d->key, M_S("fail"), M_S("EBS volume is not encrypted"), m_fmt_int("{\"size\":", size, "}") });
  }
  return out;
}
