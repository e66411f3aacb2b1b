// -- Streams and futures ----------------------------------------------------------------------

// What a read or write of a stream or a future says: how it ended, and how many elements it has
// passed. It waits for the other side, until at least one element is passed or the other side has
// gone away.
typedef uint32_t world_waitable_status_t;

#define WORLD_WAITABLE_STATE(status) ((world_waitable_state_t)((status) & 0xf))
#define WORLD_WAITABLE_COUNT(status) ((uint32_t)((status) >> 4))

typedef enum world_waitable_state {
    WORLD_WAITABLE_COMPLETED,
    WORLD_WAITABLE_DROPPED, // the other side, and nothing more will come or be taken
    WORLD_WAITABLE_CANCELLED,
} world_waitable_state_t;
