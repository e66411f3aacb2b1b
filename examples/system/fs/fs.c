/* The file system: the world demo:system/fs. It is a program like any other, which has a disk to read and write and
 * nothing else. What it reads there is checked before it is believed; see layout.h for what lies where. */

#include "volume.h"

typedef exports_demo_system_files_entry_t entry;

/* Finds a file by its name. */
static const file *find(const string_t *name, failure *err) {
    *err = FAILURE(NOT_FOUND);
    for (unsigned i = 0; i < FILES; i++) {
        const file *f = &current.files[i];
        if (same(f->name, name_length(f), name->ptr, name->len))
            return f;
    }
    return NULL;
}

/* Has the disk mounted, and finds a file by a name that can be one. */
static const file *look_up(const string_t *name, failure *err) {
    if (!volume_mount(err))
        return NULL;
    if (!name_ok(name->ptr, name->len)) {
        *err = FAILURE(BAD_NAME);
        return NULL;
    }
    return find(name, err);
}

static entry entry_of(const file *f) {
    entry e = {.size = f->size, .sum = f->sum};
    string_dup_n(&e.name, (const char *)f->name, name_length(f));
    return e;
}

bool exports_demo_system_files_entries(exports_demo_system_files_list_entry_t *ret, failure *err) {
    if (!volume_mount(err))
        return false;
    size_t count = 0;
    for (unsigned i = 0; i < FILES; i++)
        count += name_length(&current.files[i]) > 0;
    ret->ptr = cabi_realloc(NULL, 0, _Alignof(entry), count * sizeof(entry));
    ret->len = 0;
    for (unsigned i = 0; i < FILES; i++)
        if (name_length(&current.files[i]) > 0)
            ret->ptr[ret->len++] = entry_of(&current.files[i]);
    return true;
}

bool exports_demo_system_files_stat(string_t *name, entry *ret, failure *err) {
    const file *f = look_up(name, err);
    if (f)
        *ret = entry_of(f);
    string_free(name);
    return f != NULL;
}

bool exports_demo_system_files_read(string_t *name, bytes_t *ret, failure *err) {
    const file *f = look_up(name, err);
    bool ok = f && volume_load(f, ret, err);
    string_free(name);
    return ok;
}

/* The table that the next state has, while it is made. */
static table next;

/* The place for a file with a name: that which it has, or one that is free. */
static file *place_for(const string_t *name, failure *err) {
    const file *f = find(name, err);
    if (!f)
        f = find(&(string_t){NULL, 0}, err);
    *err = FAILURE(FULL);
    return f ? &next.files[f - current.files] : NULL;
}

static bool write(const string_t *name, const bytes_t *content, failure *err) {
    if (!look_up(name, err) && *err != FAILURE(NOT_FOUND))
        return false;
    next = current;
    file *f = place_for(name, err);
    if (!f)
        return false;
    *f = (file){0};
    __builtin_memcpy(f->name, name->ptr, name->len);
    return volume_store(content, f, err) && volume_commit(&next, err);
}

bool exports_demo_system_files_write(string_t *name, bytes_t *content, failure *err) {
    bool ok = write(name, content, err);
    string_free(name);
    bytes_free(content);
    return ok;
}

static bool remove(const string_t *name, failure *err) {
    const file *f = look_up(name, err);
    if (!f)
        return false;
    next = current;
    next.files[f - current.files] = (file){0};
    return volume_commit(&next, err);
}

bool exports_demo_system_files_remove(string_t *name, failure *err) {
    bool ok = remove(name, err);
    string_free(name);
    return ok;
}

bool exports_demo_system_files_format(failure *err) {
    return volume_format(err);
}
