// Whose volume is it? A tag says so.
const std = @import("std");
const muster = @import("muster.zig");

const about =
    \\{
    \\  "title": "Volume does not say whose it is",
    \\  "category": "operations",
    \\  "severity": "low",
    \\  "needs": [{"kind": "ec2.volume", "facets": ["tags"]}],
    \\  "params": {"type": "object", "additionalProperties": false, "properties": {
    \\    "tag": {"type": "string", "minLength": 1, "default": "owner", "description": "Key of the tag that must be there"}}},
    \\  "risk": "What nobody owns nobody deletes.",
    \\  "remediation": {"text": "Set the tag.", "command": "aws ec2 create-tags --resources {resource} --tags Key=owner,Value=… --region {region}"}
    \\}
;

const Params = struct { tag: []const u8 };
const Volume = struct { Tags: std.json.ArrayHashMap([]const u8) = .{} };

fn evaluate(_: []const u8, params: []const u8, _: u64, batch: []const muster.Document) ![]const muster.Finding {
    const allocator = muster.arena.allocator();
    const options: std.json.ParseOptions = .{ .ignore_unknown_fields = true };
    const p = try std.json.parseFromSliceLeaky(Params, allocator, params, options);
    var out: std.ArrayList(muster.Finding) = .empty;
    for (batch) |document| {
        const volume = try std.json.parseFromSliceLeaky(Volume, allocator, document.body.get(), options);
        const owner = volume.Tags.map.get(p.tag) orelse "";
        if (owner.len > 0) {
            try out.append(allocator, .{ .subject = document.key, .verdict = .of("pass"), .message = .of(""), .body = .of("") });
        } else {
            const message = try std.fmt.allocPrint(allocator, "no tag `{s}`", .{p.tag});
            try out.append(allocator, .{ .subject = document.key, .verdict = .of("fail"), .message = .of(message), .body = .of("") });
        }
    }
    return out.items;
}

comptime {
    muster.pack(&.{.{ .id = .of("owner-tag"), .body = .of(about) }}, evaluate);
}
