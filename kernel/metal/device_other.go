//go:build !linux || !amd64

package metal

// Elsewhere there are no devices, and nothing here is ever reached.

func machineDevices() []*Device                      { return nil }
func machineScreen(int, int) (*Screen, error)        { return nil, ErrNoScreen }
func (*Device) start()                               {}
func (*Device) stop()                                {}
func (*Device) window(int, caching) (*Window, error) { return nil, ErrNoWindow }
func (*Device) interrupt(int) (*Interrupt, error)    { return nil, ErrNoInterrupt }
func (*Interrupt) close()                            {}
func allocateDMA(int) (*DMA, error)                  { return nil, ErrNoMemory }
func freeDMA(uint64)                                 {}
func loadDevice(uint64, int) uint64                  { return 0 }
func storeDevice(uint64, int, uint64)                {}
func orderMemory()                                   {}
