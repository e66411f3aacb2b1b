package resolve

import "fmt"

// spend counts what is added to worlds.
func (r *resolver) spend(n int) { r.added += n }

// room reports whether a world may have another item, and says if not.
func (b *worldBuilder) room() bool {
	b.r.spend(1)
	if b.r.added <= MaxWorldSize {
		return true
	}
	if !b.r.full {
		b.r.full = true
		b.report(b.item.name.Span, RuleTooLarge,
			fmt.Sprintf("with this one, what worlds include and what their interfaces need is more than %d", MaxWorldSize), "")
	}
	return false
}
