package qemu

import (
	"fmt"
	"strings"
	"time"
)

// A TimeoutError says that the machine ran into Config.Timeout and was stopped.
type TimeoutError struct {
	Limit   time.Duration
	LastLog string // the last line of the log, without its end; may be empty
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("qemu: the virtual machine was stopped after its time limit of %v%s", e.Limit, lastLog(e.LastLog))
}

// Timeout reports true, as for other errors that have this method.
func (e *TimeoutError) Timeout() bool { return true }

// A RebootError says that the guest has restarted the machine, and Config.Reboot is not set.
type RebootError struct {
	LastLog string // the last line of the log, without its end; may be empty
}

func (e *RebootError) Error() string {
	return "qemu: the virtual machine was restarted by the guest" + lastLog(e.LastLog)
}

// A CrashError says that the machine ended, but the guest did not say so: a triple fault, a reset or a
// power-off without a word, or a failure of QEMU itself.
type CrashError struct {
	State   string // how QEMU ended, such as "exit status 0" or "signal: killed"
	LastLog string // the last line of the log, without its end; may be empty
	Message string // what QEMU itself had to say; may be empty
}

func (e *CrashError) Error() string {
	message := ""
	if e.Message != "" {
		message = ": " + strings.TrimSpace(e.Message)
	}
	return fmt.Sprintf("qemu: the virtual machine ended without a status of the guest (%s)%s%s", e.State, message, lastLog(e.LastLog))
}

func lastLog(line string) string {
	if line == "" {
		return "; its log is empty"
	}
	return fmt.Sprintf("; its log ends with %q", line)
}
