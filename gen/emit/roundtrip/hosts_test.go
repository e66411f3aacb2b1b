package roundtrip_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/enums"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/featuresinterface"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/flagsets"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/large"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/records"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/results"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/variants"
	"github.com/witan-os/witan/runtime/glue"
)

// This file implements the Hosts of the golden packages. Most methods answer with what they are given.

type nine = struct{ F0, F1, F2, F3, F4, F5, F6, F7, F8 uint8 }

type scalarHost struct{}

func (scalarHost) OfBool(_ context.Context, v bool) (bool, error)      { return v, nil }
func (scalarHost) OfU8(_ context.Context, v uint8) (uint8, error)      { return v, nil }
func (scalarHost) OfS8(_ context.Context, v int8) (int8, error)        { return v, nil }
func (scalarHost) OfU16(_ context.Context, v uint16) (uint16, error)   { return v, nil }
func (scalarHost) OfS16(_ context.Context, v int16) (int16, error)     { return v, nil }
func (scalarHost) OfU32(_ context.Context, v uint32) (uint32, error)   { return v, nil }
func (scalarHost) OfS32(_ context.Context, v int32) (int32, error)     { return v, nil }
func (scalarHost) OfU64(_ context.Context, v uint64) (uint64, error)   { return v, nil }
func (scalarHost) OfS64(_ context.Context, v int64) (int64, error)     { return v, nil }
func (scalarHost) OfF32(_ context.Context, v float32) (float32, error) { return v, nil }
func (scalarHost) OfF64(_ context.Context, v float64) (float64, error) { return v, nil }
func (scalarHost) OfChar(_ context.Context, v rune) (rune, error)      { return v, nil }

type stringHost struct{}

func (stringHost) OfString(_ context.Context, v string) (string, error) { return v, nil }

type listHost struct{}

func (listHost) OfBytes(_ context.Context, v, buf []byte) ([]byte, error) {
	return append(buf, v...), nil
}

func (listHost) OfNumbers(_ context.Context, v []int16) ([]int16, error)     { return v, nil }
func (listHost) OfFloats(_ context.Context, v []float64) ([]float64, error)  { return v, nil }
func (listHost) OfBools(_ context.Context, v []bool) ([]bool, error)         { return v, nil }
func (listHost) OfChars(_ context.Context, v []rune) ([]rune, error)         { return v, nil }
func (listHost) OfStrings(_ context.Context, v []string) ([]string, error)   { return v, nil }
func (listHost) OfLists(_ context.Context, v [][]uint32) ([][]uint32, error) { return v, nil }
func (listHost) OfBlobs(_ context.Context, v [][]byte) ([][]byte, error)     { return v, nil }
func (listHost) OfEntries(_ context.Context, v []records.Entry) ([]records.Entry, error) {
	return v, nil
}

func (listHost) OfTuples(_ context.Context, v []glue.Tuple2[uint8, uint64]) ([]glue.Tuple2[uint8, uint64], error) {
	return v, nil
}

type recordHost struct{}

func (recordHost) OfPoint(_ context.Context, v records.Point) (records.Point, error) { return v, nil }

func (recordHost) OfEntry(_ context.Context, v records.Entry) (records.Entry, error) { return v, nil }

func (recordHost) OfSingle(_ context.Context, v records.Single) (records.Single, error) {
	return v, nil
}

func (recordHost) OfTuple(_ context.Context, v glue.Tuple3[int8, string, records.Point]) (glue.Tuple3[int8, string, records.Point], error) {
	return v, nil
}
func (recordHost) OfNine(_ context.Context, v nine) (nine, error) { return v, nil }

type variantHost struct{}

func (variantHost) OfMixed(_ context.Context, v variants.Mixed) (variants.Mixed, error) {
	return v, nil
}

func (variantHost) OfPlain(_ context.Context, v variants.Plain) (variants.Plain, error) {
	return v, nil
}

func (variantHost) OfOnly(_ context.Context, v variants.Only) (variants.Only, error) { return v, nil }

func (variantHost) OfList(_ context.Context, v []variants.Mixed) ([]variants.Mixed, error) {
	return v, nil
}

type enumHost struct{}

func (enumHost) OfWay(_ context.Context, v enums.Way) (enums.Way, error)      { return v, nil }
func (enumHost) OfList(_ context.Context, v []enums.Way) ([]enums.Way, error) { return v, nil }

type flagHost struct{}

func (flagHost) OfFew(_ context.Context, v flagsets.Few) (flagsets.Few, error) { return v, nil }

func (flagHost) OfEight(_ context.Context, v flagsets.Eight) (flagsets.Eight, error) { return v, nil }

func (flagHost) OfNine(_ context.Context, v flagsets.Nine) (flagsets.Nine, error) { return v, nil }

func (flagHost) OfMany(_ context.Context, v flagsets.Many) (flagsets.Many, error) { return v, nil }

func (flagHost) OfList(_ context.Context, v []flagsets.Nine) ([]flagsets.Nine, error) { return v, nil }

type optionHost struct{}

func (optionHost) OfNumber(_ context.Context, v glue.Option[uint64]) (glue.Option[uint64], error) {
	return v, nil
}

func (optionHost) OfString(_ context.Context, v glue.Option[string]) (glue.Option[string], error) {
	return v, nil
}

func (optionHost) OfNested(_ context.Context, v glue.Option[glue.Option[float32]]) (glue.Option[glue.Option[float32]], error) {
	return v, nil
}

func (optionHost) OfList(_ context.Context, v []glue.Option[uint16]) ([]glue.Option[uint16], error) {
	return v, nil
}

func (scalarHost) Nothing(context.Context) error { return nil }

func (scalarHost) Add(_ context.Context, a int32, b int64) (int64, error) { return int64(a) + b, nil }

func (stringHost) Join(_ context.Context, a, b string) (string, error) { return a + b, nil }

type resultHost struct{}

func (resultHost) Bare(_ context.Context, fail bool) error {
	if fail {
		return glue.Fail(glue.Unit{})
	}
	return nil
}

func (resultHost) OnlyOk(_ context.Context, v uint32) (uint32, error) {
	if v == 0 {
		return 0, glue.Fail(glue.Unit{})
	}
	return v, nil
}

func (resultHost) OnlyErr(_ context.Context, v uint32) error {
	if v == 0 {
		return fmt.Errorf("wrapped: %w", results.CodeDenied)
	}
	return nil
}

func (resultHost) OfCode(_ context.Context, v string) (string, error) {
	if v == "" {
		return "", results.CodeMissing
	}
	return v, nil
}

func (resultHost) OfFailure(_ context.Context, v, buf []byte) ([]byte, error) {
	if len(v) == 0 {
		return nil, results.Failure{Code: results.CodeDenied, Detail: "no bytes"}
	}
	return append(buf, v...), nil
}

func (resultHost) OfProblem(_ context.Context, v uint8) (uint8, error) {
	switch v {
	case 0:
		return 0, results.ProblemEmpty()
	case 1:
		return 0, results.ProblemTooLong(1 << 20)
	case 2:
		return 0, results.ProblemOther("else")
	}
	return v, nil
}

func (resultHost) OfFaults(_ context.Context, v uint8) (uint8, error) {
	if v == 0 {
		return 0, results.FaultsRead | results.FaultsWrite
	}
	return v, nil
}

func (resultHost) OfText(_ context.Context, v string) (string, error) {
	if v == "" {
		return "", glue.Fail("no text")
	}
	return strings.ToUpper(v), nil
}

func (resultHost) OfPoint(_ context.Context, v uint64) (uint64, error) {
	if v == 0 {
		return 0, records.Point{X: -1, Y: 2}
	}
	return v, nil
}

func (resultHost) Nested(_ context.Context, v []glue.Result[uint8, string]) ([]glue.Result[uint8, string], error) {
	return v, nil
}

func (resultHost) NestedBare(_ context.Context, v []glue.Result[glue.Unit, glue.Unit]) ([]glue.Result[glue.Unit, glue.Unit], error) {
	return v, nil
}

func (resultHost) Half(_ context.Context, v []glue.Result[glue.Unit, uint16]) ([]glue.Result[glue.Unit, uint16], error) {
	return v, nil
}

type largeHost struct{}

func (largeHost) Spilled(_ context.Context, a uint8, b uint16, c uint32, d uint64, e float32, f float64, g, h, i string, j int32, k []byte, l bool, m int8) (string, error) {
	return strings.TrimSpace(fmt.Sprintln(a, b, c, d, e, f, g, h, i, j, k, l, m)), nil
}

func (largeHost) OfBig(_ context.Context, v, w large.Big) (large.Big, error) {
	v.I += w.I
	v.H += w.A
	return v, nil
}

type keywordHost struct{}

func (keywordHost) Select(_ context.Context, v featuresinterface.Type, a, b, c uint8, fail bool) (featuresinterface.Type, error) {
	if fail {
		return v, featuresinterface.ErrorKind_(a + b + c)
	}
	return v, nil
}

func (keywordHost) Range(_ context.Context, v featuresinterface.Host_, a uint8, b uint32) (uint32, error) {
	return uint32(v) + uint32(a) + b, nil
}

func (keywordHost) IPv6URL(_ context.Context, v featuresinterface.Error) (featuresinterface.Error, error) {
	return v, nil
}
