/* The attacks: a name and what it is, for each. The attacker has a function of that name, which returns whether the attack
 * was refused; chaos has it do one after the other. The prober does those that take a device.
 *
 *     ENDS    it comes to an end by itself
 *     LASTS   it goes on until it is killed, and all others have to answer meanwhile */

#ifndef ATTACKS_H
#define ATTACKS_H

#define ATTACKS(A) \
    /* Calls that are not as the canonical ABI has them. */ \
    A(ENDS, text_negative, "a text of 4294967295 bytes") \
    A(ENDS, text_beyond, "a text that ends behind the memory") \
    A(ENDS, text_wraps, "a text that begins at the end of 32 bits") \
    A(ENDS, text_not_utf8, "a text that is not UTF-8") \
    A(ENDS, text_surrogate, "a text with half of a surrogate pair") \
    A(ENDS, text_overlong, "a text with a character that is longer than it has to be") \
    A(ENDS, enum_unknown, "a case that an enum does not have") \
    A(ENDS, flags_unknown, "flags that there are not") \
    A(ENDS, option_unknown, "an option that is neither some nor none") \
    A(ENDS, list_unaligned, "a list at an odd address") \
    A(ENDS, list_overflows, "a list whose bytes are more than 32 bits can count") \
    A(ENDS, list_beyond, "a list of 2147483647 bytes") \
    A(ENDS, result_unaligned, "a result that goes to an odd address") \
    A(ENDS, result_beyond, "a result that goes behind the memory") \
    A(ENDS, result_wraps, "a result that goes to the end of 32 bits") \
    A(ENDS, realloc_beyond, "a realloc that returns what is not there") \
    A(ENDS, realloc_unaligned, "a realloc that returns odd addresses") \
    A(ENDS, realloc_traps, "a realloc that traps") \
    A(ENDS, realloc_calls, "a realloc that calls the kernel") \
    A(ENDS, realloc_grows, "a realloc that moves the memory") \
    A(ENDS, realloc_recurses, "a realloc that never gets to its end") \
    A(LASTS, realloc_spins, "a realloc that takes for ever") \
    A(ENDS, post_return_calls, "a post-return that calls the kernel") \
    /* Handles. */ \
    A(ENDS, handle_forged, "a handle that was never given out") \
    A(ENDS, handle_zero, "the handle 0") \
    A(ENDS, handle_huge, "the handle 4294967295") \
    A(ENDS, handle_dropped, "a handle that was dropped") \
    A(ENDS, handle_twice, "a handle that is dropped twice") \
    A(ENDS, handle_moved, "a handle that was given away") \
    A(ENDS, handle_of_other, "a handle of another type") \
    A(ENDS, child_forged, "to kill a child that is none") \
    /* Budgets. */ \
    A(ENDS, memory_grows, "a memory that grows for ever") \
    A(ENDS, memory_store, "a store behind the memory") \
    A(LASTS, spins, "an endless loop") \
    A(ENDS, recurses, "endless recursion") \
    A(ENDS, divides, "a division by zero") \
    A(ENDS, calls_wrongly, "a call of a function as one of another type") \
    A(ENDS, calls_nothing, "a call of a function that is not in the table") \
    A(ENDS, region_huge, "a region of 9223372036854775807 bytes") \
    A(ENDS, regions_many, "regions without end") \
    A(ENDS, endpoint_huge, "an endpoint for 4294967295 messages") \
    A(ENDS, endpoints_many, "endpoints without end") \
    A(ENDS, handles_many, "references without end") \
    A(ENDS, spawn_bomb, "processes without end") \
    A(ENDS, arguments_huge, "a process with two megabytes of arguments") \
    A(ENDS, log_long, "a megabyte for the log") \
    A(ENDS, log_escapes, "a log line that clears the screen") \
    A(ENDS, output_escapes, "output that looks like somebody else's line") \
    A(LASTS, waits, "to wait for ever") \
    A(ENDS, calls_itself, "a call to an endpoint that is the caller's own") \
    /* Authority. */ \
    A(ENDS, widens, "a reference with more rights than that which it is made of") \
    A(ENDS, badge_forged, "another sender's badge") \
    A(ENDS, revoked, "a reference that was revoked") \
    A(ENDS, wrong_kind, "an endpoint as memory") \
    A(ENDS, not_granted, "objects that others have") \
    A(ENDS, receives, "to take messages where it may send") \
    A(ENDS, writes, "to write where it may read") \
    A(ENDS, passes, "to pass on what it must not") \
    A(ENDS, region_ranges, "bytes around the ends of a region") \
    A(ENDS, message_long, "a message of 65537 bytes") \
    A(ENDS, queue_flood, "a flood of messages to the log") \
    A(ENDS, spawn_foreign, "to start what it must not") \
    /* Providers and their clients. */ \
    A(ENDS, provider_traps, "a provider that traps") \
    A(ENDS, provider_recurses, "a provider that recurses for ever") \
    A(ENDS, provider_eats, "a provider that takes all memory") \
    A(ENDS, provider_no_text, "a provider whose text is none") \
    A(ENDS, provider_beyond, "a provider whose answer ends behind its memory") \
    A(ENDS, provider_wraps, "a provider whose answer begins at the end of 32 bits") \
    A(ENDS, provider_spins, "a provider that takes for ever") \
    A(LASTS, files_flood, "calls of the file system without a pause") \
    A(ENDS, files_huge, "a file of two megabytes") \
    A(ENDS, files_names, "names that reach out of the file system")

#define DEVICE_ATTACKS(A) \
    A(ENDS, device_not_granted, "a device that others have") \
    A(ENDS, window_ranges, "registers behind those of a device") \
    A(ENDS, window_foreign, "windows and interrupts that a device does not have") \
    A(ENDS, dma_ranges, "bytes behind the memory for transfers") \
    A(ENDS, dma_huge, "a gigabyte for transfers") \
    A(ENDS, dma_many, "memory for transfers without end")

#endif
