/* The attacks: a name and what it is, for each. The attacker has a function of that name, which returns whether the attack
 * was refused; chaos has it do one after the other. The prober does those that take a device.
 *
 *     TRAPS   it costs its process, which can't go on
 *     FAILS   it gets an error, or no more than it may have
 *     LASTS   it goes on until it is killed, and all others have to answer meanwhile
 *
 * Whichever it is, who does it says first that it comes next: one that has not got so far has not been tried.
 * An attack that ends otherwise than it is said here has not been blocked, or has not been an attack. */

#ifndef ATTACKS_H
#define ATTACKS_H

#define ATTACKS(A) \
    /* Calls that are not as the canonical ABI has them. */ \
    A(TRAPS, text_negative, "a text of 4294967295 bytes") \
    A(TRAPS, text_beyond, "a text that ends behind the memory") \
    A(TRAPS, text_wraps, "a text that begins at the end of 32 bits") \
    A(TRAPS, text_not_utf8, "a text that is not UTF-8") \
    A(TRAPS, text_surrogate, "a text with half of a surrogate pair") \
    A(TRAPS, text_overlong, "a text with a character that is longer than it has to be") \
    A(TRAPS, enum_unknown, "a case that an enum does not have") \
    A(FAILS, flags_unknown, "flags that there are not") \
    A(TRAPS, option_unknown, "an option that is neither some nor none") \
    A(TRAPS, list_unaligned, "a list at an odd address") \
    A(TRAPS, list_overflows, "a list whose bytes are more than 32 bits can count") \
    A(TRAPS, list_beyond, "a list of 2147483647 bytes") \
    A(TRAPS, result_unaligned, "a result that goes to an odd address") \
    A(TRAPS, result_beyond, "a result that goes behind the memory") \
    A(TRAPS, result_wraps, "a result that goes to the end of 32 bits") \
    A(TRAPS, realloc_beyond, "a realloc that returns what is not there") \
    A(TRAPS, realloc_unaligned, "a realloc that returns odd addresses") \
    A(TRAPS, realloc_traps, "a realloc that traps") \
    A(TRAPS, realloc_calls, "a realloc that calls the kernel") \
    A(FAILS, realloc_grows, "a realloc that moves the memory") \
    A(TRAPS, realloc_recurses, "a realloc that never gets to its end") \
    A(LASTS, realloc_spins, "a realloc that takes for ever") \
    A(TRAPS, post_return_calls, "a post-return that calls the kernel") \
    /* Handles. */ \
    A(TRAPS, handle_forged, "a handle that was never given out") \
    A(TRAPS, handle_zero, "the handle 0") \
    A(TRAPS, handle_huge, "the handle 4294967295") \
    A(TRAPS, handle_dropped, "a handle that was dropped") \
    A(TRAPS, handle_twice, "a handle that is dropped twice") \
    A(TRAPS, handle_moved, "a handle that was given away") \
    A(TRAPS, handle_of_other, "a handle of another type") \
    A(TRAPS, child_forged, "to kill a child that is none") \
    /* Budgets. */ \
    A(FAILS, memory_grows, "a memory that grows for ever") \
    A(TRAPS, memory_store, "a store behind the memory") \
    A(FAILS, memory_used, "what others have left in memory") \
    A(LASTS, spins, "an endless loop") \
    A(TRAPS, recurses, "endless recursion") \
    A(TRAPS, divides, "a division by zero") \
    A(TRAPS, calls_wrongly, "a call of a function as one of another type") \
    A(TRAPS, calls_nothing, "a call of a function that is not in the table") \
    A(FAILS, region_huge, "a region of 9223372036854775807 bytes") \
    A(FAILS, regions_many, "regions without end") \
    A(FAILS, endpoint_huge, "an endpoint for 4294967295 messages") \
    A(FAILS, endpoints_many, "endpoints without end") \
    A(FAILS, handles_many, "references without end") \
    A(FAILS, spawn_bomb, "processes without end") \
    A(FAILS, arguments_huge, "a process with two megabytes of arguments") \
    A(FAILS, log_long, "a megabyte for the log") \
    A(FAILS, log_escapes, "a log line that clears the screen") \
    A(FAILS, output_escapes, "output that looks like somebody else's line") \
    A(LASTS, waits, "to wait for ever") \
    A(LASTS, messages_flood, "messages without a pause") \
    A(FAILS, calls_itself, "a call to an endpoint that is the caller's own") \
    /* Authority. */ \
    A(FAILS, widens, "a reference with more rights than that which it is made of") \
    A(FAILS, badge_forged, "another sender's badge") \
    A(FAILS, revoked, "a reference that was revoked") \
    A(FAILS, outlives, "a region whose process has ended") \
    A(FAILS, wrong_kind, "an endpoint as memory") \
    A(FAILS, not_granted, "objects that others have") \
    A(FAILS, receives, "to take messages where it may send") \
    A(FAILS, writes, "to write where it may read") \
    A(FAILS, passes, "to pass on what it must not") \
    A(FAILS, ends_watched, "to end a process that it may only watch") \
    A(FAILS, ends_revoked, "to end a process by a reference that was revoked") \
    A(FAILS, region_ranges, "bytes around the ends of a region") \
    A(FAILS, message_long, "a message of 65537 bytes") \
    A(FAILS, queue_flood, "a flood of messages to the log") \
    A(FAILS, spawn_foreign, "to start what it must not") \
    /* Providers and their clients. */ \
    A(FAILS, provider_traps, "a provider that traps") \
    A(FAILS, provider_recurses, "a provider that recurses for ever") \
    A(FAILS, provider_eats, "a provider that takes all memory") \
    A(FAILS, provider_no_text, "a provider whose text is none") \
    A(FAILS, provider_beyond, "a provider whose answer ends behind its memory") \
    A(FAILS, provider_wraps, "a provider whose answer begins at the end of 32 bits") \
    A(FAILS, provider_spins, "a provider that takes for ever") \
    A(LASTS, files_flood, "calls of the file system without a pause") \
    A(FAILS, files_huge, "a file of two megabytes") \
    A(FAILS, files_names, "names that reach out of the file system")

#define DEVICE_ATTACKS(A) \
    A(FAILS, device_not_granted, "a device that others have") \
    A(FAILS, window_ranges, "registers behind those of a device") \
    A(FAILS, window_foreign, "windows and interrupts that a device does not have") \
    A(FAILS, dma_ranges, "bytes behind the memory for transfers") \
    A(FAILS, dma_huge, "a gigabyte for transfers") \
    A(FAILS, dma_many, "memory for transfers without end")

#endif
