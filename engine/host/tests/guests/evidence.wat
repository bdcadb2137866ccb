;; A guest with much to show: the first letter of a document's key says what evidence it has. E: 900 zeros in a list,
;; B: 8,000, S: a string of 60,000 bytes and no object, anything else: none.
(module
  (memory (export "memory") 4)
  (global $heap (mut i32) (i32.const 262144))
  (global $out (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))
  ;; 1024 fail  2048 a rule  from 65536 on the evidence, rewritten for each document, from 131072 on the string
  (data (i32.const 1024) "failevidence")
  (data (i32.const 2048) "{\"title\":\"Evidence\",\"category\":\"security\",\"severity\":\"high\",\"needs\":[{\"kind\":\"test.thing\"}]}")

  (func $alloc (param $n i32) (result i32)
    (local $p i32) (local $pages i32)
    (local.set $p (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $p) (local.get $n)))
    (local.set $pages (i32.sub
      (i32.shr_u (i32.add (global.get $heap) (i32.const 65535)) (i32.const 16)) (memory.size)))
    (if (i32.gt_s (local.get $pages) (i32.const 0))
      (then (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable))))
    (local.get $p))

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $alloc (local.get 3)))

  (func $fail (param $key i32) (param $len i32) (param $body i32) (param $bodylen i32)
    (local $at i32)
    (local.set $at (i32.add (global.get $out) (i32.shl (global.get $count) (i32.const 5))))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (local.get $at) (local.get $key))
    (i32.store offset=4 (local.get $at) (local.get $len))
    (i32.store offset=8 (local.get $at) (i32.const 1024))
    (i32.store offset=12 (local.get $at) (i32.const 4))
    (i32.store offset=16 (local.get $at) (i32.const 0))
    (i32.store offset=20 (local.get $at) (i32.const 0))
    (i32.store offset=24 (local.get $at) (local.get $body))
    (i32.store offset=28 (local.get $at) (local.get $bodylen)))

  ;; {"a":[0,0,…]} with $count zeros; its length.
  (func $zeros (param $count i32) (result i32)
    (local $at i32) (local $end i32)
    (i64.store (i32.const 65536) (i64.const 0x5b3a2261227b))
    (local.set $at (i32.const 65542))
    (local.set $end (i32.add (local.get $at) (i32.shl (i32.sub (local.get $count) (i32.const 1)) (i32.const 1))))
    (loop $more
      (i32.store16 (local.get $at) (i32.const 0x2c30))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (br_if $more (i32.lt_u (local.get $at) (local.get $end))))
    (i32.store (local.get $at) (i32.const 0x7d5d30))
    (i32.sub (local.get $at) (i32.const 65533)))

  ;; "xxx…"
  (func $string
    (memory.fill (i32.const 131072) (i32.const 0x78) (i32.const 60000))
    (i32.store8 (i32.const 131072) (i32.const 0x22))
    (i32.store8 (i32.const 191071) (i32.const 0x22)))

  (func $one (param $key i32) (param $len i32)
    (local $what i32)
    (local.set $what (i32.load8_u (local.get $key)))
    (if (i32.eq (local.get $what) (i32.const 0x45)) (then
      (return (call $fail (local.get $key) (local.get $len) (i32.const 65536) (call $zeros (i32.const 900))))))
    (if (i32.eq (local.get $what) (i32.const 0x42)) (then
      (return (call $fail (local.get $key) (local.get $len) (i32.const 65536) (call $zeros (i32.const 8000))))))
    (if (i32.eq (local.get $what) (i32.const 0x53)) (then
      (call $string)
      (return (call $fail (local.get $key) (local.get $len) (i32.const 131072) (i32.const 60000)))))
    (call $fail (local.get $key) (local.get $len) (i32.const 0) (i32.const 0)))

  (func (export "muster:rule/check@1.0.0#describe") (result i32)
    (i32.store (i32.const 64) (i32.const 1028)) (i32.store (i32.const 68) (i32.const 8))
    (i32.store (i32.const 72) (i32.const 2048)) (i32.store (i32.const 76) (i32.const 92))
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 1))
    (i32.const 16))

  (func (export "muster:rule/check@1.0.0#evaluate")
    (param $rule i32) (param $rulelen i32) (param $params i32) (param $paramslen i32) (param $time i64)
    (param $text i32) (param $textlen i32) (param $ends i32) (param $endslen i32) (result i32)
    (local $i i32) (local $at i32)
    (global.set $out (call $alloc (i32.shl (i32.add (local.get $endslen) (i32.const 4)) (i32.const 5))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $endslen)))
      (local.set $at (i32.add (local.get $ends) (i32.shl (local.get $i) (i32.const 2))))
      (call $one
        (i32.add (local.get $text) (i32.load (local.get $at)))
        (i32.sub (i32.load offset=4 (local.get $at)) (i32.load (local.get $at))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (global.get $out))
    (i32.store (i32.const 24) (global.get $count))
    (i32.const 16)))
