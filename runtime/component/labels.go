package component

// labelSet reads labels that have to differ from each other, also when case is ignored: generated
// code may fold case, and must not see two labels become one identifier.
type labelSet struct {
	d    *decoder
	noun string
	seen map[string]string
	few  []string
}

// fewLabels is the number up to which comparing all pairs beats a map.
const fewLabels = 16

func (d *decoder) labelSet(noun string, n int) *labelSet {
	s := &labelSet{d: d, noun: noun}
	if n > fewLabels {
		s.seen = make(map[string]string, n)
	}
	return s
}

// next reads one label.
func (s *labelSet) next() string {
	at := s.d.pos
	label := s.d.name("label of the " + s.noun)
	if !isLabel(label) {
		s.d.fail(at, "%q is not a label: the words of a label are letters and digits, of one case each, between dashes", clip(label))
	}
	if other, clash := s.add(label); clash {
		s.d.fail(at, "the %s labels %q and %q are the same when case is ignored", s.noun, clip(other), clip(label))
	}
	return label
}

func (s *labelSet) add(label string) (string, bool) {
	if s.seen != nil {
		key := lower(label)
		other, clash := s.seen[key]
		s.seen[key] = label
		return other, clash
	}
	for _, other := range s.few {
		if equalFold(other, label) {
			return other, true
		}
	}
	s.few = append(s.few, label)
	return "", false
}
