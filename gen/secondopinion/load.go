package secondopinion

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
)

// Dir resolves the WIT package in dir together with the packages below dir/deps. Items behind an
// @unstable gate are left out.
func Dir(dir string) (*model.Tree, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := checkTree(abs); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	resolved, err := load(abs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	tree, err := convert(resolved)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return tree, nil
}

// load runs the library. It panics on some inputs, fixed-length lists among them.
func load(dir string) (r *witlib.Resolve, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("the WIT uses a feature that is not supported (%v)", p)
		}
	}()
	r, err = witlib.LoadWIT(dir)
	if err != nil {
		return nil, fmt.Errorf("%s", tidy(err.Error(), dir))
	}
	if len(r.Packages) == 0 {
		return nil, fmt.Errorf("there is no WIT package")
	}
	return r, nil
}

// tidy makes the library's message fit for people: one without its name and with paths relative to dir.
func tidy(msg, dir string) string {
	msg = strings.TrimPrefix(msg, "wasm-tools: ")
	msg = strings.TrimPrefix(msg, "error: ")
	return strings.TrimSpace(strings.ReplaceAll(msg, dir+string(filepath.Separator), ""))
}

// checkTree finds what makes the library fail with a message that helps nobody: a directory that is
// missing or holds no WIT, which includes empty directories below deps.
func checkTree(dir string) error {
	if found, err := hasWIT(dir); err != nil {
		return err
	} else if !found {
		return fmt.Errorf("there is no .wit file")
	}
	deps, err := os.ReadDir(filepath.Join(dir, "deps"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, d := range deps {
		if !d.IsDir() {
			continue
		}
		found, err := hasWIT(filepath.Join(dir, "deps", d.Name()))
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("there is no .wit file in deps/%s", d.Name())
		}
	}
	return nil
}

func hasWIT(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".wit") {
			return true, nil
		}
	}
	return false, nil
}
