package qemu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

const (
	// drainGrace is how long output may take to be written once the machine was stopped from outside.
	drainGrace = 2 * time.Second
	// maxMessages bounds what is kept of QEMU's own messages, in bytes.
	maxMessages = 16 << 10
)

// errTimeLimit is the internal cause of a run's end by Config.Timeout.
var errTimeLimit = errors.New("time limit")

// Run boots the image and waits for the machine to end. It returns the guest's exit status, 0 to 255, after
// all its output has been written. Otherwise the status is -1 and the error is a *TimeoutError, a *RebootError, a
// *CrashError, the cause of ctx's end, a failure of one of Config's streams, or a mistake in c. The machine is
// gone when Run returns.
func Run(ctx context.Context, c Config) (status int, err error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return -1, fmt.Errorf("qemu: %w", err)
	}
	program, err := exec.LookPath(c.Program)
	if err != nil {
		return -1, fmt.Errorf("qemu: %w; to install it: apt-get install qemu-system-x86", err)
	}
	c.Program = program
	if sameWriter(c.Stdout, c.Stderr) {
		var mu sync.Mutex
		c.Stdout, c.Stderr = lockedWriter{&mu, c.Stdout}, lockedWriter{&mu, c.Stderr}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if c.Timeout > 0 {
		timer := time.AfterFunc(c.Timeout, func() { stop(errTimeLimit) })
		defer timer.Stop()
	}
	in := newInput(c.Stdin)
	for {
		status, err := runOnce(ctx, c, in)
		if rebooted := (*RebootError)(nil); !c.Reboot || !errors.As(err, &rebooted) {
			return status, err
		}
	}
}

// runOnce is the run from one start of the machine to the next.
func runOnce(ctx context.Context, c Config, in *input) (status int, err error) {
	m, err := newMachine(c)
	if err != nil {
		return -1, fmt.Errorf("qemu: %w", err)
	}
	defer m.close()
	return m.run(ctx, in)
}

// A machine is one run of QEMU.
type machine struct {
	config   Config
	com      [3]*serialLine
	monitor  *serialLine // for a screenshot; otherwise nil
	log      *logWriter
	messages limitedBuffer // of QEMU itself
	stop     context.CancelCauseFunc
	outputs  sync.WaitGroup // the goroutines that read from the serial lines
	ready    chan struct{}  // closed when the guest takes input
	guest    ending         // what the control line says; valid when outputs are done
}

func newMachine(c Config) (*machine, error) {
	m := &machine{config: c, log: &logWriter{out: c.Stderr}, messages: limitedBuffer{limit: maxMessages}, ready: make(chan struct{})}
	for i := range m.com {
		line, err := newSerialLine(fmt.Sprintf("COM%d", i+1))
		if err != nil {
			m.close()
			return nil, err
		}
		m.com[i] = line
	}
	if c.Screenshot != "" {
		line, err := newSerialLine("monitor")
		if err != nil {
			m.close()
			return nil, err
		}
		m.monitor = line
	}
	return m, nil
}

// lines are all lines to QEMU.
func (m *machine) lines() []*serialLine {
	if m.monitor == nil {
		return m.com[:]
	}
	return append(m.com[:], m.monitor)
}

// sameWriter compares two Writers, whose types may be such that comparing them panics.
func sameWriter(a, b io.Writer) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return a == b
}

func (m *machine) close() {
	for _, line := range m.lines() {
		if line != nil {
			line.close()
		}
	}
}

func (m *machine) run(parent context.Context, in *input) (int, error) {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	m.stop = stop
	// Where QEMU is told to die with the thread that started it, that thread must live until then.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := m.command(ctx)
	if err := cmd.Start(); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return -1, m.stopped(cause) // between two starts of the machine
		}
		return -1, fmt.Errorf("qemu: %w", err)
	}
	for _, line := range m.lines() {
		line.guest.Close() // QEMU has its own; ours would keep the line open
	}
	m.connect()
	endInput := m.feed(parent, in)
	// The error of Wait repeats the process's state or ctx's, which are looked at below.
	_ = cmd.Wait()
	drained := m.drain(ctx)
	endInput()
	return m.result(ctx, cmd.ProcessState, drained)
}

func (m *machine) command(ctx context.Context) *exec.Cmd {
	const firstExtraFD = 3 // behind standard input, output and error
	var lines []string
	var files []*os.File
	for i, line := range m.com {
		lines = append(lines, fmt.Sprintf("socket,id=com%d,fd=%d", i+1, firstExtraFD+i))
		files = append(files, line.guest)
	}
	args := m.config.command(lines...)
	if m.monitor != nil {
		args = append(args, screenshotArgs(fmt.Sprintf("socket,id=monitor,fd=%d", firstExtraFD+len(files)))...)
		files = append(files, m.monitor.guest)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.ExtraFiles = files
	cmd.Stdout, cmd.Stderr = &m.messages, &m.messages
	cmd.WaitDelay = drainGrace
	dieWithParent(cmd)
	return cmd
}

// connect starts the goroutines that move bytes from the serial lines to the configured streams.
func (m *machine) connect() {
	m.outputs.Go(func() { m.copyOutput("standard output", m.config.Stdout, m.com[0].host) })
	m.outputs.Go(func() { m.copyOutput("standard error", m.log, m.com[1].host) })
	m.outputs.Go(func() { m.obeyControl(m.com[2].host) })
	if m.monitor != nil {
		m.outputs.Go(func() {
			if err := m.screenshot(m.monitor.host); err != nil {
				m.fail(fmt.Errorf("screenshot: %w", err))
			}
		})
	}
}

// feed starts the goroutine that moves bytes from standard input, which lasts as long as ctx, to the machine. It returns
// what ends it once QEMU has ended.
func (m *machine) feed(ctx context.Context, in *input) (end func()) {
	powered, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		select {
		case <-m.ready:
			in.start(ctx)
			m.copyInput(powered, in)
		case <-powered.Done():
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}

func (m *machine) copyOutput(name string, to io.Writer, line io.Reader) {
	reader := &lineReader{line: line}
	if _, err := io.Copy(to, reader); err != nil {
		m.fail(fmt.Errorf("%s: %w", name, err))
	}
}

// A streamError is the cause of a run's end when bytes got lost on the way.
type streamError struct{ err error }

func (e *streamError) Error() string { return e.err.Error() }
func (e *streamError) Unwrap() error { return e.err }

func (m *machine) fail(err error) { m.stop(&streamError{err}) }

// obeyControl keeps reading when it knows how the guest ends, lest the guest waits to write more.
func (m *machine) obeyControl(line io.Reader) {
	var err error
	ready := sync.OnceFunc(func() { close(m.ready) })
	if m.guest, err = readControl(line, ready); err != nil {
		m.fail(err)
	}
	_, _ = io.Copy(io.Discard, line)
}

// A lineReader reads a serial line. However the line ends, it is the end of the machine.
type lineReader struct{ line io.Reader }

func (r *lineReader) Read(p []byte) (int, error) {
	n, err := r.line.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

// copyInput returns when standard input or the machine has ended.
func (m *machine) copyInput(ctx context.Context, in *input) {
	var count int64
	for {
		select {
		case chunk, ok := <-in.chunks:
			if !ok {
				m.finishInput(in.err, count)
				return
			}
			n, err := m.com[0].host.Write(chunk)
			if err != nil {
				return // the machine has ended
			}
			count += int64(n)
		case <-ctx.Done():
			return
		}
	}
}

// finishInput tells the guest that standard input has ended after count bytes, or ends the run because it has failed.
func (m *machine) finishInput(err error, count int64) {
	if err != nil {
		m.fail(fmt.Errorf("standard input: %w", err))
		return
	}
	// If this fails, the machine has ended.
	_, _ = io.WriteString(m.com[2].host, endOfInput(count))
}

// drain waits until all output has been written, and reports whether it was: a reader that takes nothing must
// not hold up a run that was stopped.
func (m *machine) drain(ctx context.Context) bool {
	done := make(chan struct{})
	go func() {
		m.outputs.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	select {
	case <-done:
		return true
	case <-time.After(drainGrace):
		return false
	}
}

// result tells how the run ended. A machine that ended by itself, with nothing lost, ended well even if the
// run was to be stopped at that very moment.
func (m *machine) result(ctx context.Context, state *os.ProcessState, drained bool) (int, error) {
	cause := context.Cause(ctx)
	if failed := (*streamError)(nil); drained && !errors.As(cause, &failed) {
		if status, ok := m.status(state); ok {
			return status, nil
		}
	}
	switch {
	case cause != nil:
		return -1, m.stopped(cause)
	case m.guest.reboot && state.ExitCode() == 0:
		return -1, &RebootError{LastLog: m.log.lastLine()}
	}
	return -1, &CrashError{State: state.String(), LastLog: m.log.lastLine(), Message: m.messages.buf.String()}
}

// stopped is the error of a run that was stopped.
func (m *machine) stopped(cause error) error {
	if errors.Is(cause, errTimeLimit) {
		return &TimeoutError{Limit: m.config.Timeout, LastLog: m.log.lastLine()}
	}
	return fmt.Errorf("qemu: %w", cause)
}

// status returns the guest's exit status, if there is one; see the package comment.
func (m *machine) status(state *os.ProcessState) (status int, ok bool) {
	code := state.ExitCode() // -1 if a signal ended QEMU
	switch {
	case code < 0:
		return 0, false
	case m.guest.said && !m.guest.reboot:
		return m.guest.status, true
	case code&1 == 1 && code>>1 > 0:
		return code >> 1, true
	}
	return 0, false
}
