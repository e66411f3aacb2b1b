// Package peer lets programs that are compared with Witan be measured in processes of their own: what they do to
// signals, threads and memory stays there, and they can be written in any language.
//
// The program says on a line of its standard output what it can do: {"names": ["export/add", …]}. Then it reads
// requests from its standard input, one on a line, {"name": "export/add", "n": 1000}, does that and answers with
// a line: {"elapsed": 12345, "mallocs": 0, "check": 42}, times in nanoseconds, or {"error": "…"}. It ends with its
// input.
package peer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/witan-os/witan/bench/internal/turns"
)

type hello struct {
	Names []string `json:"names"`
	Error string   `json:"error,omitempty"`
}

type request struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

type answer struct {
	turns.Sample
	Error string `json:"error,omitempty"`
}

// Peer is a running program.
type Peer struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	ask   *json.Encoder
	hear  *json.Decoder
	names []string
}

// Start runs the command. What it has to say on standard error goes to ours.
func Start(cmd *exec.Cmd) (*Peer, error) {
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Peer{cmd: cmd, input: input, ask: json.NewEncoder(input), hear: json.NewDecoder(output)}
	var h hello
	err = p.hear.Decode(&h)
	if err == nil && h.Error != "" {
		err = errors.New(h.Error)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.names = h.Names
	return p, nil
}

// Close ends the program.
func (p *Peer) Close() error {
	return errors.Join(p.input.Close(), p.cmd.Wait())
}

// Subjects are what the program can do, by name. They may not be used at the same time.
func (p *Peer) Subjects() map[string]turns.Subject {
	subjects := map[string]turns.Subject{}
	for _, name := range p.names {
		subjects[name] = func(n int) (turns.Sample, error) { return p.run(name, n) }
	}
	return subjects
}

// patience is how long a peer may work on one request. Nothing that is asked of one takes nearly as long, but a
// guest that can't be stopped would take for ever.
const patience = time.Minute

func (p *Peer) run(name string, n int) (turns.Sample, error) {
	impatient := time.AfterFunc(patience, func() {
		// It fails only for a process that has ended, and then there is an error to report already.
		_ = p.cmd.Process.Kill()
	})
	defer impatient.Stop()
	if err := p.ask.Encode(request{name, n}); err != nil {
		return turns.Sample{}, err
	}
	var a answer
	if err := p.hear.Decode(&a); err != nil {
		return turns.Sample{}, err
	}
	if a.Error != "" {
		return turns.Sample{}, errors.New(a.Error)
	}
	return a.Sample, nil
}

// Serve is the other side, for programs in Go: it does what in asks for until that ends.
func Serve(in io.Reader, out io.Writer, subjects map[string]turns.Subject) error {
	requests, answers := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	if err := answers.Encode(hello{Names: slices.Sorted(maps.Keys(subjects))}); err != nil {
		return err
	}
	for {
		var r request
		if err := requests.Decode(&r); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(serve(subjects, r)); err != nil {
			return err
		}
	}
}

func serve(subjects map[string]turns.Subject, r request) answer {
	subject, ok := subjects[r.Name]
	if !ok {
		return answer{Error: fmt.Sprintf("there is no %q", r.Name)}
	}
	sample, err := subject(r.N)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Sample: sample}
}
