// Glue between C or C++ and muster:rule@1.0.0. There is no libc and no WASI. Memory is only handed out: every call has an instance
// of its own, which the host drops.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Text that lies somewhere in memory; not terminated.
typedef struct { const char *p; size_t n; } m_str;
// A rule: its id, and JSON by schema rule@1.
typedef struct { m_str id, body; } m_rule;
// A document: kind, key by which findings name it, ACCOUNT/REGION, and canonical JSON.
typedef struct { m_str kind, key, scope, body; } m_doc;
// A finding: key of a document, "pass", "fail" or "unknown", one line, and a JSON object of evidence (or nothing).
typedef struct { m_str subject, verdict, message, body; } m_finding;
typedef struct { m_finding *p; size_t n, cap; } m_out;

// What the author writes: the rules, and one function that is called with a rule's id.
extern const m_rule rules[];
extern const size_t rules_n;
m_out evaluate(m_str rule, m_str params, uint64_t now, const m_doc *batch, size_t n);

#define M_EXPORT(name) __attribute__((export_name(name), used))
#define M_LIT(literal) { (literal), sizeof(literal) - 1 }
#define M_S(literal) ((m_str)M_LIT(literal))

extern unsigned char __heap_base;
static uintptr_t m_at, m_end;

static void *m_alloc(size_t n) {
  if (!m_at) {
    m_at = (uintptr_t)&__heap_base;
    m_end = __builtin_wasm_memory_size(0) * 65536;
  }
  uintptr_t p = (m_at + 7) & ~(uintptr_t)7;
  if (p + n > m_end) {
    size_t pages = (p + n - m_end + 65535) / 65536;
    if (pages < 16) pages = 16;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    m_end += pages * 65536;
  }
  m_at = p + n;
  return (void *)p;
}

// The compiler calls these by name.
void *memcpy(void *to, const void *from, size_t n) {
  char *a = (char *)to;
  const char *b = (const char *)from;
  while (n--) *a++ = *b++;
  return to;
}
void *memset(void *to, int byte, size_t n) {
  char *a = (char *)to;
  while (n--) *a++ = (char)byte;
  return to;
}
int memcmp(const void *x, const void *y, size_t n) {
  const unsigned char *a = (const unsigned char *)x, *b = (const unsigned char *)y;
  for (; n; n--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

static bool m_eq(m_str a, m_str b) { return a.n == b.n && !memcmp(a.p, b.p, a.n); }

// Whether text begins so.
static bool m_starts(m_str text, m_str with) { return text.n >= with.n && !memcmp(text.p, with.p, with.n); }

// Where the JSON value ends that begins at i.
static size_t m_value_end(m_str json, size_t i) {
  int depth = 0;
  for (bool in_text = false; i < json.n; i++) {
    char c = json.p[i];
    if (in_text) {
      if (c == '\\') i++;
      else if (c == '"') in_text = false;
    } else if (c == '"') in_text = true;
    else if (c == '{' || c == '[') depth++;
    else if (c == '}' || c == ']') {
      if (!depth) return i;
      depth--;
    } else if (c == ',' && !depth) return i;
  }
  return i < json.n ? i : json.n;
}

// The value of a member of a JSON object, as JSON; nothing (n == 0) when there is none.
static m_str m_get(m_str json, m_str member) {
  for (size_t i = 1; i + 1 < json.n && json.p[i] == '"';) {
    size_t from = ++i;
    while (i < json.n && json.p[i] != '"') i += json.p[i] == '\\' ? 2 : 1;
    m_str name = { json.p + from, i - from };
    i += 2; // the quote and the colon
    size_t end = m_value_end(json, i);
    if (m_eq(name, member)) return (m_str){ json.p + i, end - i };
    i = end + 1; // the comma
  }
  return (m_str){ 0, 0 };
}

// Text of a JSON string, escapes left as they are; nothing when the value is something else.
static m_str m_text(m_str value) {
  if (value.n < 2 || value.p[0] != '"') return (m_str){ 0, 0 };
  return (m_str){ value.p + 1, value.n - 2 };
}

static bool m_true(m_str value) { return m_eq(value, M_S("true")); }

// A whole number; `otherwise` when the value is none.
static int64_t m_int(m_str value, int64_t otherwise) {
  bool minus = value.n && value.p[0] == '-';
  int64_t number = 0;
  size_t i = minus;
  for (; i < value.n && value.p[i] >= '0' && value.p[i] <= '9'; i++) number = number * 10 + (value.p[i] - '0');
  if (i == (size_t)minus) return otherwise;
  return minus ? -number : number;
}

// Several texts as one.
static m_str m_join(const m_str *parts, size_t n) {
  size_t length = 0;
  for (size_t i = 0; i < n; i++) length += parts[i].n;
  char *text = (char *)m_alloc(length), *at = text;
  for (size_t i = 0; i < n; at += parts[i++].n) memcpy(at, parts[i].p, parts[i].n);
  return (m_str){ text, length };
}
#define M_JOIN(...) m_join((const m_str[]){ __VA_ARGS__ }, sizeof((const m_str[]){ __VA_ARGS__ }) / sizeof(m_str))

// A number as text.
static m_str m_number(int64_t value) {
  char *text = (char *)m_alloc(24), *at = text + 24;
  uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do *--at = (char)('0' + left % 10);
  while (left /= 10);
  if (value < 0) *--at = '-';
  return (m_str){ at, (size_t)(text + 24 - at) };
}

static void m_push(m_out *out, m_finding finding) {
  if (out->n == out->cap) {
    out->cap = out->cap ? out->cap * 2 : 64;
    m_finding *more = (m_finding *)m_alloc(out->cap * sizeof finding);
    if (out->n) memcpy(more, out->p, out->n * sizeof finding);
    out->p = more;
  }
  out->p[out->n++] = finding;
}

// The canonical ABI: how the host calls.
static size_t m_ret[5];

M_EXPORT("cabi_realloc") void *m_realloc(void *old, size_t old_n, size_t align, size_t n) {
  if (!n) return (void *)align;
  void *p = m_alloc(n);
  if (old_n) memcpy(p, old, old_n);
  return p;
}

M_EXPORT("muster:rule/check@1.0.0#describe") void *m_describe(void) {
  m_ret[0] = (size_t)rules;
  m_ret[1] = rules_n;
  return m_ret;
}

M_EXPORT("muster:rule/check@1.0.0#evaluate")
void *m_evaluate(const char *rule, size_t rule_n, const char *params, size_t params_n, uint64_t now, const char *text, size_t text_n,
                 const uint32_t *ends, size_t ends_n) {
  (void)text_n;
  m_doc *batch = (m_doc *)m_alloc(ends_n / 4 * sizeof *batch);
  m_str *part = (m_str *)batch;
  size_t at = 0;
  for (size_t i = 0; i < ends_n; at = ends[i++]) part[i] = (m_str){ text + at, ends[i] - at };
  m_out out = evaluate((m_str){ rule, rule_n }, (m_str){ params, params_n }, now, batch, ends_n / 4);
  m_ret[0] = 0;
  m_ret[1] = (size_t)out.p;
  m_ret[2] = out.n;
  return m_ret;
}

#ifdef __cplusplus
}
#endif
