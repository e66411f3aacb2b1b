package kernel

import (
	"fmt"
	"io"
	"sync"
)

// misses are the core modules whose machine code the image should have had. That they were compiled after all is said, since
// nothing else shows why a start has taken so long. Any goroutine may report.
type misses struct {
	mu       sync.Mutex
	reported int64
}

// report says of which programs those were that have come since the last report, if there are any.
func (m *misses) report(w io.Writer, count int64, programs string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := count - m.reported
	if n <= 0 {
		return
	}
	m.reported = count
	fmt.Fprintf(w, "witan: compiled %d core modules of %s: the image has no machine code of them for this CPU\n", n, programs)
}
