// Glue between C and muster:rule@1.0.0: no libc, no WASI, memory that is only handed out (the host drops the instance).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif
#define M_EXPORT(n) __attribute__((export_name(n), used))
typedef struct { const char *p; size_t n; } m_str;
typedef struct { m_str id, body; } m_rule;
typedef struct { m_str kind, key, scope, body; } m_doc;
typedef struct { m_str subject, verdict, message, body; } m_finding;
typedef struct { m_finding *p; size_t n, cap; } m_out;
#define M_LIT(lit) { (lit), sizeof(lit) - 1 }
#define M_S(lit) ((m_str)M_LIT(lit))
extern unsigned char __heap_base;
static uintptr_t m_at, m_end;
static void *m_alloc(size_t n) {
  if (!m_at) { m_at = (uintptr_t)&__heap_base; m_end = __builtin_wasm_memory_size(0) * 65536; }
  uintptr_t p = (m_at + 7) & ~(uintptr_t)7;
  if (p + n > m_end) { size_t pages = (p + n - m_end + 65535) / 65536; if (pages < 16) pages = 16; if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap(); m_end += pages * 65536; }
  m_at = p + n; return (void *)p;
}
void *memcpy(void *d, const void *s, size_t n) { char *a = (char *)d; const char *b = (const char *)s; while (n--) *a++ = *b++; return d; }
void *memset(void *d, int c, size_t n) { char *a = (char *)d; while (n--) *a++ = (char)c; return d; }
int memcmp(const void *x, const void *y, size_t n) { const unsigned char *a = (const unsigned char *)x, *b = (const unsigned char *)y; for (; n; n--, a++, b++) if (*a != *b) return *a - *b; return 0; }
M_EXPORT("cabi_realloc") void *m_realloc(void *old, size_t old_n, size_t al, size_t n) { if (!n) return (void *)al; void *p = m_alloc(n); if (old_n) memcpy(p, old, old_n); return p; }
static bool m_eq(m_str a, m_str b) { return a.n == b.n && !memcmp(a.p, b.p, a.n); }
// text from the value of a top-level key on; n == 0: absent
static m_str m_get(m_str j, m_str key) {
  size_t i = 0; int depth = 0;
  while (i < j.n) { char c = j.p[i];
    if (c == '"') { size_t s = ++i; while (i < j.n && j.p[i] != '"') i += j.p[i] == '\\' ? 2 : 1; size_t e = i++;
      if (depth == 1 && e - s == key.n && i < j.n && j.p[i] == ':' && !memcmp(j.p + s, key.p, key.n)) { i++; return (m_str){ j.p + i, j.n - i }; }
      continue; }
    if (c == '{' || c == '[') depth++; else if (c == '}' || c == ']') depth--;
    i++; }
  return (m_str){ 0, 0 };
}
static bool m_true(m_str v) { return v.n >= 4 && !memcmp(v.p, "true", 4); }
static int64_t m_int(m_str v) { int64_t r = 0; size_t i = 0; for (; i < v.n && v.p[i] >= '0' && v.p[i] <= '9'; i++) r = r * 10 + (v.p[i] - '0'); return r; }
static void m_push(m_out *o, m_finding f) { if (o->n == o->cap) { size_t c = o->cap ? o->cap * 2 : 64; m_finding *q = (m_finding *)m_alloc(c * sizeof f); if (o->n) memcpy(q, o->p, o->n * sizeof f); o->p = q; o->cap = c; } o->p[o->n++] = f; }
static m_str m_fmt_int(const char *pre, int64_t v, const char *post) { char *b = (char *)m_alloc(64), *w = b, t[24]; while (*pre) *w++ = *pre++; int k = 0; if (v < 0) { *w++ = '-'; v = -v; } do t[k++] = (char)('0' + v % 10); while (v /= 10); while (k) *w++ = t[--k]; while (*post) *w++ = *post++; return (m_str){ b, (size_t)(w - b) }; }
static size_t m_ret[5];
// the author writes these two
extern const m_rule rules[]; extern const size_t rules_n;
m_out evaluate(m_str rule, m_str params, uint64_t now, const m_doc *batch, size_t n);
M_EXPORT("muster:rule/check@1.0.0#describe") void *m_describe(void) { m_ret[0] = (size_t)rules; m_ret[1] = rules_n; return m_ret; }
M_EXPORT("muster:rule/check@1.0.0#evaluate") void *m_evaluate(const char *rp, size_t rn, const char *pp, size_t pn, uint64_t now, const char *text, size_t tn, const uint32_t *ends, size_t en) {
  (void)tn; m_doc *b = (m_doc *)m_alloc(en / 4 * sizeof *b); m_str *part = (m_str *)b; size_t at = 0;
  for (size_t i = 0; i < en; at = ends[i++]) part[i] = (m_str){ text + at, ends[i] - at };
  m_out o = evaluate((m_str){ rp, rn }, (m_str){ pp, pn }, now, b, en / 4); m_ret[0] = 0; m_ret[1] = (size_t)o.p; m_ret[2] = o.n; return m_ret; }
#ifdef __cplusplus
}
#endif
