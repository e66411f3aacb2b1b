package manifest

import "time"

// Process describes a process, or, if others start it, each one that they start by its name.
type Process struct {
	// Name of the process, which no other one has.
	Name string `toml:"name"`
	// Component whose code it runs. Without it, that is the component with the name of the process.
	Component string `toml:"component,omitempty"`
	// Arguments behind its name. The one that reads the console gets those of the system behind these.
	Arguments []string `toml:"arguments,omitempty"`
	// Env is its environment, "KEY=VALUE", besides that of all programs.
	Env []string `toml:"env,omitempty"`
	// Start says when it begins: at boot, or when another process starts it through witan:kernel/processes.
	Start Start `toml:"start"`
	// On says on which machines it exists: bare metal, or as a program of another system.
	On Place `toml:"on"`
	// Essential has its end end the system, with its status.
	Essential bool `toml:"essential,omitempty"`
	// Restart says after which ends it is started again. Without it, a process that starts at boot is after a failure, and
	// one that others start never: they are told of its end.
	Restart Restart `toml:"restart,omitempty"`
	// Restarts is how often it is started again within a period. After that it stays ended, and an essential one
	// ends the system.
	Restarts int `toml:"restarts"`
	// Period of the restarts.
	Period Duration `toml:"period"`
	// Parent is the process that it belongs to in the tree of supervision: its end ends this one. Without it, that is
	// the kernel.
	Parent string `toml:"parent,omitempty"`
	// Strategy says what it does, as a parent, when one of its children ends in failure: start just that one again, or
	// all of them.
	Strategy Strategy `toml:"strategy"`
	// Stdin is where its standard input comes from. One process at most has the console.
	Stdin Stream `toml:"stdin"`
	// Stdout is where its standard output goes.
	Stdout Stream `toml:"stdout"`
	// Stderr is where its standard error goes.
	Stderr Stream `toml:"stderr"`
	// Files has it see the files of the manifest under /.
	Files bool `toml:"files,omitempty"`
	// Startable are the processes that it may start: such as have start = "spawn".
	Startable []string `toml:"startable,omitempty"`
	// Memory bounds its linear memories, all together.
	Memory Size `toml:"memory"`
	// Handles bounds the resources that it holds, and the capabilities among them; 1 to 65536.
	Handles int `toml:"handles"`
	// Fuel bounds its work in all, in units of the VM's meter; 0 stands for no bound.
	Fuel uint64 `toml:"fuel,omitzero"`
	// Share of one CPU that it may use. A process that has used its share waits.
	Share Share `toml:"share"`
	// CallTime is how long it may take to answer a call or a message of another process, without the time in which it
	// waits for others. If it takes longer, it ends as if it had trapped.
	CallTime Duration `toml:"call-time"`
	// Imports says who answers the imports of its component. A key is the name of an interface, a package or a
	// namespace, and the closest one counts.
	Imports map[string]Provider `toml:"imports,omitempty"`
	// Serves are endpoints whose messages its component handles, with witan:kernel/server. Each is served by one process
	// at most, and nobody else may receive from it.
	Serves []string `toml:"serves,omitempty"`
	// Grants are the capabilities that it has from its start on.
	Grants []Grant `toml:"grant,omitempty"`
}

// SetDefaults sets what holds for keys that are left out.
func (p *Process) SetDefaults() {
	*p = Process{
		Start: StartBoot, On: Anywhere,
		Restarts: 5, Period: Duration(10 * time.Second), Strategy: StrategyOne,
		Stdin: StreamNone, Stdout: StreamConsole, Stderr: StreamLog,
		Memory: 16 << 20, Handles: 256, Share: 100, CallTime: Duration(10 * time.Second),
	}
}

// Exists reports whether the process exists on bare metal, or else as a program of another system.
func (p *Process) Exists(metal bool) bool {
	return p.On == Anywhere || metal == (p.On == OnMetal)
}

// Endpoint is a meeting point for messages.
type Endpoint struct {
	// Name that grants refer to.
	Name string `toml:"name"`
	// Capacity is how many messages it holds that nobody has received yet.
	Capacity int `toml:"capacity"`
}

// SetDefaults sets what holds for keys that are left out.
func (e *Endpoint) SetDefaults() { *e = Endpoint{Capacity: 16} }

// Memory is a region of shared memory.
type Memory struct {
	// Name that grants refer to.
	Name string `toml:"name"`
	// Size in bytes, zero at first.
	Size Size `toml:"size"`
}

// Log is a part of the system's log. Its messages show its name.
type Log struct {
	// Name that grants refer to.
	Name string `toml:"name"`
	// Level of the least urgent messages that it keeps. Of these the system keeps those that it keeps of all logs.
	Level Level `toml:"level"`
}

// SetDefaults sets what holds for keys that are left out.
func (l *Log) SetDefaults() { *l = Log{Level: LevelTrace} }

// Grant gives a process a capability under a name. It is for one object: an endpoint, a region of memory, a log, a
// process, a device or the framebuffer.
type Grant struct {
	// Name by which the process asks for it.
	Name string `toml:"name"`
	// Endpoint is the name of an endpoint of the manifest.
	Endpoint string `toml:"endpoint,omitempty"`
	// Memory is the name of a region of the manifest.
	Memory string `toml:"memory,omitempty"`
	// Log is the name of a log of the manifest.
	Log string `toml:"log,omitempty"`
	// Process is the name of a process that starts at boot. The right to read is to see how it is doing, that to receive
	// is to wait for its end, and that to execute is to end it.
	Process string `toml:"process,omitempty"`
	// Device is a kind of device, such as virtio-blk, or its identification on the bus, such as pci:1af4:1044. It
	// is the first one that no process before has been given.
	Device Device `toml:"device,omitempty"`
	// DMA is how much memory the device may reach for the process.
	DMA Size `toml:"dma,omitzero"`
	// Framebuffer is the picture on the screen.
	Framebuffer bool `toml:"framebuffer,omitempty"`
	// Rights are what the process may do with the object. A device has none: whoever has it drives it.
	Rights []Right `toml:"rights,omitempty"`
	// Badge is the number that receivers see on messages of the process, and that a log shows.
	Badge uint64 `toml:"badge,omitzero"`
}

// Object is what kind of object the grant is for, "" if it does not say.
func (g *Grant) Object() Object {
	switch {
	case g.Endpoint != "":
		return ObjectEndpoint
	case g.Memory != "":
		return ObjectMemory
	case g.Log != "":
		return ObjectLog
	case g.Process != "":
		return ObjectProcess
	case g.Device != "":
		return ObjectDevice
	case g.Framebuffer:
		return ObjectFramebuffer
	}
	return ""
}

// Object is a kind of object that grants are for.
type Object string

// The kinds of objects, as the keys of a grant name them.
const (
	ObjectEndpoint    Object = "endpoint"
	ObjectMemory      Object = "memory"
	ObjectLog         Object = "log"
	ObjectProcess     Object = "process"
	ObjectDevice      Object = "device"
	ObjectFramebuffer Object = "framebuffer"
)

// Rights are those that objects of the kind know.
func (o Object) Rights() []Right {
	switch o {
	case ObjectEndpoint:
		return []Right{RightSend, RightReceive, RightGrant}
	case ObjectMemory, ObjectFramebuffer:
		return []Right{RightRead, RightWrite, RightMap, RightGrant}
	case ObjectLog:
		return []Right{RightSend, RightGrant}
	case ObjectProcess:
		return []Right{RightRead, RightExecute, RightReceive, RightGrant}
	}
	return nil
}
