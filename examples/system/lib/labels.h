/* What messages between the programs are about: the labels that the two sides agree on. */

#ifndef LABELS_H
#define LABELS_H

/* To the endpoint "log", which the recorder serves. */
enum {
    LOG_LINE = 1, /* keep this text; the badge says who sends it */
    LOG_TAIL = 2, /* a call: answer with the last lines */
    LOG_COUNT = 3 /* a call: answer with the number of lines since the start, as text */
};

/* To the endpoint "ping", which the actor serves. */
enum {
    PING = 1, /* answer on the endpoint "pong", with the same bytes in reverse order */
    PONG = 2
};

/* The badges in boot.toml, which say who sends. */
enum { WHO_SHELL = 1, WHO_ACTOR, WHO_CHAOS, WHO_ATTACKER, WHO_ROGUE };

/* To the endpoint that a program was started with. */
enum {
    RESULT = 1, /* what the program would print otherwise */
    BEGUN       /* what it was told to do comes next */
};

#endif
