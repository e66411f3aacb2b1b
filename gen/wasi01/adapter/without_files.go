//go:build wasip1 && without_files

package adapter

// This file stands for those about files where a program can have none: it imports no function that leads
// to one. What remains are the answers to those functions that are for files, among others.

func openPreopens() {}

func (d descriptor) closeFile()   {}
func (d descriptor) dropListing() {}

func (d descriptor) readFile(total uint64) (n uint32, e errno)  { return 0, errnoBadf }
func (d descriptor) writeFile(total uint64) (n uint32, e errno) { return 0, errnoBadf }

func (d descriptor) readFileAt(offset, total uint64) (n uint32, e errno)  { return 0, errnoBadf }
func (d descriptor) writeFileAt(offset, total uint64) (n uint32, e errno) { return 0, errnoBadf }

func (d descriptor) fileSize() (size uint64, e errno) { return 0, errnoBadf }

func (d descriptor) fileTypeAndRights() (t filetype, base rights, e errno) { return 0, 0, errnoBadf }

func (d descriptor) fileStat(stat guest) errno { return errnoBadf }

//go:wasmexport fd_filestat_set_times
func fdFilestatSetTimes(fd uint32, atim, mtim timestamp, flags uint32) errno {
	return descriptorOf(fd).otherwise(errnoNotsup)
}

//go:wasmexport fd_filestat_set_size
func fdFilestatSetSize(fd uint32, size uint64) errno { return descriptorOf(fd).otherwise(errnoInval) }

//go:wasmexport fd_advise
func fdAdvise(fd uint32, offset, size uint64, advice uint32) errno {
	return descriptorOf(fd).otherwise(errnoSpipe)
}

//go:wasmexport fd_allocate
func fdAllocate(fd uint32, offset, size uint64) errno { return descriptorOf(fd).otherwise(errnoNotsup) }

//go:wasmexport fd_sync
func fdSync(fd uint32) errno { return descriptorOf(fd).otherwise(errnoInval) }

//go:wasmexport fd_datasync
func fdDatasync(fd uint32) errno { return descriptorOf(fd).otherwise(errnoInval) }
