// Glue between AssemblyScript and muster:rule@1.0.0. Text is UTF-8 in linear memory; nothing is freed: every call has an instance of
// its own, which the host drops.

/** How the host asks for memory. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  return size == 0 ? align : old ? heap.realloc(old, size) : heap.alloc(size);
}

function same(at: usize, text: string): bool {
  for (let i = 0; i < text.length; i++) if (load<u8>(at + i) != text.charCodeAt(i)) return false;
  return true;
}

/** ASCII text in linear memory, not copied; JSON where a document's part is JSON. */
export class Str {
  constructor(public at: usize, public length: u32) {}

  is(text: string): bool {
    return this.length == <u32>text.length && same(this.at, text);
  }

  toString(): string {
    return String.UTF8.decodeUnsafe(this.at, this.length);
  }

  /** Where the JSON value ends that begins at `i`. */
  private end(i: u32): u32 {
    let depth = 0, inText = false;
    for (; i < this.length; i++) {
      const c = load<u8>(this.at + i);
      if (inText) {
        if (c == 0x5c) i++;
        else if (c == 0x22) inText = false;
      } else if (c == 0x22) inText = true;
      else if (c == 0x7b || c == 0x5b) depth++;
      else if (c == 0x7d || c == 0x5d) {
        if (depth-- == 0) return i;
      } else if (c == 0x2c && depth == 0) return i;
    }
    return this.length;
  }

  /** The value of a member of this JSON object, or null when there is none. */
  get(member: string): Str | null {
    let i: u32 = 1;
    while (i + 1 < this.length && load<u8>(this.at + i) == 0x22) {
      const from = ++i;
      while (i < this.length && load<u8>(this.at + i) != 0x22) i += load<u8>(this.at + i) == 0x5c ? 2 : 1;
      const found = i - from == <u32>member.length && same(this.at + from, member);
      i += 2; // the quote and the colon
      const end = this.end(i);
      if (found) return new Str(this.at + i, end - i);
      i = end + 1; // the comma
    }
    return null;
  }

  /** A whole number of a member, or `otherwise`. */
  integer(member: string, otherwise: i64): i64 {
    const value = this.get(member);
    return value == null ? otherwise : I64.parseInt(value.toString());
  }

  /** Text of a member without its quotes, escapes left as they are; empty when it is no text. */
  text(member: string): string {
    const value = this.get(member);
    if (value == null || value.length < 2 || load<u8>(value.at) != 0x22) return "";
    return new Str(value.at + 1, value.length - 2).toString();
  }
}

/** A document: kind, key by which findings name it, ACCOUNT/REGION, canonical JSON. */
export class Doc {
  constructor(public kind: Str, public key: Str, public scope: Str, public body: Str) {}
}

/** The documents of a batch. */
export function documents(text: usize, ends: usize, count: u32): Doc[] {
  const all: Doc[] = [];
  let at: u32 = 0;
  for (let i: u32 = 0; i + 3 < count; i += 4) {
    const parts: Str[] = [];
    for (let part: u32 = 0; part < 4; part++) {
      const end = load<u32>(ends + ((i + part) << 2));
      parts.push(new Str(text + at, end - at));
      at = end;
    }
    all.push(new Doc(parts[0], parts[1], parts[2], parts[3]));
  }
  return all;
}

function put(at: usize, text: string): void {
  const length = String.UTF8.byteLength(text), to = heap.alloc(<usize>length + 1);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, to);
  store<u32>(at, <u32>to);
  store<u32>(at + 4, <u32>length);
}

/** What `describe` answers for one rule. */
export function describeOne(id: string, about: string): usize {
  const list = heap.alloc(16), answer = heap.alloc(8);
  put(list, id);
  put(list + 8, about);
  store<u32>(answer, <u32>list);
  store<u32>(answer + 4, 1);
  return answer;
}

/** Findings of one call. */
export class Findings {
  private at: usize = 0;
  private room: u32 = 0;
  private length: u32 = 0;

  /** Verdict is pass, fail or unknown; evidence a JSON object, or nothing. */
  push(document: Doc, verdict: string, message: string = "", evidence: string = ""): void {
    if (this.length == this.room) {
      this.room = this.room ? this.room * 2 : 64;
      this.at = this.at ? heap.realloc(this.at, this.room * 32) : heap.alloc(this.room * 32);
    }
    const to = this.at + this.length++ * 32;
    store<u32>(to, <u32>document.key.at);
    store<u32>(to + 4, document.key.length);
    put(to + 8, verdict);
    put(to + 16, message);
    put(to + 24, evidence);
  }

  /** What `evaluate` answers. */
  done(): usize {
    const answer = heap.alloc(20);
    store<u8>(answer, 0);
    store<u32>(answer + 4, <u32>this.at);
    store<u32>(answer + 8, this.length);
    return answer;
  }
}
