;; The rule every guest of this museum is: a volume of at least `min_size` GiB must be encrypted.
;; By hand, with the one import in use. Bodies are canonical JSON, so searching for text is enough.
(module
  (import "muster:rule/log@1.0.0" "emit" (func $emit (param i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 65536))
  ;; 1024 ec2.volume  1034 "Encrypted":true  1050 "Size":  1057 "min_size":  1068 pass  1072 fail
  ;; 1076 EBS volume is not encrypted  1103 {"size":  1111 debug  1116 judged  1122 ebs-unencrypted
  (data (i32.const 1024) "ec2.volume\"Encrypted\":true\"Size\":\"min_size\":passfailEBS volume is not encrypted{\"size\":debugjudgedebs-unencrypted")
  (data (i32.const 2048) "{\"title\":\"EBS volume is not encrypted\",\"category\":\"security\",\"severity\":\"high\",\"needs\":[{\"kind\":\"ec2.volume\"}]}")

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

  ;; Whether the n bytes at a and b are the same.
  (func $same (param $a i32) (param $b i32) (param $n i32) (result i32)
    (block $no
      (loop $next
        (if (i32.eqz (local.get $n)) (then (return (i32.const 1))))
        (br_if $no (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b))))
        (local.set $a (i32.add (local.get $a) (i32.const 1)))
        (local.set $b (i32.add (local.get $b) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Behind the first place of the word in the text, or 0.
  (func $behind (param $text i32) (param $len i32) (param $word i32) (param $n i32) (result i32)
    (block $no
      (loop $next
        (br_if $no (i32.lt_s (local.get $len) (local.get $n)))
        (if (call $same (local.get $text) (local.get $word) (local.get $n))
          (then (return (i32.add (local.get $text) (local.get $n)))))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $len (i32.sub (local.get $len) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  (func $digit (param $at i32) (result i32)
    (i32.lt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)) (i32.const 10)))
  (func $int (param $at i32) (result i64)
    (local $number i64)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (call $digit (local.get $at))))
        (local.set $number (i64.add (i64.mul (local.get $number) (i64.const 10))
          (i64.extend_i32_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $number))

  ;; {"size":N} with the digits at `at`; its length is left on the stack after its place.
  (func $evidence (param $at i32) (result i32 i32)
    (local $p i32) (local $n i32)
    (local.set $p (call $alloc (i32.const 40)))
    (memory.copy (local.get $p) (i32.const 1103) (i32.const 8))
    (local.set $n (i32.const 8))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (call $digit (local.get $at))))
        (i32.store8 (i32.add (local.get $p) (local.get $n)) (i32.load8_u (local.get $at)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i32.store8 (i32.add (local.get $p) (local.get $n)) (i32.const 125))
    (local.get $p) (i32.add (local.get $n) (i32.const 1)))

  ;; Writes a finding; the text and body of a pass are empty.
  (func $pass (param $out i32) (param $key i32) (param $len i32)
    (i32.store (local.get $out) (local.get $key))
    (i32.store offset=4 (local.get $out) (local.get $len))
    (i32.store offset=8 (local.get $out) (i32.const 1068))
    (i32.store offset=12 (local.get $out) (i32.const 4)))
  (func $fail (param $out i32) (param $key i32) (param $len i32) (param $digits i32)
    (local $p i32) (local $n i32)
    (call $pass (local.get $out) (local.get $key) (local.get $len))
    (i32.store offset=8 (local.get $out) (i32.const 1072))
    (i32.store offset=16 (local.get $out) (i32.const 1076))
    (i32.store offset=20 (local.get $out) (i32.const 27))
    (call $evidence (local.get $digits))
    (local.set $n) (local.set $p)
    (i32.store offset=24 (local.get $out) (local.get $p))
    (i32.store offset=28 (local.get $out) (local.get $n)))

  (func (export "muster:rule/check@1.0.0#describe") (result i32)
    (i32.store (i32.const 64) (i32.const 1122)) (i32.store (i32.const 68) (i32.const 15))
    (i32.store (i32.const 72) (i32.const 2048)) (i32.store (i32.const 76) (i32.const 111))
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 1))
    (i32.const 16))

  (func (export "muster:rule/check@1.0.0#evaluate")
    (param $rule i32) (param $rulelen i32) (param $params i32) (param $paramslen i32) (param $time i64)
    (param $text i32) (param $textlen i32) (param $ends i32) (param $endslen i32) (result i32)
    (local $min i64) (local $i i32) (local $at i32) (local $begin i32) (local $key i32) (local $body i32)
    (local $keylen i32) (local $len i32) (local $size i32) (local $out i32) (local $first i32)
    (local.set $min (call $int (call $behind (local.get $params) (local.get $paramslen) (i32.const 1057) (i32.const 11))))
    (local.set $first (call $alloc (i32.shl (local.get $endslen) (i32.const 3))))
    (local.set $out (local.get $first))
    (local.set $begin (local.get $text))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $endslen)))
        (local.set $at (i32.add (local.get $ends) (i32.shl (local.get $i) (i32.const 2))))
        (local.set $key (i32.add (local.get $text) (i32.load (local.get $at))))
        (local.set $keylen (i32.sub (i32.load offset=4 (local.get $at)) (i32.load (local.get $at))))
        (local.set $body (i32.add (local.get $text) (i32.load offset=8 (local.get $at))))
        (local.set $len (i32.sub (i32.load offset=12 (local.get $at)) (i32.load offset=8 (local.get $at))))
        (if (i32.and
              (i32.eq (i32.sub (local.get $key) (local.get $begin)) (i32.const 10))
              (call $same (local.get $begin) (i32.const 1024) (i32.const 10)))
          (then
            (local.set $size (call $behind (local.get $body) (local.get $len) (i32.const 1050) (i32.const 7)))
            (if (i32.or
                  (i32.ne (call $behind (local.get $body) (local.get $len) (i32.const 1034) (i32.const 16)) (i32.const 0))
                  (i64.lt_s (call $int (local.get $size)) (local.get $min)))
              (then (call $pass (local.get $out) (local.get $key) (local.get $keylen)))
              (else (call $fail (local.get $out) (local.get $key) (local.get $keylen) (local.get $size))))
            (local.set $out (i32.add (local.get $out) (i32.const 32)))))
        (local.set $begin (i32.add (local.get $body) (local.get $len)))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $next)))
    (call $emit (i32.const 1111) (i32.const 5) (i32.const 1116) (i32.const 6))
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (local.get $first))
    (i32.store (i32.const 24) (i32.shr_u (i32.sub (local.get $out) (local.get $first)) (i32.const 5)))
    (i32.const 16)))
