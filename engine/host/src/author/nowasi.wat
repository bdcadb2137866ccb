;; WASI 0.1 answered without a host: clock 1 s (Go refuses 0), random a fixed stream, no arguments, no environment, no files, output
;; swallowed. Given to the component encoder as the adapter of `wasi_snapshot_preview1`, so that the finished component imports nothing of WASI.
;; `nowasi.wasm` beside this is what a test makes of it (`UPDATE=1` writes it).
(module
  (import "env" "memory" (memory 0))
  (func (export "args_get") (param i32 i32) (result i32) i32.const 0)
  (func (export "args_sizes_get") (param i32 i32) (result i32)
    (i32.store (local.get 0) (i32.const 0))
    (i32.store (local.get 1) (i32.const 0))
    i32.const 0)
  (func (export "environ_get") (param i32 i32) (result i32) i32.const 0)
  (func (export "environ_sizes_get") (param i32 i32) (result i32)
    (i32.store (local.get 0) (i32.const 0))
    (i32.store (local.get 1) (i32.const 0))
    i32.const 0)
  (func (export "clock_res_get") (param i32 i32) (result i32) (i64.store (local.get 1) (i64.const 1000)) i32.const 0)
  (func (export "clock_time_get") (param i32 i64 i32) (result i32) (i64.store (local.get 2) (i64.const 1000000000)) i32.const 0)
  (func (export "random_get") (param i32 i32) (result i32) (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get 1)))
        (i32.store8 (i32.add (local.get 0) (local.get $i)) (i32.mul (i32.add (local.get $i) (i32.const 1)) (i32.const 167)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    i32.const 0)
  ;; Says that everything was written: the lengths of the vectors at the second argument, added up.
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32) (local $n i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get 2)))
        (local.set $n (i32.add (local.get $n) (i32.load offset=4 (local.get 1))))
        (local.set 1 (i32.add (local.get 1) (i32.const 8)))
        (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
        (br $next)))
    (i32.store (local.get 3) (local.get $n))
    i32.const 0)
  (func (export "fd_read") (param i32 i32 i32 i32) (result i32) (i32.store (local.get 3) (i32.const 0)) i32.const 0)
  ;; 8 is EBADF: there is no such descriptor.
  (func (export "fd_close") (param i32) (result i32) i32.const 8)
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32) i32.const 8)
  (func (export "fd_fdstat_get") (param i32 i32) (result i32) i32.const 8)
  (func (export "fd_fdstat_set_flags") (param i32 i32) (result i32) i32.const 8)
  (func (export "fd_prestat_get") (param i32 i32) (result i32) i32.const 8)
  (func (export "fd_prestat_dir_name") (param i32 i32 i32) (result i32) i32.const 8)
  (func (export "poll_oneoff") (param i32 i32 i32 i32) (result i32) (i32.store (local.get 3) (i32.const 0)) i32.const 0)
  (func (export "sched_yield") (result i32) i32.const 0)
  (func (export "proc_exit") (param i32) unreachable))
