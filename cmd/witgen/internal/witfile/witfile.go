// Package witfile reads WIT in whatever form a file or directory has it, for all commands alike.
package witfile

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
	"github.com/witan-os/witan/wit"
)

// Default is the directory of WIT that commands read if nothing says another one.
const Default = "wit"

// The extensions of files with WIT. A directory may have any name.
const (
	TextExt   = ".wit"
	jsonExt   = ".json"
	BinaryExt = ".wasm"
)

// Load reads a directory or file of text, a file of JSON as wasm-tools writes it, or a component or package in
// binary form. The options are for text: in the other forms the features are chosen already.
func Load(path string, opt resolve.Options) (*model.Tree, error) {
	if IsResolved(path) {
		if filepath.Ext(path) == jsonExt {
			return decode(path, witjson.MaxSize, witjson.Decode)
		}
		return LoadBinary(path)
	}
	return resolve.Load(path, complete(opt))
}

// LoadFS reads a directory of text of any file system, whose files messages call by display and their names.
func LoadFS(fsys fs.FS, display string, opt resolve.Options) (*model.Tree, error) {
	return resolve.FS(fsys, ".", display, complete(opt))
}

// complete are options with what text may have beside it: packages in binary form, and those that witgen has.
func complete(opt resolve.Options) resolve.Options {
	opt.Binary, opt.Library = binary.Decode, Library
	return opt
}

// Library has the packages that WIT may name without having them below its deps: WASI, and Witan's own.
var Library = resolve.NewLibrary("witgen", wit.Files)

// LoadBinary reads a component, a package in binary form, or a core module that is to become a component.
func LoadBinary(path string) (*model.Tree, error) {
	return decode(path, files.MaxSize, binary.Decode)
}

func decode(path string, limit int64, decode func([]byte) (*model.Tree, error)) (*model.Tree, error) {
	data, err := files.ReadAtMost(path, limit)
	if err != nil {
		return nil, err
	}
	tree, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tree, nil
}

// HoldsText tells that a path has WIT in one of the forms that are text, and no component or module.
func HoldsText(path string) bool {
	ext := filepath.Ext(path)
	return ext == TextExt || ext == jsonExt || files.IsDir(path)
}

// IsResolved tells that a path has WIT in a form in which all names are resolved, and nothing of the text is left.
func IsResolved(path string) bool {
	ext := filepath.Ext(path)
	return (ext == jsonExt || ext == BinaryExt) && !files.IsDir(path)
}
