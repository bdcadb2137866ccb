;; One guest that does everything, well or badly: the first letter of a document's key says what. The tests put
;; documents together and look at what the host makes of it.
(module
  (import "muster:rule/log@1.0.0" "emit" (func $emit (param i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (table $table 1 funcref)
  (global $heap (mut i32) (i32.const 65536))
  (global $out (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))
  (global $failed (mut i32) (i32.const 0))
  (global $now (mut i64) (i64.const 0))
  ;; 1024 pass  1028 fail  1032 maybe  1037 info  1041 seen  1045 {"why":1}  1054 [1]  1057 not UTF-8
  ;; 1059 bad-params  1069 bad-input  1078 ESC, newline, override  1083 the id
  (data (i32.const 1024) "passfailmaybeinfoseen{\"why\":1}[1]\ff\febad-paramsbad-input\1b\0a\e2\80\aemenagerie")
  (data (i32.const 2048) "{\"title\":\"The menagerie\",\"category\":\"security\",\"severity\":\"high\",\"needs\":[{\"kind\":\"test.thing\"}]}")

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

  (func $say (param $key i32) (param $len i32) (param $word i32) (param $wordlen i32)
    (param $text i32) (param $textlen i32) (param $body i32) (param $bodylen i32)
    (local $at i32)
    (local.set $at (i32.add (global.get $out) (i32.shl (global.get $count) (i32.const 5))))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (local.get $at) (local.get $key))
    (i32.store offset=4 (local.get $at) (local.get $len))
    (i32.store offset=8 (local.get $at) (local.get $word))
    (i32.store offset=12 (local.get $at) (local.get $wordlen))
    (i32.store offset=16 (local.get $at) (local.get $text))
    (i32.store offset=20 (local.get $at) (local.get $textlen))
    (i32.store offset=24 (local.get $at) (local.get $body))
    (i32.store offset=28 (local.get $at) (local.get $bodylen)))

  (func $pass (param i32 i32)
    (call $say (local.get 0) (local.get 1) (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1045) (i32.const 9)))
  (func $fail (param i32 i32)
    (call $say (local.get 0) (local.get 1) (i32.const 1028) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
  (func $log (call $emit (i32.const 1037) (i32.const 4) (i32.const 1041) (i32.const 4)))
  (func $deep (param i32) (result i32) (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $divide (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  ;; Pages that are all zero, or a trap.
  (func $fresh (param $n i32) (result i32)
    (local $old i32)
    (local.set $old (memory.grow (local.get $n)))
    (if (i32.eq (local.get $old) (i32.const -1)) (then unreachable))
    (i32.shl (local.get $old) (i32.const 16)))

  ;; {"a":[0,0,…]} with $count zeros, in memory of its own; its length.
  (global $zeros (mut i32) (i32.const 0))
  (func $fill (param $count i32) (result i32)
    (local $at i32) (local $end i32)
    (if (i32.eqz (global.get $zeros)) (then (global.set $zeros (call $fresh (i32.const 1)))))
    (i64.store (global.get $zeros) (i64.const 0x5b3a2261227b))
    (local.set $at (i32.add (global.get $zeros) (i32.const 6)))
    (local.set $end (i32.add (local.get $at) (i32.shl (i32.sub (local.get $count) (i32.const 1)) (i32.const 1))))
    (block $done (loop $more
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (i32.store16 (local.get $at) (i32.const 0x2c30))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (br $more)))
    (i32.store (local.get $at) (i32.const 0x7d5d30))
    (i32.sub (i32.add (local.get $at) (i32.const 3)) (global.get $zeros)))

  (func $one (param $key i32) (param $len i32)
    (local $what i32) (local $n i32)
    (local.set $what (i32.load8_u (local.get $key)))
    ;; p passes, f fails, u says a word of the future, s says nothing
    (if (i32.eq (local.get $what) (i32.const 0x70)) (then (call $pass (local.get $key) (local.get $len))))
    (if (i32.eq (local.get $what) (i32.const 0x66)) (then (call $fail (local.get $key) (local.get $len))))
    (if (i32.eq (local.get $what) (i32.const 0x75)) (then
      (call $say (local.get $key) (local.get $len) (i32.const 1032) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
    ;; q logs one line, v says a message of four bytes, c one of control characters, n tells the low bits of the time
    (if (i32.eq (local.get $what) (i32.const 0x71)) (then (call $log) (call $pass (local.get $key) (local.get $len))))
    (if (i32.eq (local.get $what) (i32.const 0x76)) (then
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 1041) (i32.const 4) (i32.const 0) (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 0x63)) (then
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 1078) (i32.const 5) (i32.const 0) (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 0x6e)) (then
      (if (i64.eqz (i64.and (global.get $now) (i64.const 1)))
        (then (call $pass (local.get $key) (local.get $len)))
        (else (call $fail (local.get $key) (local.get $len))))))
    ;; t traps, l loops, r calls itself, z divides by nothing, o reads beyond its memory
    (if (i32.eq (local.get $what) (i32.const 0x74)) (then unreachable))
    (if (i32.eq (local.get $what) (i32.const 0x6c)) (then (loop $ever (br $ever))))
    (if (i32.eq (local.get $what) (i32.const 0x72)) (then (drop (call $deep (i32.const 0)))))
    (if (i32.eq (local.get $what) (i32.const 0x7a)) (then (drop (call $divide (i32.const 0)))))
    (if (i32.eq (local.get $what) (i32.const 0x6f)) (then (drop (i32.load (i32.const -8)))))
    ;; m takes memory until there is none and gives up, b tables; k takes one page and fails without it, j one element
    (if (i32.eq (local.get $what) (i32.const 0x6d)) (then (loop $more (drop (call $fresh (i32.const 16))) (br $more))))
    (if (i32.eq (local.get $what) (i32.const 0x62)) (then (loop $more
      (if (i32.eq (table.grow $table (ref.null func) (i32.const 1000)) (i32.const -1)) (then unreachable))
      (br $more))))
    (if (i32.eq (local.get $what) (i32.const 0x6b)) (then
      (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1))
        (then (call $fail (local.get $key) (local.get $len)))
        (else (call $pass (local.get $key) (local.get $len))))))
    (if (i32.eq (local.get $what) (i32.const 0x6a)) (then
      (if (i32.eq (table.grow $table (ref.null func) (i32.const 1)) (i32.const -1))
        (then (call $fail (local.get $key) (local.get $len)))
        (else (call $pass (local.get $key) (local.get $len))))))
    ;; x judges what it was not asked about, w judges twice, i is not UTF-8, e has evidence that is no object,
    ;; y points beyond its memory, g logs for ever
    (if (i32.eq (local.get $what) (i32.const 0x78)) (then (call $pass (i32.const 1041) (i32.const 4))))
    (if (i32.eq (local.get $what) (i32.const 0x77)) (then
      (call $pass (local.get $key) (local.get $len)) (call $fail (local.get $key) (local.get $len))))
    (if (i32.eq (local.get $what) (i32.const 0x69)) (then
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 1057) (i32.const 2) (i32.const 0) (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 0x65)) (then
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1054) (i32.const 3))))
    (if (i32.eq (local.get $what) (i32.const 0x79)) (then
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const -16) (i32.const 64) (i32.const 0) (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 0x67)) (then (loop $ever (call $log) (br $ever))))
    ;; h has a message of 100 MiB, a gives one string of 1 MiB in 4,096 findings, L logs a line of 16 MiB
    (if (i32.eq (local.get $what) (i32.const 0x68)) (then
      (local.set $n (call $fresh (i32.const 1600)))
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (local.get $n) (i32.const 104857600) (i32.const 0) (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 0x61)) (then
      (local.set $n (call $fresh (i32.const 16)))
      (global.set $heap (i32.shl (memory.size) (i32.const 16)))
      (global.set $out (call $alloc (i32.const 131072)))
      (global.set $count (i32.const 0))
      (loop $more
        (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (local.get $n) (i32.const 1048576) (i32.const 0) (i32.const 0))
        (br_if $more (i32.lt_u (global.get $count) (i32.const 4096))))))
    (if (i32.eq (local.get $what) (i32.const 0x4c)) (then
      (call $emit (i32.const 1037) (i32.const 4) (call $fresh (i32.const 256)) (i32.const 16777216))))
    ;; E has evidence of 900 zeros, B of 8,000; S has a string of 60,000 bytes for evidence
    (if (i32.eq (local.get $what) (i32.const 0x45)) (then
      (local.set $n (call $fill (i32.const 900)))
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 0) (i32.const 0) (global.get $zeros) (local.get $n))))
    (if (i32.eq (local.get $what) (i32.const 0x42)) (then
      (local.set $n (call $fill (i32.const 8000)))
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 0) (i32.const 0) (global.get $zeros) (local.get $n))))
    (if (i32.eq (local.get $what) (i32.const 0x53)) (then
      (local.set $n (call $fresh (i32.const 1)))
      (memory.fill (local.get $n) (i32.const 0x78) (i32.const 60000))
      (i32.store8 (local.get $n) (i32.const 0x22)) (i32.store8 offset=59999 (local.get $n) (i32.const 0x22))
      (call $say (local.get $key) (local.get $len) (i32.const 1028) (i32.const 4) (i32.const 0) (i32.const 0) (local.get $n) (i32.const 60000))))
    ;; F finds more than two million things
    (if (i32.eq (local.get $what) (i32.const 0x46)) (then
      (global.set $out (call $alloc (i32.const 70400000)))
      (loop $more
        (call $pass (local.get $key) (local.get $len))
        (br_if $more (i32.lt_u (global.get $count) (i32.const 2200000))))))
    ;; d declares bad input, D bad parameters
    (if (i32.eq (local.get $what) (i32.const 0x64)) (then (global.set $failed (i32.const 1069))))
    (if (i32.eq (local.get $what) (i32.const 0x44)) (then (global.set $failed (i32.const 1059)))))

  (func (export "muster:rule/check@1.0.0#describe") (result i32)
    (i32.store (i32.const 64) (i32.const 1083)) (i32.store (i32.const 68) (i32.const 9))
    (i32.store (i32.const 72) (i32.const 2048)) (i32.store (i32.const 76) (i32.const 97))
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 1))
    (i32.const 16))

  (func (export "muster:rule/check@1.0.0#evaluate")
    (param $rule i32) (param $rulelen i32) (param $params i32) (param $paramslen i32) (param $time i64)
    (param $text i32) (param $textlen i32) (param $ends i32) (param $endslen i32) (result i32)
    (local $i i32) (local $at i32)
    (global.set $now (local.get $time))
    (global.set $out (call $alloc (i32.shl (i32.add (local.get $endslen) (i32.const 4)) (i32.const 5))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $endslen)))
      (local.set $at (i32.add (local.get $ends) (i32.shl (local.get $i) (i32.const 2))))
      (call $one
        (i32.add (local.get $text) (i32.load (local.get $at)))
        (i32.sub (i32.load offset=4 (local.get $at)) (i32.load (local.get $at))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (i32.store (i32.const 16) (i32.ne (global.get $failed) (i32.const 0)))
    (if (global.get $failed)
      (then
        (i32.store (i32.const 20) (global.get $failed))
        (i32.store (i32.const 24) (i32.add (i32.const 9) (i32.eq (global.get $failed) (i32.const 1059))))
        (i32.store (i32.const 28) (i32.const 1041)) (i32.store (i32.const 32) (i32.const 4)))
      (else
        (i32.store (i32.const 20) (global.get $out)) (i32.store (i32.const 24) (global.get $count))))
    (i32.const 16)))
