/* Ending services and programs, most of which are started again. */

#ifndef KILLS_H
#define KILLS_H

#include "common.h"

/* Ends a service, which is started again. */
bool kill(const char *who, text *why);

/* Ends a service or a program of the background, a random one at a random moment, and looks whether all answer then. */
bool strike(text *why);

/* Does that a hundred times. */
bool test_kills(text *why);

#endif
