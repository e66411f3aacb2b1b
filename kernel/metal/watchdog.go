package metal

// The watchdog ends a machine that hangs, and says where it does. What it may do is set
// on the command line:
//
//	WITAN_WATCHDOG=off        nothing
//	WITAN_WATCHDOG=30         after 30 seconds write where all CPUs are to the log, and turn the machine off
//	WITAN_WATCHDOG=30,reboot  the same, and start the machine anew
//
// Without it, it is 20 seconds.

// watchdogVariable begins the setting.
const watchdogVariable = "WITAN_WATCHDOG="

const (
	watchdogDefault = 20
	watchdogMost    = 3600
)

// watchdogSetting is what the command line says.
type watchdogSetting struct {
	seconds uint32 // 0 is off
	reboots bool
}

// parseWatchdog reads the value of the setting.
func parseWatchdog(value []byte) (s watchdogSetting, ok bool) {
	const reboot = ",reboot"
	if string(value) == "off" {
		return watchdogSetting{}, true
	}
	if n := len(value) - len(reboot); n > 0 && string(value[n:]) == reboot {
		s.reboots = true
		value = value[:n]
	}
	for _, c := range value {
		if c < '0' || c > '9' || s.seconds > watchdogMost {
			return watchdogSetting{}, false
		}
		s.seconds = s.seconds*10 + uint32(c-'0')
	}
	return s, s.seconds > 0 && s.seconds <= watchdogMost
}

// hang is a reason to end the machine.
type hang uint8

const (
	noHang         hang = iota
	hangInterrupts      // a handler does not come to its end
	hangStarvation      // threads could run, and the CPU does not take them
	hangTimer           // a deadline is over, and nothing has come of it
	hangReasons         // how many there are
)

var hangTexts = [hangReasons]string{
	hangInterrupts: "has kept interrupts off",
	hangStarvation: "has not taken a thread that waits for it",
	hangTimer:      "has missed a deadline",
}

// watched is what the watchdog saw of a CPU at its last visit.
type watched struct {
	handled  uint64 // handlers that had come to their end
	switched uint64 // when a thread was chosen
	deadline uint64 // the next one
	reason   hang
	visits   uint32 // in a row with that reason
}

// visit compares what it sees with what was before, and returns why the CPU hangs, if it
// does, and for how many visits now.
func (w *watched) visit(now watched, inHandler, queued, late bool) (hang, uint32) {
	reason := noHang
	switch {
	case inHandler && now.handled == w.handled:
		reason = hangInterrupts
	case !inHandler && queued && now.switched == w.switched:
		reason = hangStarvation
	case !inHandler && late && now.deadline == w.deadline:
		reason = hangTimer
	}
	visits := uint32(0)
	if reason != noHang {
		visits = 1
		if reason == w.reason {
			visits += w.visits
		}
	}
	*w = now
	w.reason, w.visits = reason, visits
	return reason, visits
}
