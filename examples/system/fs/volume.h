/* The file system as a whole: which files there are, which blocks are free, and how one state of it follows another. */

#ifndef VOLUME_H
#define VOLUME_H

#include "fs.h"
#include "layout.h"

#define WORLD fs
#include "../lib/text.h"
#include "../lib/world.h"

typedef exports_demo_system_files_failure_t failure;

#define FAILURE(name) EXPORTS_DEMO_SYSTEM_FILES_FAILURE_##name

/* The files that there are, once volume_mount has returned true. Read only: a change is made to a copy. */
extern table current;

/* Reads the state of the disk, if it is not known, and makes an empty file system on a disk that has nothing but zeros where
 * one begins. */
bool volume_mount(failure *err);

/* Makes the table the state of the disk. */
bool volume_commit(const table *next, failure *err);

/* Makes an empty file system in place of whatever there is. */
bool volume_format(failure *err);

/* Writes content to blocks that are free, and tells in f where. Nothing refers to them until the next commit. */
bool volume_store(const bytes_t *content, file *f, failure *err);

/* Reads the content of a file. */
bool volume_load(const file *f, bytes_t *ret, failure *err);

/* Reports whether these bytes can be the name of a file. */
bool name_ok(const uint8_t *name, size_t len);

/* The length of a file's name; 0 if there is no such file. */
size_t name_length(const file *f);

#endif
