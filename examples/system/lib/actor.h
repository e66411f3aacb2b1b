/* What an actor imports: a core module of the kind that Witan's ancestor ran. There is no component around it, no world
 * and no code that was generated. The image builder makes a component of it. */

#ifndef ACTOR_H
#define ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACTOR_IMPORT(name) __attribute__((__import_module__("env"), __import_name__(name)))

ACTOR_IMPORT("sys_log") void sys_log(const void *text, int32_t len);
ACTOR_IMPORT("sys_exit") void sys_exit(int32_t code);
ACTOR_IMPORT("sys_cap_send")
int32_t sys_cap_send(int64_t handle, int32_t opcode, const void *payload, int32_t len, int64_t cap_slot);
ACTOR_IMPORT("sys_cap_recv") int64_t sys_cap_recv(int64_t handle, void *buffer, int32_t len);
ACTOR_IMPORT("sys_cap_mem_read")
int32_t sys_cap_mem_read(int64_t handle, int32_t offset, void *buffer, int32_t len);
ACTOR_IMPORT("sys_cap_mem_write")
int32_t sys_cap_mem_write(int64_t handle, int32_t offset, const void *bytes, int32_t len);
ACTOR_IMPORT("sys_fb_info") int64_t sys_fb_info(void);

/* The handle of the n-th capability in boot.toml, from 0 on. */
#define GRANT(n) ((int64_t)(n))

enum { PAYLOAD = 48, NO_CAPABILITY = -1 };

#endif
