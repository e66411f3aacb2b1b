package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// timed is a stage of a boot, and when it was reached.
type timed struct {
	stage string
	at    time.Duration // since the loader was entered
}

// booted is a boot until its first program: the stages, and how long all of it took, the start of QEMU and its firmware
// included.
type booted struct {
	stages []timed
	total  time.Duration
}

// lastStage is that after which the machine is of no more interest.
const lastStage = "program"

// boot boots an image, and ends the machine when its first program runs.
func boot(ctx context.Context, witgen, image string, cpus int) (b booted, err error) {
	const patience = time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, witgen, "image", "run", image, "--cpus", strconv.Itoa(cpus))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	log, err := cmd.StderrPipe()
	if err != nil {
		return booted{}, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return booted{}, err
	}
	b.stages, err = readStages(log)
	b.total = time.Since(start)
	cancel()
	_, _ = io.Copy(io.Discard, log)
	// How a machine ends that is stopped says nothing.
	_ = cmd.Wait()
	return b, err
}

// readStages reads the log of a machine up to its last stage.
func readStages(log io.Reader) (stages []timed, err error) {
	var text strings.Builder
	for lines := bufio.NewScanner(log); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		s, ok := readStage(lines.Text())
		if !ok {
			continue
		}
		stages = append(stages, s)
		if s.stage == lastStage {
			return stages, nil
		}
	}
	return nil, fmt.Errorf("the machine has not come to its first program:\n%s", text.String())
}

// readStage reads a line of the log such as "  kernel     123.4 ms".
func readStage(line string) (s timed, ok bool) {
	words := strings.Fields(line)
	if !strings.HasPrefix(line, "  ") || len(words) != 3 || words[2] != "ms" {
		return timed{}, false
	}
	ms, err := strconv.ParseFloat(words[1], 64)
	return timed{words[0], time.Duration(ms * float64(time.Millisecond))}, err == nil
}
