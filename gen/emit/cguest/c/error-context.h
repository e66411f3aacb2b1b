// -- Error contexts ---------------------------------------------------------------------------

// Text about an error, for people. It is a handle, which its owner has to drop.
typedef uint32_t world_error_context_t;

// Makes an error context. The host may shorten the message.
world_error_context_t world_error_context_new(const world_string_t *debug_message);

void world_error_context_debug_message(world_error_context_t self, world_string_t *ret);

void world_error_context_drop(world_error_context_t self);
