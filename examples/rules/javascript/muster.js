// Glue between JavaScript and muster:rule@1.0.0: documents out of one text, rules out of an object.

/** Makes what a pack exports of `{id: {about, evaluate(params, now, documents)}}`; `evaluate` answers a list of findings. */
export const pack = (rules) => ({
  describe: () => Object.entries(rules).map(([id, { about }]) => ({ id, body: JSON.stringify(about) })),
  evaluate(rule, params, now, batch) {
    try {
      return rules[rule].evaluate(JSON.parse(params), Number(now), documents(batch)).map(finding);
    } catch (error) {
      throw { code: 'internal', message: String(error) };
    }
  },
});

/** A document is `{kind, key, scope, body}`, the body read from JSON. */
function documents({ text, ends }) {
  const all = [];
  for (let i = 0, at = 0; i < ends.length; at = ends[i + 3], i += 4) {
    const [kind, key, scope] = [text.slice(at, ends[i]), text.slice(ends[i], ends[i + 1]), text.slice(ends[i + 1], ends[i + 2])];
    all.push({ kind, key, scope, body: JSON.parse(text.slice(ends[i + 2], ends[i + 3])) });
  }
  return all;
}

const finding = ({ subject, verdict, message = '', evidence }) => ({ subject, verdict, message, body: evidence ? JSON.stringify(evidence) : '' });

/** `pass(document)`, `fail(document, message, evidence)`, `unknown(document, message)`. */
export const pass = (document, evidence) => ({ subject: document.key, verdict: 'pass', evidence });
export const fail = (document, message, evidence) => ({ subject: document.key, verdict: 'fail', message, evidence });
export const unknown = (document, message) => ({ subject: document.key, verdict: 'unknown', message });
