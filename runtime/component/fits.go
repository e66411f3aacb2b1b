package component

import "errors"

// Fits reports why something of the type given can't be used where the type wanted is asked for; nil if it
// can. Its types may come from two files, so that resource types only match those that the types themselves
// bring along: a linker compares others by the identities that they have at run time.
func Fits(wanted, given ExternType) (err error) {
	d := &decoder{entry: noEntry}
	defer func() {
		var broken *Error
		if errors.As(err, &broken) {
			err = errors.New(broken.Rule)
		}
	}()
	defer d.report(&err)
	d.matcher(0).extern(wanted, given)
	return nil
}
