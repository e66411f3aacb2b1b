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

// readControl reads the guest's lines until one has a status. It calls ready when the guest asks for input;
// ok is false if the lines ended without a status, which is the end of the machine, however a socket reports
// that. Lines it does not know are for later versions, and skipped.
func readControl(r io.Reader, ready func()) (status int, ok bool, err error) {
	in := bufio.NewReaderSize(r, maxControlLine)
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return 0, false, nil
		}
		verb, argument, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		switch verb {
		case "ready":
			ready()
		case "exit":
			status, err := strconv.Atoi(argument)
			if err != nil || status < 0 || status > 255 {
				return 0, false, fmt.Errorf("control line: %.40q is not a status from 0 to 255", argument)
			}
			return status, true, nil
		}
	}
}

// endOfInput is the line that tells the guest that standard input had count bytes.
func endOfInput(count int64) string {
	return fmt.Sprintf("eof %d\n", count)
}
