package qemu

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// This file takes a picture of the screen when the machine ends. QEMU must not end before that, so there is no exit
// device then: the guest turns the machine off or resets it, QEMU stops and says so on its monitor, in the JSON lines
// of its machine protocol (QMP), and is told to write the picture and to end.

// maxMonitor bounds what is read from the monitor in all, in bytes: a run takes a few lines.
const maxMonitor = 1 << 20

// screenshotArgs are the arguments that go with Config.Screenshot. The monitor is the end of a line in the syntax of
// -chardev.
func screenshotArgs(monitor string) []string {
	return []string{"-no-shutdown", "-chardev", monitor, "-mon", "chardev=monitor,mode=control"}
}

// pictureFormat is how a picture is written to a file of some name.
func pictureFormat(name string) string {
	if strings.EqualFold(filepath.Ext(name), ".png") {
		return "png"
	}
	return "ppm"
}

// monitor is QEMU's monitor.
type monitor struct {
	out io.Writer
	in  *json.Decoder
}

// message is what QEMU says: the greeting, the result of a command, or an event.
type message struct {
	Event  string          `json:"event"`
	Return json.RawMessage `json:"return"`
	Error  *struct {
		Description string `json:"desc"`
	} `json:"error"`
}

// screenshot waits until the machine has stopped, writes the picture, and ends QEMU. A monitor that ends before that
// is the end of a machine that was stopped from outside.
func (m *machine) screenshot(line io.ReadWriter) error {
	name, err := filepath.Abs(m.config.Screenshot)
	if err != nil {
		return err
	}
	mon := &monitor{out: line, in: json.NewDecoder(io.LimitReader(line, maxMonitor))}
	if err := mon.execute("qmp_capabilities", nil); err != nil {
		return monitorEnd(err)
	}
	if err := mon.stopped(); err != nil {
		return monitorEnd(err)
	}
	failed := mon.execute("screendump", map[string]any{"filename": name, "format": pictureFormat(name)})
	// QEMU has nothing more to do, whatever became of the picture.
	if err := mon.execute("quit", nil); failed == nil {
		failed = err
	}
	return monitorEnd(failed)
}

// monitorEnd makes nothing of the end of the monitor, whichever way the connection reports that.
func monitorEnd(err error) error {
	if failed := (*commandError)(nil); errors.As(err, &failed) {
		return err
	}
	return nil
}

type commandError struct{ command, description string }

func (e *commandError) Error() string {
	return fmt.Sprintf("QEMU's monitor refuses %s: %s", e.command, e.description)
}

// execute runs a command. Events that come before its result are skipped.
func (mon *monitor) execute(command string, arguments map[string]any) error {
	text, err := json.Marshal(struct {
		Execute   string         `json:"execute"`
		Arguments map[string]any `json:"arguments,omitempty"`
	}{command, arguments})
	if err != nil {
		return err
	}
	if _, err := mon.out.Write(append(text, '\n')); err != nil {
		return err
	}
	for {
		var msg message
		if err := mon.in.Decode(&msg); err != nil {
			return err
		}
		switch {
		case msg.Error != nil:
			return &commandError{command, msg.Error.Description}
		case msg.Return != nil:
			return nil
		}
	}
}

// stopped waits for the guest to turn the machine off, or to reset it.
func (mon *monitor) stopped() error {
	for {
		var msg message
		if err := mon.in.Decode(&msg); err != nil {
			return err
		}
		if msg.Event == "SHUTDOWN" {
			return nil
		}
	}
}
