package secondopinion_test

import (
	"fmt"
	"strings"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
)

// load resolves a WIT package with the library, with all features: it has no choice.
func load(path string) (*model.Tree, error) {
	resolved, err := loadWIT(path)
	if err != nil {
		return nil, err
	}
	if len(resolved.Packages) == 0 {
		return nil, fmt.Errorf("there is no WIT package")
	}
	return convert(resolved)
}

// loadWIT runs the library. It panics on some inputs, fixed-length lists among them.
func loadWIT(path string) (r *witlib.Resolve, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	if r, err = witlib.LoadWIT(path); err != nil {
		err = fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "wasm-tools: error: "))
	}
	return r, err
}
