package image

import (
	"context"
	"crypto/ed25519"
	"io"
)

// A Boot is what Make makes an image of.
type Boot struct {
	Program Program
	// Key signs the payload; the image's loader starts what is signed with it, and nothing else.
	Key ed25519.PrivateKey
	// Minimum is the oldest version of a payload that the image's loader starts.
	Minimum uint64
	// Dir is the directory that the Go compiler is run in; its module must need this one.
	Dir string
}

// stageUnit is what a stage's base is a multiple of, so that a payload can grow a little without another stage.
const stageUnit = 4 << 20

// Make writes an image of a program: a second stage and the signed payload. The same input gives the same
// bytes, as long as the Go compiler is the same.
func Make(ctx context.Context, w io.Writer, b Boot) error {
	container, header, err := Pack(b.Program, b.Key)
	if err != nil {
		return err
	}
	stage := Stage{
		Base:    (header.End + stageUnit - 1) / stageUnit * stageUnit,
		Keys:    []ed25519.PublicKey{b.Key.Public().(ed25519.PublicKey)},
		Minimum: b.Minimum,
		Type:    header.Type,
	}
	elf, err := stage.Link(ctx, b.Dir)
	if err != nil {
		return err
	}
	return Assemble(w, elf, container)
}

// Assemble writes an image of a linked second stage and a container.
func Assemble(w io.Writer, stage, container []byte) error {
	return Build(w, Image{Kernel: stage, Payload: container})
}
