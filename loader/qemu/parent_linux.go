package qemu

import (
	"os/exec"
	"syscall"
)

// dieWithParent makes sure that no machine is left behind if this process is killed.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
