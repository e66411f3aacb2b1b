/* What the generated headers of all worlds have in common is named after the world in each. Here it has one name, so that
 * the rest of this directory can be used in all of them: define WORLD and include the world's header first. */

#ifndef WORLD_H
#define WORLD_H

#define WORLD_JOINED(world, name) world##name
#define WORLD_JOIN(world, name) WORLD_JOINED(world, name)

/* Text in UTF-8: ptr and len. */
#define string_t WORLD_JOIN(WORLD, _string_t)
#define string_free WORLD_JOIN(WORLD, _string_free)
#define string_dup_n WORLD_JOIN(WORLD, _string_dup_n)

/* Bytes: ptr and len. */
#define bytes_t WORLD_JOIN(WORLD, _list_u8_t)
#define bytes_free WORLD_JOIN(WORLD, _list_u8_free)

/* Several texts: ptr and len. */
#define strings_t WORLD_JOIN(WORLD, _list_string_t)
#define strings_free WORLD_JOIN(WORLD, _list_string_free)

/* A text of the program itself, which is not to be freed. */
#define LITERAL(s) \
    (string_t) { \
        (uint8_t *)(s), sizeof(s) - 1 \
    }

#endif
