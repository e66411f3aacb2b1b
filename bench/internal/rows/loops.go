package rows

// Loop is an exported function that does n times what its row is about. It takes n and, unless that is 0, a
// length, and returns an u32. The time of one call is the loop's, divided by n.
type Loop struct {
	Row    string
	Export string
	Length int
}

// ImportLoops are the loops in which the callee calls its host.
var ImportLoops = []Loop{
	{ImportTick, "loop-tick", 0},
	{ImportLog16, "loop-log", len(Short)},
	{ImportLog1K, "loop-log", len(Long)},
}

// CrossLoops are the loops in which one component calls another; those of resources are in ResourceLoops.
var CrossLoops = []Loop{
	{CrossNoop, "drive-noop", 0},
	{CrossAdd, "drive-add", 0},
	{CrossEcho16, "drive-echo", len(Short)},
	{CrossEcho1K, "drive-echo", len(Long)},
	{CrossRecord, "drive-rec", 0},
	{CrossVariant, "drive-variant", 0},
	{CrossOption, "drive-option", 0},
	{CrossResult, "drive-result", 0},
	{CrossBytes, "drive-bytes", len(Bytes)},
}

// ResourceLoops are the loops in which one component calls another with handles.
var ResourceLoops = []Loop{
	{CrossBorrow, "drive-resource", 0},
}
