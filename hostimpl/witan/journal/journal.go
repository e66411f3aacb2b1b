// Package journal implements witan:kernel/journal: parts of the log, which programs write to by a capability.
package journal

import (
	"context"
	"fmt"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/journal"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// Put takes a message of the process that came through a log. It does not wait.
type Put func(log string, level wit.Level, target, message string)

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder, put Put) glue.Fixed { return wit.Provide(provider{h, put}) }

type provider struct {
	*capability.Holder
	put Put
}

// LogOpen implements wit.Host.
func (p provider) LogOpen(_ context.Context, from glue.Own[witcap.Capability]) (glue.Own[wit.Log], error) {
	held, err := p.Open(from, object.Log)
	if err != nil {
		return glue.Own[wit.Log]{}, err
	}
	return glue.Give[wit.Log](&log{held, p}), nil
}

// log is the resource.
type log struct {
	capability.Held
	provider
}

// Capability implements wit.Log.
func (l *log) Capability(context.Context) (glue.Own[witcap.Capability], error) { return l.Again() }

// Write implements wit.Log. A badge is shown behind the name of the log.
func (l *log) Write(_ context.Context, level wit.Level, target, message string) error {
	err := ipc.WriteLog(l.Ref(), uint8(level), func(name string, badge uint64) {
		if badge != 0 {
			name = fmt.Sprintf("%s#%d", name, badge)
		}
		l.put(name, level, target, message)
	})
	if err != nil {
		return l.Fail("write to a log", err)
	}
	return nil
}
