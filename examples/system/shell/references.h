/* The checks of the self-test that are about references to processes and to logs. */

#ifndef REFERENCES_H
#define REFERENCES_H

#include "probe.h"

/* Ends a service that the manifest grants, and sees that it is started again. */
bool test_watching(text *why);

/* Starts a program, and learns how it ends by references that allow some of that, and nothing when they are revoked. */
bool test_child(text *why);

/* Writes to the log that the manifest grants, by a reference that is taken back. */
bool test_journal(text *why);

#endif
