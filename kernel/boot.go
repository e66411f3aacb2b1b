package kernel

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// Machine is what the kernel asks of bare metal under it.
type Machine interface {
	// Metal reports whether there is a machine: when the program runs hosted, all else is empty.
	Metal() bool
	// Ramdisk is the TAR archive of the boot image.
	Ramdisk() []byte
	// Mark records that a stage of the boot is reached.
	Mark(stage string)
	// Stages are the recorded stages with their times since the machine's entry.
	Stages() iter.Seq2[string, time.Duration]
	CPUs() int
	MemoryTotal() uint64 // bytes
}

// On is a part for [Boot]: the machine to boot on, if the program finds itself on one.
func On(m Machine) vm.Provider { return machinePart{m} }

type machinePart struct{ Machine }

// Provide returns nothing: a machine is for the kernel.
func (machinePart) Provide(*vm.Process) ([]*vm.Interface, error) { return nil, nil }

// Boot runs the system that the manifest describes, with host interfaces from the given parts, and exits with
// the status of the program that ended it. Arguments of the process replace the manifest's run list: a
// component's name and its arguments. In a system of processes they are for the process at the console.
func Boot(parts ...vm.Provider) {
	// A reader that has gone away closes the program's stream; it does not end the kernel.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(boot(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, parts))
}

func boot(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, parts []vm.Provider) int {
	release := holdCollector()
	defer release()
	sys, err := newSystem(ctx, parts)
	if err != nil {
		fmt.Fprintf(stderr, "witan: %v\n", err)
		return StatusBad
	}
	sys.booted = release
	sys.stdin, sys.stdout, sys.stderr = stdin, sys.mirrored(stdout), sys.mirrored(stderr)
	defer sys.showMirror()
	if len(sys.manifest.Processes) > 0 {
		return sys.runProcesses(ctx, args)
	}
	if len(args) > 0 {
		sys.manifest.Run = [][]string{args}
	}
	return sys.run(ctx)
}

// system is a manifest with what it takes to run it.
type system struct {
	kernel         *Kernel
	vm             *vm.VM
	machine        Machine     // nil when hosted
	devices        device.Bus  // that the machine does not have itself; nil for none
	components     *components // of a system of processes
	manifest       *manifest.Manifest
	root           fs.FS // where the manifest and the components are
	files          fs.FS // what programs see as their files
	stdin          io.Reader
	stdout, stderr io.Writer
	mirror         io.Writer // nil for none
	booted         func()    // called when the first program is about to run
	misses         misses
}

// The places of things in an image's ramdisk. The image builder puts them there.
const (
	ComponentDir = "components"
	FileDir      = "files"
	CacheDir     = "cache"
	// OutlineSuffix follows the name of a component's file in that of its outline.
	OutlineSuffix = ".outline"
)

// imageRoot is where the metal layer makes the ramdisk's files readable for the Go runtime.
const imageRoot = "/image/"

func newSystem(ctx context.Context, parts []vm.Provider) (sys *system, err error) {
	sys = new(system)
	for _, p := range parts {
		switch p := p.(type) {
		case machinePart:
			if p.Metal() {
				sys.machine = p.Machine
			}
		case busPart:
			sys.devices = p.Bus
		case mirrorPart:
			sys.mirror = p.Writer
		}
	}
	if sys.machine != nil {
		err = sys.fromImage(ctx)
	} else {
		err = sys.fromDirectory(ctx, ".")
	}
	if err != nil {
		return nil, err
	}
	sys.kernel = New(sys.vm, parts...)
	sys.kernel.OnCompiled(func(program string) { sys.misses.report(sys.stderr, sys.vm.CacheMisses(), program) })
	return sys, nil
}

func (s *system) fromImage(ctx context.Context) error {
	disk, err := ramdisk.Open(s.machine.Ramdisk())
	if err != nil {
		return fmt.Errorf("the image's ramdisk: %w", err)
	}
	s.root = disk
	s.files, err = fs.Sub(disk, FileDir)
	if err != nil {
		return err
	}
	config := vm.Config{}
	if _, err := fs.Stat(disk, CacheDir); err == nil {
		config = vm.Config{CacheDir: imageRoot + CacheDir, ReadOnlyCache: true}
	}
	if s.vm, err = vm.New(ctx, config); err != nil {
		return err
	}
	s.machine.Mark("kernel")
	return s.readManifest()
}

// fromDirectory loads a system that runs hosted. Its files are read into a ramdisk as those of an image
// are, so that programs can't tell the difference.
func (s *system) fromDirectory(ctx context.Context, dir string) (err error) {
	s.root = os.DirFS(dir)
	if err := s.readManifest(); err != nil {
		return err
	}
	var b ramdisk.Builder
	for guest, host := range s.manifest.Files {
		if err := AddFiles(&b, ".", guest, filepath.Join(dir, host)); err != nil {
			return err
		}
	}
	archive, err := b.Bytes()
	if err != nil {
		return err
	}
	if s.files, err = ramdisk.Open(archive); err != nil {
		return err
	}
	s.vm, err = vm.New(ctx, vm.Config{CacheDir: HostCache()})
	return err
}

func (s *system) readManifest() error {
	data, err := fs.ReadFile(s.root, manifest.Name)
	if err != nil {
		return fmt.Errorf("no system to run: %w", err)
	}
	s.manifest, err = manifest.Parse(manifest.Name, data)
	return err
}

func (s *system) run(ctx context.Context) int {
	if len(s.manifest.Run) == 0 {
		fmt.Fprintf(s.stderr, "witan: %s runs nothing: give a component's name and arguments\n", manifest.Name)
		return StatusBad
	}
	for i, command := range s.manifest.Run {
		wasm, err := s.load(command[0])
		if err != nil {
			fmt.Fprintf(s.stderr, "witan: %v\n", err)
			return StatusBad
		}
		if i == 0 {
			s.ready()
		}
		program := &Program{Wasm: wasm, Process: vm.Process{
			Name: command[0], Args: command[1:], Env: s.manifest.Env,
			Stdin: s.stdin, Stdout: s.stdout, Stderr: s.stderr, Log: s.stderr, Files: s.files,
		}}
		if s.manifest.Trace {
			program.Trace = s.stderr
		}
		if status := s.kernel.Run(ctx, program); status != 0 {
			return status
		}
	}
	return 0
}

func (s *system) load(name string) ([]byte, error) {
	c, ok := s.manifest.Component(name)
	if !ok {
		return nil, fmt.Errorf("there is no component %s in %s", name, manifest.Name)
	}
	wasm, err := s.read(&c)
	if err != nil {
		return nil, fmt.Errorf("component %s: %w", name, err)
	}
	return wasm, nil
}

// read returns the file of a component.
func (s *system) read(c *manifest.Component) ([]byte, error) {
	if disk, ok := s.root.(*ramdisk.FS); ok {
		return disk.Bytes(c.File) // without a copy
	}
	return fs.ReadFile(s.root, c.File)
}

// ready is called when the first program is about to run.
func (s *system) ready() {
	if s.machine != nil {
		s.machine.Mark("program")
		banner(s.stderr, s.machine)
	}
	s.booted()
}

// banner says on what and how fast the system has booted.
func banner(w io.Writer, m Machine) {
	fmt.Fprintf(w, "witan on bare metal: %d CPU, %d MB\n", m.CPUs(), m.MemoryTotal()>>20)
	for stage, since := range m.Stages() {
		fmt.Fprintf(w, "  %-10s %7.1f ms\n", stage, float64(since)/float64(time.Millisecond))
	}
}

// AddFiles puts a file or directory tree of the host into an archive, below the directory at, under the path
// that programs see.
func AddFiles(b *ramdisk.Builder, at, guest, host string) error {
	info, err := os.Stat(host)
	if err != nil {
		return err
	}
	name := filepath.ToSlash(filepath.Join(at, filepath.Clean("/"+guest)))
	if info.IsDir() {
		return b.AddTree(name, os.DirFS(host))
	}
	data, err := os.ReadFile(host)
	if err != nil {
		return err
	}
	return b.AddFile(name, info.Mode(), data)
}

// HostCache is where machine code is kept between hosted runs: the directory that WITAN_CACHE names, or one in
// the user's cache directory. It is "" for a user who has none: then nothing is kept.
func HostCache() string {
	if dir := os.Getenv("WITAN_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "witan")
}
