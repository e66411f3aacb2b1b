// Package display implements witan:kernel/display: the picture on the machine's screen.
package display

import (
	"context"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/display"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *capability.Holder }

// FramebufferOpen implements wit.Host.
func (p provider) FramebufferOpen(_ context.Context, from glue.Own[witcap.Capability]) (glue.Own[wit.Framebuffer], error) {
	held, err := p.Open(from, object.Framebuffer)
	if err != nil {
		return glue.Own[wit.Framebuffer]{}, err
	}
	return glue.Give[wit.Framebuffer](&framebuffer{held, p.Holder}), nil
}

// framebuffer is the resource.
type framebuffer struct {
	capability.Held
	holder *capability.Holder
}

// Mode implements wit.Framebuffer. A picture that is out of reach has no pixels.
func (f *framebuffer) Mode(context.Context) (wit.Mode, error) {
	width, height, err := device.PictureSize(f.Ref())
	if err != nil {
		return wit.Mode{}, nil
	}
	return wit.Mode{Width: uint32(width), Height: uint32(height)}, nil
}

// Fill implements wit.Framebuffer.
func (f *framebuffer) Fill(_ context.Context, x, y, width, height, pixel uint32) error {
	if err := device.Fill(f.Ref(), x, y, width, height, pixel); err != nil {
		return f.holder.Fail("fill the screen", err)
	}
	return nil
}

// Draw implements wit.Framebuffer.
func (f *framebuffer) Draw(_ context.Context, x, y, width uint32, pixels []byte) error {
	if err := device.Draw(f.Ref(), x, y, width, pixels); err != nil {
		return f.holder.Fail("draw on the screen", err)
	}
	return nil
}

// Capture implements wit.Framebuffer.
func (f *framebuffer) Capture(_ context.Context, x, y, width, height uint32, buf []byte) ([]byte, error) {
	pixels, err := device.Capture(f.Ref(), x, y, width, height)
	if err != nil {
		return nil, f.holder.Fail("read the screen", err)
	}
	return append(buf, pixels...), nil
}
