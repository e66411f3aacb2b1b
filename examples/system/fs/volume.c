#include "volume.h"

table current;

static bool mounted;
static root newest;                      /* that of the current table */
static unsigned place;                   /* which of the two that is */
static uint8_t taken[MOST_BLOCKS / 8];   /* blocks of files, as bits */

/* -- The disk ------------------------------------------------------------------------------ */

enum { MOST_AT_ONCE = 16 }; /* blocks in a request */

/* After a failure of the disk it is not known what it has: it is looked at again in the next call. */
static bool fail(failure *err) {
    mounted = false;
    *err = FAILURE(DEVICE);
    return false;
}

static bool read_blocks(uint32_t first, uint32_t count, void *to, failure *err) {
    demo_system_blocks_failure_t why;
    for (uint32_t some; count > 0; first += some, count -= some) {
        some = count < MOST_AT_ONCE ? count : MOST_AT_ONCE;
        bytes_t bytes;
        if (!demo_system_blocks_read((uint64_t)first * SECTORS, some * SECTORS, &bytes, &why))
            return fail(err);
        bool whole = bytes.len == (size_t)some * BLOCK_SIZE;
        if (whole)
            __builtin_memcpy(to, bytes.ptr, bytes.len);
        bytes_free(&bytes);
        if (!whole)
            return fail(err);
        to = (uint8_t *)to + some * BLOCK_SIZE;
    }
    return true;
}

static bool write_blocks(uint32_t first, uint32_t count, const void *from, failure *err) {
    demo_system_blocks_failure_t why;
    for (uint32_t some; count > 0; first += some, count -= some) {
        some = count < MOST_AT_ONCE ? count : MOST_AT_ONCE;
        bytes_t bytes = {(uint8_t *)from, some * BLOCK_SIZE};
        if (!demo_system_blocks_write((uint64_t)first * SECTORS, &bytes, &why))
            return fail(err);
        from = (const uint8_t *)from + some * BLOCK_SIZE;
    }
    return true;
}

static bool flush(failure *err) {
    demo_system_blocks_failure_t why;
    return demo_system_blocks_flush(&why) || fail(err);
}

/* The number of blocks that the disk has for us. */
static bool disk_blocks(uint32_t *ret, failure *err) {
    uint64_t sectors;
    demo_system_blocks_failure_t why;
    if (!demo_system_blocks_sectors(&sectors, &why))
        return fail(err);
    *ret = sectors / SECTORS < MOST_BLOCKS ? (uint32_t)(sectors / SECTORS) : MOST_BLOCKS;
    return true;
}

static uint32_t sum_of(const void *bytes, size_t len) {
    bytes_t list = {(uint8_t *)bytes, len};
    return demo_system_checksum_update(0, &list);
}

/* -- What is free -------------------------------------------------------------------------- */

static bool is_taken(uint32_t block) {
    return taken[block / 8] & 1u << block % 8;
}

/* Takes a run of blocks for a file. Returns false if it is none, or if a block of it is taken already. */
static bool take(const run *r, uint32_t blocks) {
    if (r->count == 0 || r->first < CONTENT_AT || r->first > blocks || r->count > blocks - r->first)
        return false;
    for (uint32_t b = r->first; b < r->first + r->count; b++) {
        if (is_taken(b))
            return false;
        taken[b / 8] |= (uint8_t)(1u << b % 8);
    }
    return true;
}

static uint32_t blocks_for(uint32_t size) {
    return (size + BLOCK_SIZE - 1) / BLOCK_SIZE;
}

/* Takes the blocks of a file. */
static bool take_file(const file *f, uint32_t blocks) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->runs; i++) {
        if (!take(&f->at[i], blocks))
            return false;
        count += f->at[i].count;
    }
    return count == blocks_for(f->size);
}

/* Finds the first run of as many free blocks as are wanted, or else the longest one. */
static run find_free(uint32_t wanted) {
    run best = {0, 0};
    for (uint32_t b = CONTENT_AT; b < newest.blocks && best.count < wanted; b++) {
        run here = {b, 0};
        for (; b < newest.blocks && here.count < wanted && !is_taken(b); b++)
            here.count++;
        if (here.count > best.count)
            best = here;
    }
    return best;
}

/* -- Names --------------------------------------------------------------------------------- */

bool name_ok(const uint8_t *name, size_t len) {
    if (len == 0 || len >= NAME_ROOM)
        return false;
    for (size_t i = 0; i < len; i++)
        if (name[i] <= ' ' || name[i] == '/' || name[i] == 0x7f || name[i] >= 0x80)
            return false;
    return true;
}

size_t name_length(const file *f) {
    size_t len = 0;
    while (len < NAME_ROOM && f->name[len])
        len++;
    return len;
}

/* -- Mounting ------------------------------------------------------------------------------ */

static bool all_zero(const void *bytes, size_t len) {
    const uint8_t *b = bytes;
    for (size_t i = 0; i < len; i++)
        if (b[i])
            return false;
    return true;
}

/* Reports whether a file is one that this program can have written, apart from its blocks. */
static bool file_ok(const file *f) {
    size_t len = name_length(f);
    return name_ok(f->name, len) && all_zero(f->name + len, NAME_ROOM - len) && f->size <= MOST_BYTES && f->runs <= RUNS &&
           f->reserved == 0 && all_zero(f->at + f->runs, (RUNS - f->runs) * sizeof(run));
}

static bool is_twice(const table *t, unsigned i) {
    for (unsigned j = 0; j < i; j++)
        if (same(t->files[i].name, NAME_ROOM, t->files[j].name, NAME_ROOM))
            return true;
    return false;
}

/* Looks whether a table is sound, and finds out which blocks its files have. */
static bool survey(const table *t, uint32_t blocks) {
    __builtin_memset(taken, 0, sizeof taken);
    for (unsigned i = 0; i < FILES; i++) {
        const file *f = &t->files[i];
        if (all_zero(f, sizeof *f))
            continue;
        if (!file_ok(f) || is_twice(t, i) || !take_file(f, blocks))
            return false;
    }
    return true;
}

static bool root_ok(const root *r, uint32_t blocks) {
    return r->magic == MAGIC && r->version == VERSION && r->blocks >= CONTENT_AT && r->blocks <= blocks &&
           r->sum == sum_of(r, ROOT_SUMMED);
}

static uint32_t table_at(unsigned which) {
    return TABLE_AT + which * TABLE_BLOCKS;
}

/* Tries to make one of the two states the current one. *ok tells whether it is sound. */
static bool adopt(unsigned which, const root *r, bool *ok, failure *err) {
    *ok = false;
    if (!read_blocks(table_at(which), TABLE_BLOCKS, &current, err))
        return false;
    if (sum_of(&current, sizeof current) == r->table_sum && survey(&current, r->blocks)) {
        newest = *r;
        place = which;
        mounted = *ok = true;
    }
    return true;
}

bool volume_mount(failure *err) {
    static uint8_t content[2 * BLOCK_SIZE];
    uint32_t blocks;
    if (mounted)
        return true;
    if (!disk_blocks(&blocks, err))
        return false;
    if (blocks <= CONTENT_AT) {
        *err = FAILURE(FULL);
        return false;
    }
    if (!read_blocks(0, 2, content, err))
        return false;
    if (all_zero(content, sizeof content))
        return volume_format(err);
    root roots[2];
    for (unsigned i = 0; i < 2; i++)
        __builtin_memcpy(&roots[i], content + i * BLOCK_SIZE, sizeof(root));
    unsigned first = roots[1].generation > roots[0].generation && root_ok(&roots[1], blocks);
    for (unsigned i = 0; i < 2; i++) {
        unsigned which = first ^ i;
        bool ok = false;
        if (root_ok(&roots[which], blocks) && !adopt(which, &roots[which], &ok, err))
            return false;
        if (ok)
            return true;
    }
    *err = FAILURE(DAMAGED);
    return false;
}

/* -- Changes ------------------------------------------------------------------------------- */

static bool write_root(unsigned which, root *r, failure *err) {
    static uint8_t block[BLOCK_SIZE];
    r->sum = sum_of(r, ROOT_SUMMED);
    __builtin_memset(block, 0, sizeof block);
    __builtin_memcpy(block, r, sizeof *r);
    return write_blocks(which, 1, block, err) && flush(err);
}

bool volume_commit(const table *next, failure *err) {
    unsigned other = place ^ 1;
    root r = newest;
    r.generation++;
    r.table_sum = sum_of(next, sizeof *next);
    if (!write_blocks(table_at(other), TABLE_BLOCKS, next, err) || !flush(err) || !write_root(other, &r, err))
        return false;
    current = *next;
    newest = r;
    place = other;
    mounted = survey(&current, r.blocks);
    return mounted || fail(err);
}

bool volume_format(failure *err) {
    static const uint8_t nothing[BLOCK_SIZE];
    uint32_t blocks;
    mounted = false;
    if (!disk_blocks(&blocks, err))
        return false;
    if (blocks <= CONTENT_AT) {
        *err = FAILURE(FULL);
        return false;
    }
    __builtin_memset(&current, 0, sizeof current);
    __builtin_memset(taken, 0, sizeof taken);
    root r = {.magic = MAGIC, .version = VERSION, .blocks = blocks, .generation = 1};
    r.table_sum = sum_of(&current, sizeof current);
    if (!write_blocks(1, 1, nothing, err) || !write_blocks(table_at(0), TABLE_BLOCKS, &current, err) || !flush(err) ||
        !write_root(0, &r, err))
        return false;
    newest = r;
    place = 0;
    return mounted = true;
}

/* -- Content ------------------------------------------------------------------------------- */

/* Writes what goes into a run of blocks: the last one of a file is filled up with zeros. */
static bool store_run(const run *r, const uint8_t *from, size_t len, failure *err) {
    static uint8_t last[BLOCK_SIZE];
    uint32_t whole = (uint32_t)(len / BLOCK_SIZE);
    if (!write_blocks(r->first, whole, from, err))
        return false;
    if (whole == r->count)
        return true;
    __builtin_memset(last, 0, sizeof last);
    __builtin_memcpy(last, from + whole * BLOCK_SIZE, len % BLOCK_SIZE);
    return write_blocks(r->first + whole, 1, last, err);
}

/* Takes free blocks for a file, as few runs of them as there can be. */
static bool allocate(file *f, failure *err) {
    uint32_t wanted = blocks_for(f->size);
    *err = FAILURE(FULL);
    for (f->runs = 0; wanted > 0; f->runs++) {
        run r = find_free(wanted);
        if (f->runs == RUNS || !take(&r, newest.blocks))
            return false;
        f->at[f->runs] = r;
        wanted -= r.count;
    }
    return true;
}

bool volume_store(const bytes_t *content, file *f, failure *err) {
    *err = FAILURE(TOO_LARGE);
    if (content->len > MOST_BYTES)
        return false;
    f->size = (uint32_t)content->len;
    f->sum = demo_system_checksum_update(0, content);
    if (!allocate(f, err)) {
        survey(&current, newest.blocks); /* gives back what was taken, too */
        return false;
    }
    size_t done = 0;
    for (uint32_t i = 0; i < f->runs; i++) {
        size_t len = (size_t)f->at[i].count * BLOCK_SIZE;
        if (len > f->size - done)
            len = f->size - done;
        if (!store_run(&f->at[i], content->ptr + done, len, err))
            return false;
        done += len;
    }
    return true;
}

bool volume_load(const file *f, bytes_t *ret, failure *err) {
    *ret = (bytes_t){(uint8_t *)1, 0};
    if (f->size == 0)
        return true;
    uint8_t *content = cabi_malloc((size_t)blocks_for(f->size) * BLOCK_SIZE);
    *err = FAILURE(FULL);
    if (!content)
        return false;
    uint8_t *to = content;
    for (uint32_t i = 0; i < f->runs; to += f->at[i++].count * BLOCK_SIZE) {
        if (!read_blocks(f->at[i].first, f->at[i].count, to, err)) {
            cabi_free(content);
            return false;
        }
    }
    *ret = (bytes_t){content, f->size};
    if (sum_of(content, f->size) == f->sum)
        return true;
    cabi_free(content);
    *err = FAILURE(DAMAGED);
    return false;
}
