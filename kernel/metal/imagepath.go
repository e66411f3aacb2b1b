package metal

// ImageDir is where a program on metal finds the files of its image: the file
// "a/b" of the ramdisk is ImageDir + "/a/b". It is read only.
const ImageDir = "/image"

// insideImage returns the part of an absolute path below [ImageDir], without
// slashes at either end. It reports false for any other path. There is no
// working directory and ".." is a name like any other: nothing has it.
func insideImage(path []byte) ([]byte, bool) {
	n := len(ImageDir)
	if len(path) < n || string(path[:n]) != ImageDir || len(path) > n && path[n] != '/' {
		return nil, false
	}
	path = path[n:]
	for len(path) > 0 && path[0] == '/' {
		path = path[1:]
	}
	for len(path) > 0 && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	return path, true
}
