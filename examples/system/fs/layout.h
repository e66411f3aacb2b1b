/* How files lie on the disk. All numbers are little endian.
 *
 *     block 0, 1     two roots
 *     block 2..5     the table that root 0 belongs to
 *     block 6..9     the table that root 1 belongs to
 *     from 10        content of files
 *
 * One of the two roots, with its table, is what there is: the one with the larger generation, if its sums are right. A change
 * writes content to blocks that are free, the table to the other place, has the disk flush that, and then writes the other
 * root: a crash before that write leaves the files as they were, and one after it leaves them changed. A root is less than a
 * sector, which a disk writes whole or not at all; if it doesn't, the sum is wrong and the other root counts.
 *
 * Which blocks are free is not on the disk: it follows from the table. */

#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdint.h>

enum {
    BLOCK_SIZE = 4096,
    SECTOR_SIZE = 512,
    SECTORS = BLOCK_SIZE / SECTOR_SIZE, /* in a block */
    TABLE_AT = 2,
    TABLE_BLOCKS = 4,
    CONTENT_AT = TABLE_AT + 2 * TABLE_BLOCKS,
    MOST_BLOCKS = 1 << 16, /* more are not made use of */
    VERSION = 1,
};

#define MAGIC 0x0a73663a6f6d6564ull /* "demo:fs" and the end of a line */

typedef struct root {
    uint64_t magic;
    uint32_t version;
    uint32_t blocks;     /* of the file system, which the disk must have */
    uint64_t generation; /* of the table, one more with each change */
    uint32_t table_sum;  /* CRC-32 of the table */
    uint32_t sum;        /* CRC-32 of what is before this field */
} root;

enum { ROOT_SUMMED = sizeof(root) - sizeof(uint32_t) };

typedef struct run {
    uint32_t first, count; /* of blocks */
} run;

enum { NAME_ROOM = 48, RUNS = 8 };

/* A file, or room for one, which is all zero. */
typedef struct file {
    uint8_t name[NAME_ROOM]; /* filled up with zeros, of which there is one at least */
    uint32_t size, sum;      /* of the content: bytes, CRC-32 */
    uint32_t runs;           /* so many of which count */
    uint32_t reserved;       /* 0 */
    run at[RUNS];
} file;

enum { FILES = TABLE_BLOCKS * BLOCK_SIZE / sizeof(file), MOST_BYTES = 1 << 20 };

typedef struct table {
    file files[FILES];
} table;

_Static_assert(sizeof(root) == 32 && sizeof(file) == 128 && sizeof(table) == TABLE_BLOCKS * BLOCK_SIZE, "as on the disk");

#endif
