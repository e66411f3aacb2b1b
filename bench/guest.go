package main

// The guest is a loop that calls its host, encoded here because it is smaller than any tool's output:
//
//	(module
//	  (import "h" "f" (func $f (result i64)))
//	  (func (export "run") (param $n i32)
//	    (block $done (loop $next
//	      (br_if $done (i32.eqz (local.get $n)))
//	      (drop (call $f))
//	      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
//	      (br $next)))))
func loopModule() []byte {
	body := "\x00" + // no locals
		"\x02\x40\x03\x40" + // block loop
		"\x20\x00\x45\x0d\x01" + // br_if $done
		"\x10\x00\x1a" + // call, drop
		"\x20\x00\x41\x01\x6b\x21\x00" + // n = n - 1
		"\x0c\x00" + // br $next
		"\x0b\x0b\x0b"
	return []byte("\x00asm\x01\x00\x00\x00" +
		section(1, "\x02\x60\x00\x01\x7e\x60\x01\x7f\x00") +
		section(2, "\x01"+name(hostModule)+name(hostFunc)+"\x00\x00") +
		section(3, "\x01\x01") +
		section(7, "\x01"+name("run")+"\x00\x01") +
		section(10, "\x01"+name(body)))
}

// hostModule and hostFunc are where the module imports its host function from.
const hostModule, hostFunc = "h", "f"

// loopComponent wraps the module: it imports wasi:clocks/monotonic-clock, lowers its function resolution for
// the module, and exports the lifted run.
func loopComponent() []byte {
	const clock, function = "wasi:clocks/monotonic-clock@0.2.0", "resolution"
	return []byte("\x00asm\x0d\x00\x01\x00" +
		section(7, "\x01\x42\x02"+ // an instance type:
			"\x01\x40\x00\x00\x77"+ // (type (func (result u64)))
			"\x04\x00"+name(function)+"\x01\x00") + // (export "resolution" (func (type 0)))
		section(10, "\x01\x00"+name(clock)+"\x05\x00") + // import the instance
		section(6, "\x01\x01\x00\x00"+name(function)) + // alias its function
		section(8, "\x01\x01\x00\x00\x00") + // canon lower
		section(1, string(loopModule())) +
		section(2, "\x02"+ // core instances:
			"\x01\x01"+name(hostFunc)+"\x00\x00"+ // the lowered function under its name
			"\x00\x00\x01"+name(hostModule)+"\x12\x00") + // the module, with that
		section(6, "\x01\x00\x00\x01\x01"+name("run")) + // alias the module's export
		section(7, "\x01\x40\x01"+name("n")+"\x79\x01\x00") + // (type (func (param "n" u32)))
		section(8, "\x01\x00\x00\x01\x00\x01") + // canon lift
		section(11, "\x01\x00"+name("run")+"\x01\x01\x00")) // export
}

func section(id byte, body string) string { return string(rune(id)) + name(body) }

// name is a string with its length before it; all are short or shorter than two bytes of length can tell.
func name(s string) string {
	if len(s) < 0x80 {
		return string([]byte{byte(len(s))}) + s
	}
	return string([]byte{byte(len(s)) | 0x80, byte(len(s) >> 7)}) + s
}
