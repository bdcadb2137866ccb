// Glue between Zig and muster:rule@1.0.0. Nothing is freed: every call has an instance of its own, which the host drops.
const std = @import("std");

/// Text that lies somewhere in memory, as the canonical ABI has it.
pub const Str = extern struct {
    p: [*]const u8,
    n: usize,

    pub fn of(text: []const u8) Str {
        return .{ .p = text.ptr, .n = text.len };
    }
    pub fn get(text: Str) []const u8 {
        return text.p[0..text.n];
    }
};

/// A rule: its id, and JSON by schema rule@1.
pub const Rule = extern struct { id: Str, body: Str };
/// A document: kind, key by which findings name it, ACCOUNT/REGION, and canonical JSON.
pub const Document = extern struct { kind: Str, key: Str, scope: Str, body: Str };
/// A finding: key of a document, "pass", "fail" or "unknown", one line, and a JSON object of evidence (or nothing).
pub const Finding = extern struct { subject: Str, verdict: Str, message: Str, body: Str };

/// Where everything is allocated.
pub var arena: std.heap.ArenaAllocator = .init(std.heap.wasm_allocator);
var ret: [5]usize = undefined;

fn realloc(old: [*]u8, old_n: usize, alignment: usize, n: usize) callconv(.c) [*]u8 {
    if (n == 0) return @ptrFromInt(alignment);
    const bytes = arena.allocator().alignedAlloc(u8, .@"8", n) catch @trap();
    if (old_n > 0) @memcpy(bytes[0..old_n], old[0..old_n]);
    return bytes.ptr;
}

/// Makes a pack of rules and one function: `fn ([]const u8, []const u8, u64, []const Document) ![]const Finding`, called with a
/// rule's id, its parameters as JSON, the time in seconds since 1970, and the documents. An error makes them errored.
pub fn pack(comptime rules: []const Rule, comptime evaluate: anytype) void {
    const Glue = struct {
        fn describe() callconv(.c) *anyopaque {
            ret[0] = @intFromPtr(rules.ptr);
            ret[1] = rules.len;
            return &ret;
        }

        fn call(rule: [*]const u8, rule_n: usize, params: [*]const u8, params_n: usize, now: u64, text: [*]const u8, _: usize, ends: [*]const u32, ends_n: usize) callconv(.c) *anyopaque {
            const batch = arena.allocator().alloc(Document, ends_n / 4) catch @trap();
            const parts: [*]Str = @ptrCast(batch.ptr);
            var at: usize = 0;
            for (ends[0..ends_n], 0..) |end, i| {
                parts[i] = .{ .p = text + at, .n = end - at };
                at = end;
            }
            if (evaluate(rule[0..rule_n], params[0..params_n], now, batch)) |findings| {
                const found: []const Finding = findings;
                ret = .{ 0, @intFromPtr(found.ptr), found.len, 0, 0 };
            } else |err| {
                const name = @errorName(err);
                ret = .{ 1, @intFromPtr("bad-input".ptr), 9, @intFromPtr(name.ptr), name.len };
            }
            return &ret;
        }
    };
    @export(&realloc, .{ .name = "cabi_realloc" });
    @export(&Glue.describe, .{ .name = "muster:rule/check@1.0.0#describe" });
    @export(&Glue.call, .{ .name = "muster:rule/check@1.0.0#evaluate" });
}
