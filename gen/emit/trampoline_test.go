package emit

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

const root = "../.."

// features is where generated code for tests is.
const features = "./gen/emit/testdata/generated/test/features/v1/"

// build compiles a package as if a file of the runtime had another text.
func build(t *testing.T, pkg, file, old, replacement string, flags ...string) (output string, ok bool) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), old) != 1 {
		t.Fatalf("%s does not have %q once", file, old)
	}
	changed := filepath.Join(t.TempDir(), "changed.go")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(source), old, replacement, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(list, overlay, 0o666); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"build", "-overlay", list}, flags...)
	cmd := exec.CommandContext(t.Context(), "go", append(args, pkg)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// TestOldCodeSaysWhatToDo compiles generated code with a runtime that it was not generated for.
func TestOldCodeSaysWhatToDo(t *testing.T) {
	const sentence = "as glue.RegenerateThisFileWithGoGenerate value in constant declaration (overflows)"
	tests := []struct{ name, pkg, file, old, replacement, at string }{
		{"a newer runtime", "scalars", "runtime/contract/contract.go", "Number = Version<<48", "Number = (Version+1)<<48", "glue.Contract ^"},
		{"fewer parameters in core values", "records", "runtime/glue/contract.go", "= abi.MaxFlatParams", "= abi.MaxFlatParams / 8", "glue.MaxFlatParams - "},
		{"more parameters in core values", "large", "runtime/glue/contract.go", "= abi.MaxFlatParams", "= abi.MaxFlatParams * 2", " - glue.MaxFlatParams"},
		{"no results in core values", "scalars", "runtime/glue/contract.go", "= abi.MaxFlatResults", "= abi.MaxFlatResults - 1", "glue.MaxFlatResults - "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			output, ok := build(t, features+tt.pkg, tt.file, tt.old, tt.replacement)
			if ok || !strings.Contains(output, sentence) || !strings.Contains(output, tt.at) || !strings.Contains(output, ".wit.go:") {
				t.Errorf("compiles: %t, and the compiler says\n%s", ok, output)
			}
		})
	}
	newer := tests[0]
	if output, ok := build(t, features+newer.pkg, newer.file, newer.old, newer.replacement, "-tags=witan_bootstrap"); !ok {
		t.Errorf("a witgen with such code can't be built to generate it anew:\n%s", output)
	}
	if output, ok := build(t, features+newer.pkg, newer.file, newer.old, newer.old); !ok {
		t.Errorf("the right runtime:\n%s", output)
	}
}

// function makes a model function of a type.
func function(t *testing.T, text string) *model.Func {
	t.Helper()
	f, err := abi.ParseFunc(text)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := abi.NewPlan(f)
	if err != nil {
		t.Fatal(err)
	}
	fn := &model.Func{Name: "f", ABI: f, Plan: plan}
	for _, p := range f.Params {
		fn.Params = append(fn.Params, model.Param{Name: p.Name, Type: &model.Type{ABI: p.Type}})
	}
	if f.Result != nil {
		fn.Result = &model.Type{ABI: f.Result}
	}
	return fn
}

func TestCheckAdapters(t *testing.T) {
	for _, text := range []string{
		"func()",
		"func(a: string, b: list<tuple<u8, string>>) -> result<map<u8, string>, enum{x, y}>",
		"func(a: own<r>, b: borrow<s>, c: list<u8, 40>) -> option<own<r>>",
		"async func(a: string) -> u8", // has no adapter yet
		"func(a: stream<u8>)",
		"func(a: list<list<list<string, 60>, 60>, 60>)", // its adapter would be too long
	} {
		if err := checkAdapters(function(t, text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	fn := function(t, "func(a: u8) -> string")
	fn.Plan = function(t, "func(a: u64) -> string").Plan
	if err := checkAdapters(fn); err == nil || err.Error() != "f: its type as text is lowered to (i32 i32) -> (), and itself to (i64 i32) -> ()" {
		t.Errorf("a plan for another type: %v", err)
	}
	fn.Plan = function(t, "func(a: u8) -> string").Plan
	fn.Plan.ResultBlock = fn.Plan.Func.Params[0].Type // the plan and its core types are at odds
	fn.Plan.Lifted.Results = nil
	if err := checkAdapters(fn); err == nil {
		t.Error("a plan that is at odds with itself is fine")
	}
}
