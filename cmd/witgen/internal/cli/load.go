package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
)

// The extensions of files with WIT. A directory may have any name.
const (
	textExt   = ".wit"
	jsonExt   = ".json"
	binaryExt = ".wasm"
)

// loadWIT reads WIT in whatever form a path has it, for all subcommands alike: a directory or file of text, a file of
// JSON as wasm-tools writes it, or a component or package in binary form. The options are for text: in the other
// forms the features are chosen already.
func loadWIT(path string, opt resolve.Options) (*model.Tree, error) {
	opt.Binary = binary.Decode
	if isDir(path) {
		return resolve.Load(path, opt)
	}
	switch filepath.Ext(path) {
	case jsonExt:
		return loadJSON(path)
	case binaryExt:
		return loadBinary(path)
	}
	return resolve.Load(path, opt)
}

// holdsText tells that a path has WIT in one of the forms that are text, and no component or module.
func holdsText(path string) bool {
	ext := filepath.Ext(path)
	return ext == textExt || ext == jsonExt || isDir(path)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func loadJSON(path string) (*model.Tree, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, witjson.MaxSize+1))
	if err != nil {
		return nil, err
	}
	tree, err := witjson.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tree, nil
}

func loadBinary(path string) (*model.Tree, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	tree, err := binary.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tree, nil
}
