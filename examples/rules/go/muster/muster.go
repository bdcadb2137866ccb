// Package muster is the glue between Go and muster:rule@1.0.0. It needs nothing but the standard library.
package muster

import (
	"encoding/json"
	"runtime"
	"unsafe"
)

// Document is one resource: its kind, the key by which findings name it, ACCOUNT/REGION, and JSON.
type Document struct{ Kind, Key, Scope, Body string }

// Finding is a verdict ("pass", "fail" or "unknown") on the document with key Subject, with a JSON object of evidence or nothing.
type Finding struct{ Subject, Verdict, Message, Evidence string }

// Rule is what a pack says of a rule, JSON by schema rule@1, and how it judges: params is JSON, now in seconds since 1970.
type Rule struct {
	About    string
	Evaluate func(params string, now uint64, batch []Document) ([]Finding, error)
}

// Rules of the pack by id, set by the author's init.
var Rules map[string]Rule

// Evidence is v as JSON.
func Evidence(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// A string as the canonical ABI has it.
type str struct{ at, length uint32 }

// What the host holds while a call lasts must not move or go.
var given, answered runtime.Pinner

func read(s str) string {
	return unsafe.String((*byte)(unsafe.Pointer(uintptr(s.at))), s.length)
}

func put(text string) str {
	p := unsafe.StringData(text)
	if p != nil {
		answered.Pin(p)
	}
	return str{uint32(uintptr(unsafe.Pointer(p))), uint32(len(text))}
}

//go:wasmexport cabi_realloc
func realloc(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	if size == 0 {
		return unsafe.Pointer(uintptr(align))
	}
	words := make([]uint64, (size+7)/8)
	p := unsafe.Pointer(&words[0])
	given.Pin(p)
	if oldSize != 0 {
		copy(unsafe.Slice((*byte)(p), size), unsafe.Slice((*byte)(old), oldSize))
	}
	return p
}

var answer [5]uint32

func ids() []string {
	all := make([]string, 0, len(Rules))
	for id := range Rules {
		all = append(all, id)
	}
	for i := range all { // few; the order of a map is another each time
		for j := i; j > 0 && all[j] < all[j-1]; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	return all
}

//go:wasmexport muster:rule/check@1.0.0#describe
func describe() unsafe.Pointer {
	all := ids()
	out := make([][2]str, len(all)+1)
	answered.Pin(&out[0])
	for i, id := range all {
		out[i] = [2]str{put(id), put(Rules[id].About)}
	}
	answer[0], answer[1] = uint32(uintptr(unsafe.Pointer(&out[0]))), uint32(len(all))
	return unsafe.Pointer(&answer)
}

//go:wasmexport cabi_post_muster:rule/check@1.0.0#describe
func describePost(unsafe.Pointer) { release() }

//go:wasmexport muster:rule/check@1.0.0#evaluate
func evaluate(rule, ruleLength, params, paramsLength uint32, now uint64, text, textLength, ends, count uint32) unsafe.Pointer {
	whole, at := read(str{text, textLength}), uint32(0)
	batch := make([]Document, count/4)
	for i, e := range unsafe.Slice((*[4]uint32)(unsafe.Pointer(uintptr(ends))), count/4) {
		batch[i] = Document{whole[at:e[0]], whole[e[0]:e[1]], whole[e[1]:e[2]], whole[e[2]:e[3]]}
		at = e[3]
	}
	found, err := Rules[read(str{rule, ruleLength})].Evaluate(read(str{params, paramsLength}), now, batch)
	if err != nil {
		code, message := put("internal"), put(err.Error())
		answer = [5]uint32{1, code.at, code.length, message.at, message.length}
		return unsafe.Pointer(&answer)
	}
	out := make([][4]str, len(found)+1)
	answered.Pin(&out[0])
	for i, f := range found {
		out[i] = [4]str{put(f.Subject), put(f.Verdict), put(f.Message), put(f.Evidence)}
	}
	answer = [5]uint32{0, uint32(uintptr(unsafe.Pointer(&out[0]))), uint32(len(found))}
	return unsafe.Pointer(&answer)
}

//go:wasmexport cabi_post_muster:rule/check@1.0.0#evaluate
func evaluatePost(unsafe.Pointer) { release() }

func release() {
	answered.Unpin()
	given.Unpin()
}
