//go:build !linux || !amd64

package metal

func machineInfo() BootInfo                { return BootInfo{} }
func machineLoadArea() (uint64, []byte)    { return 0, nil }
func machineUsable(uint64, uint64) bool    { return false }
func machineLaunch(uint64, BootInfo) error { return ErrNotOnMetal }
