package metal

import (
	"flag"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// way says how TestEnd is to end the machine. Package endtest sets it, and looks at what
// can be seen from outside.
var way = flag.String("way", "", "how to end the machine")

// ways are the ways to end. Those of the kernel are handlers of a system call that
// there is only in this test.
var ways = map[string]func(*testing.T){
	"exit":         func(*testing.T) { os.Exit(7) },
	"shutdown":     func(*testing.T) { Shutdown(0x12a) },
	"reboot":       func(*testing.T) { Reboot() },
	"panic":        func(*testing.T) { go panicHere(); select {} },
	"kernel fault": func(*testing.T) { inKernel(func(*thread) uintptr { return *at[uintptr](8) }) },
	"kernel bounds": func(*testing.T) {
		inKernel(func(t *thread) uintptr { return unanswered0(int(t.frame.di) + len(unanswered)) })
	},
	"handler without end": func(*testing.T) {
		watchdog.seconds = 1
		inKernel(func(*thread) uintptr { return spin(&active) })
	},
	"dead timer": func(*testing.T) {
		watchdog.seconds = 1
		inKernel(func(*thread) uintptr {
			for i := range cpuCount {
				cpuByIndex(i).timerSet = 0 // as if it were set already
			}
			localAPIC.setTimer(0)
			return 0
		})
		for active {
			runtime.Gosched()
		}
	},
	"reset of a hang": func(*testing.T) {
		watchdog.seconds, watchdog.reboots = 1, true
		inKernel(func(*thread) uintptr { return spin(&active) })
	},
	"out of memory": func(t *testing.T) {
		for {
			p, err := syscall.Mmap(-1, 0, 1<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
			if err != nil {
				t.Fatal(err)
			}
			useUp(p)
		}
	},
	"stack overflow": func(*testing.T) { inKernel(func(*thread) uintptr { return descend(0) }) },
}

func panicHere() { panic("on purpose") }

//go:noinline
func unanswered0(i int) uintptr { return uintptr(unanswered[i]) }

//go:noinline
func useUp(p []byte) {
	for i := 0; i < len(p); i += pageSize {
		p[i] = 1
	}
}

// spin waits for what does not come.
//
//go:noinline
func spin(while *bool) uintptr {
	for *while {
		spinHint()
	}
	return 0
}

// descend uses up any stack.
//
//go:noinline
func descend(n uintptr) uintptr {
	if n == ^uintptr(0) {
		return 0
	}
	return descend(n+1) + 1
}

// inKernel runs a handler.
func inKernel(serve func(*thread) uintptr) {
	const number = 400 // which Linux has not, either
	syscallTable[number] = syscallRow{"test", serve}
	syscall.RawSyscall(number, 0, 0, 0)
}

// TestEnd does not come back.
func TestEnd(t *testing.T) {
	if *way == "" || !active {
		t.Skip("ends the machine for package endtest")
	}
	ways[*way](t)
	t.Fatal("it goes on")
}
