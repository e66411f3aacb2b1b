//go:build !linux || !amd64

package metal

import "time"

// Elsewhere there is no machine to speak of.

func isActive() bool                    { return false }
func machineRamdisk() []byte            { return nil }
func machineTimings() []Timing          { return nil }
func machineMark(string)                {}
func machineCount() Counters            { return Counters{} }
func machineAddEntropy([]byte) int      { return 0 }
func machineIdleTimes() []time.Duration { return nil }
func machineReboot()                    {}
func machineMemory() uint64             { return 0 }
func machineCPUs() int                  { return 0 }
