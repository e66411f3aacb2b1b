package qemu

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxControlLine bounds what is kept of a line on the control line. The guest may write anything.
const maxControlLine = 128

// An ending is what the guest says of its end.
type ending struct {
	said   bool // it has said something
	reboot bool // it restarts the machine; otherwise it ends with the status
	status int
}

// readControl reads the guest's lines until one is about its end. It calls ready when the guest asks for input.
// Lines that end without are the end of the machine, however a socket reports that. Lines it does not know are for
// later versions, and skipped.
func readControl(r io.Reader, ready func()) (ending, error) {
	in := bufio.NewReaderSize(r, maxControlLine)
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return ending{}, nil
		}
		verb, argument, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		switch verb {
		case "ready":
			ready()
		case "reboot":
			return ending{said: true, reboot: true}, nil
		case "exit":
			status, err := strconv.Atoi(argument)
			if err != nil || status < 0 || status > 255 {
				return ending{}, fmt.Errorf("control line: %.40q is not a status from 0 to 255", argument)
			}
			return ending{said: true, status: status}, nil
		}
	}
}

// endOfInput is the line that tells the guest that standard input had count bytes.
func endOfInput(count int64) string {
	return fmt.Sprintf("eof %d\n", count)
}
